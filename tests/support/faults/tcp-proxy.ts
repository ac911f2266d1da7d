import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** A TCP proxy on a free port that can be as bad as a network is. */
export interface TcpProxy {
  readonly port: number;
  /** Ends every connection at once; new ones pass. */
  cut(): void;
  /** Ends every connection and takes no new one until `heal`. */
  refuse(): void;
  /** Accepts connections, and lets nothing through in either direction, until `heal`: nobody is told of anything. */
  swallow(): void;
  /**
   * What is connected falls silent for good, and nobody is told, as when a host is lost; new connections pass.
   * @returns lets what was held back arrive late
   */
  silence(): () => void;
  /** Everything passes again, what was held back first; what was silenced stays so. */
  heal(): void;
  /**
   * From the first request on that is as described its connection's answers are held back until `heal`.
   * @returns once the server has answered such a request, and so has done what it was asked for.
   */
  holdAnswerTo(isIt: (request: Buffer) => boolean): Promise<void>;
  /**
   * The first request that is as described is held on its way to the server, and what its connection sends after it.
   * @returns once it is held: lets it arrive, whatever has become of its sender, and answers once the server has dealt with it
   */
  holdRequest(isIt: (request: Buffer) => boolean): Promise<() => Promise<void>>;
  close(): Promise<void>;
}

/** The two sockets of a connection, and the answers that are held back, if any. */
interface Link {
  readonly client: Socket;
  readonly server: Socket;
  held: Buffer[] | null;
  /** Requests that are held on their way, if any. */
  underWay: Buffer[] | null;
}

interface RequestHold {
  readonly isIt: (request: Buffer) => boolean;
  readonly isHeld: (letArrive: () => Promise<void>) => void;
}

interface Hold {
  readonly isIt: (request: Buffer) => boolean;
  readonly answered: () => void;
  /** Its connection is found: no other one is held. */
  isMet: boolean;
}

/** Starts a proxy before a port of the loopback interface. */
export async function startTcpProxy(targetPort: number): Promise<TcpProxy> {
  const links = new Set<Link>();
  const silent = new Set<Link>();
  let mode: 'pass' | 'refuse' | 'swallow' = 'pass';
  let hold: Hold | null = null;
  let requestHold: RequestHold | null = null;

  const end = (link: Link) => {
    links.delete(link);
    link.client.destroy();
    link.server.destroy();
  };
  const letArrive = async (link: Link) => {
    const { server, underWay } = link;
    link.underWay = null;
    if (server.destroyed || underWay === null) return;
    const dealtWith = Promise.race([once(server, 'data'), once(server, 'close')]);
    for (const chunk of underWay) server.write(chunk);
    await dealtWith;
    if (link.client.destroyed) end(link);
  };
  const server = createServer((client) => {
    if (mode === 'refuse') return client.destroy();
    const link: Link = { client, server: connect(targetPort, '127.0.0.1'), held: null, underWay: null };
    links.add(link);
    for (const socket of [link.client, link.server]) {
      socket.setNoDelay(true);
      socket.on('error', () => end(link));
      // The other end of a silent connection does not hear of it.
      socket.on('close', () => silent.has(link) || (link.underWay !== null && socket === client) || end(link));
      if (mode === 'swallow') socket.pause();
    }
    client.on('data', (chunk: Buffer) => {
      if (hold !== null && !hold.isMet && hold.isIt(chunk)) {
        link.held = [];
        hold.isMet = true;
      }
      if (requestHold?.isIt(chunk)) {
        link.underWay = [];
        requestHold.isHeld(() => letArrive(link));
        requestHold = null;
      }
      if (link.underWay === null) link.server.write(chunk);
      else link.underWay.push(chunk);
    });
    link.server.on('data', (chunk: Buffer) => {
      if (link.held === null) return link.client.write(chunk);
      link.held.push(chunk);
      hold?.answered();
    });
    if (mode === 'swallow') for (const socket of [link.client, link.server]) socket.pause();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const cut = () => {
    for (const link of [...links]) if (link.underWay === null) end(link);
  };
  const silence = () => {
    const silenced = [...links];
    for (const link of silenced) {
      for (const socket of [link.client, link.server]) socket.pause();
      silent.add(link);
      links.delete(link);
    }
    return () => {
      for (const link of silenced) {
        if (!silent.delete(link)) continue;
        links.add(link);
        if (mode === 'pass') for (const socket of [link.client, link.server]) socket.resume();
      }
    };
  };
  return {
    port: (server.address() as AddressInfo).port,
    cut,
    silence,
    refuse: () => {
      mode = 'refuse';
      cut();
    },
    swallow: () => {
      mode = 'swallow';
      for (const { client, server } of links) for (const socket of [client, server]) socket.pause();
    },
    heal: () => {
      mode = 'pass';
      hold = null;
      requestHold = null;
      for (const link of links) {
        for (const chunk of link.held ?? []) link.client.write(chunk);
        link.held = null;
        link.client.resume();
        link.server.resume();
      }
    },
    holdAnswerTo: (isIt) =>
      new Promise((resolve) => {
        hold = { isIt, answered: resolve, isMet: false };
      }),
    holdRequest: (isIt) =>
      new Promise((isHeld) => {
        requestHold = { isIt, isHeld };
      }),
    close: async () => {
      for (const link of [...silent, ...links]) end(link);
      server.close();
      await once(server, 'close');
    },
  };
}

/** The same URL by way of a proxy, with what else its query shall say. */
export function throughProxy(url: string, { port }: TcpProxy, query: Readonly<Record<string, string>> = {}): string {
  const changed = new URL(url);
  changed.port = String(port);
  for (const [name, value] of Object.entries(query)) changed.searchParams.set(name, value);
  return changed.href;
}
