import { readFile } from 'node:fs/promises';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { createServer } from 'node:tls';
import type { Certificates } from './certificates.ts';

/** Ends TLS in front of a server that speaks none, and lets in only who has a certificate of the same authority. */
export interface TlsProxy {
  readonly port: number;
  /** Connections that came with a right certificate so far. */
  readonly let: () => number;
  close(): Promise<void>;
}

export async function startTlsProxy(
  { authority, server: { cert, key } }: Certificates,
  upstream: { readonly host: string; readonly port: number },
): Promise<TlsProxy> {
  const sockets = new Set<Socket>();
  let accepted = 0;
  const options = { cert, key, ca: await readFile(authority), requestCert: true, rejectUnauthorized: true };
  const server = createServer({ ...options, ALPNProtocols: ['h2'] }, (outer) => {
    accepted += 1;
    const inner = connect(upstream.port, upstream.host);
    for (const [one, other] of [
      [outer, inner],
      [inner, outer],
    ] as const) {
      sockets.add(one);
      one.on('error', () => {});
      one.on('close', () => {
        sockets.delete(one);
        other.destroy();
      });
      one.pipe(other);
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    let: () => accepted,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}
