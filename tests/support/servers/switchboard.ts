import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { MaintenanceAction, MaintenanceActions } from '../../../operations/maintenance/action.ts';

/** The platform's own service that turns its maintenance on and off, and a flag file beside it. */
export class Switchboard {
  /** Every request, in the order of arrival. */
  readonly asked: string[] = [];
  /** Statuses of the next answers; 200 when there are none. */
  readonly answers: number[] = [];
  /** Answers this until it is told otherwise. */
  always: number | null = null;
  readonly flag: string;
  readonly #server: Server;

  constructor(server: Server, flag: string) {
    this.#server = server;
    this.flag = flag;
    server.on('request', (request, response) => {
      this.asked.push(request.url!.slice(1));
      response.writeHead(this.always ?? this.answers.shift() ?? 200).end();
    });
  }

  /** @param folder where its flag file is */
  static async open(folder: string): Promise<Switchboard> {
    const server = createServer();
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    return new Switchboard(server, join(folder, `flag-${(server.address() as AddressInfo).port}`));
  }

  /** A flag file, then a request; off the other way round. */
  actions(others: Partial<MaintenanceActions> = {}): MaintenanceActions {
    const flag = { name: 'flag', kind: 'flagFile', path: this.flag, content: 'maintenance' } as const;
    return {
      on: [flag, this.request('on'), ...(others.on ?? [])],
      off: [...(others.off ?? []), this.request('off'), flag],
    };
  }

  request(path: string): MaintenanceAction {
    const { port } = this.#server.address() as AddressInfo;
    return {
      name: `ask ${path}`,
      kind: 'http',
      method: 'POST',
      url: `http://127.0.0.1:${port}/${path}`,
      headers: { Authorization: 'Bearer very-secret' },
      body: '{"token": "very-secret"}',
      expectedStatus: null,
      timeoutSeconds: 5,
    };
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((closed) => this.#server.close(closed));
  }
}
