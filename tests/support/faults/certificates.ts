import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { generate } from 'selfsigned';

/** Certificates of one authority, as files of the Privacy-Enhanced Mail format. */
export interface Certificates {
  readonly authority: string;
  /** For `localhost` and 127.0.0.1. */
  readonly server: Pair;
  readonly client: Pair;
  /** The client’s key and certificate in one file. */
  readonly clientBoth: string;
}

/** A certificate and its key: their texts, and where they lie. */
export interface Pair {
  readonly cert: string;
  readonly key: string;
  readonly certFile: string;
  readonly keyFile: string;
}

/** Makes an authority of its own, and certificates that it vouches for. @param name makes the files’ names unique */
export async function makeCertificates(folder: string, name: string): Promise<Certificates> {
  const algorithm = 'sha256';
  const ca = await generate([{ name: 'commonName', value: `authority ${name}` }], {
    algorithm,
    extensions: [
      { name: 'basicConstraints', cA: true, critical: true },
      { name: 'keyUsage', keyCertSign: true, cRLSign: true, critical: true },
    ],
  });
  const authority = join(folder, `${name}-authority.pem`);
  await writeFile(authority, ca.cert);
  const signed = async (who: 'server' | 'client'): Promise<Pair> => {
    const { cert, private: key } = await generate([{ name: 'commonName', value: `${who} ${name}` }], {
      algorithm,
      ca: { key: ca.private, cert: ca.cert },
      extensions: [
        { name: 'basicConstraints', cA: false },
        { name: 'keyUsage', digitalSignature: true, keyEncipherment: true },
        { name: 'extKeyUsage', serverAuth: who === 'server', clientAuth: who === 'client' },
        {
          name: 'subjectAltName',
          altNames: [
            { type: 2, value: 'localhost' },
            { type: 7, ip: '127.0.0.1' },
          ],
        },
      ],
    });
    const [certFile, keyFile] = [join(folder, `${name}-${who}.pem`), join(folder, `${name}-${who}.key`)];
    await writeFile(certFile, cert);
    await writeFile(keyFile, key, { mode: 0o600 });
    return { cert, key, certFile, keyFile };
  };
  const [server, client] = [await signed('server'), await signed('client')];
  const clientBoth = join(folder, `${name}-client-both.pem`);
  await writeFile(clientBoth, `${client.cert}\n${client.key}`, { mode: 0o600 });
  return { authority, server, client, clientBoth };
}
