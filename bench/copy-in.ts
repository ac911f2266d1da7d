import type pg from 'pg';

const CHUNK = 64 * 1024;

/** The parts of node-postgres' connection that a COPY needs; its type declarations leave the last two out. */
interface CopyConnection {
  query(sql: string): void;
  sendCopyFromChunk(chunk: Uint8Array): void;
  endCopyFrom(): void;
}

/** A `COPY … FROM STDIN` as node-postgres' query queue takes it: it is told of each message that the server answers. */
class CopyIn {
  readonly #sql: string;
  readonly #data: Uint8Array;
  readonly #done: (error?: Error) => void;

  constructor(sql: string, data: Uint8Array, done: (error?: Error) => void) {
    this.#sql = sql;
    this.#data = data;
    this.#done = done;
  }

  submit(connection: pg.Connection): void {
    (connection as unknown as CopyConnection).query(this.#sql);
  }

  handleCopyInResponse(connection: CopyConnection): void {
    for (let at = 0; at < this.#data.length; at += CHUNK) {
      connection.sendCopyFromChunk(this.#data.subarray(at, at + CHUNK));
    }
    connection.endCopyFrom();
  }

  handleCommandComplete(): void {}

  handleReadyForQuery(): void {
    this.#done();
  }

  handleError(error: Error): void {
    this.#done(error);
  }
}

/** Sends rows in COPY's text format. @throws pg.DatabaseError */
export function copyIn(client: pg.Client, sql: string, data: Uint8Array): Promise<void> {
  return new Promise((resolve, reject) => {
    client.query(new CopyIn(sql, data, (error) => (error ? reject(error) : resolve())));
  });
}
