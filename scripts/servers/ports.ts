import { createServer } from 'node:net';

/** Ports that this process handed out: the system may offer a port again while its new owner is still starting. */
const handedOut = new Set<number>();

/**
 * A TCP port of the loopback interface that nobody listens on at the moment. Another program can take it before it is
 * used, so whoever starts a server on it tries again with another one.
 */
export async function freePort(): Promise<number> {
  const port = await offeredPort();
  if (handedOut.has(port)) return freePort();
  handedOut.add(port);
  return port;
}

function offeredPort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      const port = typeof address === 'object' && address !== null ? address.port : 0;
      server.close(() => resolve(port));
    });
  });
}
