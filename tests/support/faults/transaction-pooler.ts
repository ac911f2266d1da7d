import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import pg from 'pg';

/**
 * A pooler of transactions before a PostgreSQL: a client has one of the server's sessions from a statement to the end of
 * its transaction, and the next may have another. It is what PgBouncer is in that mode, but for a password, which it does
 * not ask for.
 */
export interface TransactionPooler {
  /** The server's URL by way of the pooler. */
  readonly url: string;
  close(): Promise<void>;
}

/** The messages ReadyForQuery outside a transaction, Authentication with success, and a key to cancel by. */
const READY = Buffer.from([0x5a, 0, 0, 0, 5, 0x49]);
const WELCOME = Buffer.from([0x52, 0, 0, 0, 8, 0, 0, 0, 0]);
const KEY = Buffer.from([0x4b, 0, 0, 0, 12, 0, 0, 0, 7, 0, 0, 0, 7]);
const TERMINATE = 0x58;

/** @param url logs in to the server; what settings the pooler's clients ask for at their start is left out */
export async function startTransactionPooler(url: string): Promise<TransactionPooler> {
  const logins: pg.Client[] = [];
  const free: Socket[] = [];
  const clients = new Set<Socket>();
  const login = async () => {
    const client = new pg.Client({ connectionString: url });
    client.on('error', () => {});
    await client.connect();
    logins.push(client);
    const { stream } = (client as unknown as { readonly connection: { readonly stream: Socket } }).connection;
    stream.removeAllListeners('data');
    return stream;
  };
  const server = createServer((client) => {
    clients.add(client);
    client.on('error', () => client.destroy());
    let lent: Socket | null = null;
    client.once('data', () => {
      client.write(Buffer.concat([WELCOME, KEY, READY]));
      client.on('data', async (request: Buffer) => {
        if (request[0] === TERMINATE) return client.end();
        // A client asks for one thing at a time, so that nothing else comes while a session is looked for.
        lent ??= free.pop() ?? (await login());
        const session = lent;
        session.removeAllListeners('data').on('data', (answer: Buffer) => {
          client.write(answer);
          if (!answer.subarray(-READY.length).equals(READY)) return;
          lent = null;
          free.push(session);
        });
        return session.write(request);
      });
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const through = new URL(url);
  through.port = String((server.address() as AddressInfo).port);
  return {
    url: through.href,
    close: async () => {
      for (const client of clients) client.destroy();
      await Promise.all(logins.map((client) => client.end()));
      server.close();
      await once(server, 'close');
    },
  };
}
