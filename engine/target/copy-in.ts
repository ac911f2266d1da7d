import type { Duplex } from 'node:stream';
import type pg from 'pg';
import { GuardedClient } from '../../prisma/connection/guarded-client.ts';
import { byteaText } from './bytea.ts';

/** Rows for one table: `COPY … FROM STDIN`, and their lines in its text format, as one text or in pieces that are gone through once. */
export interface CopyIn {
  readonly sql: string;
  readonly lines: string | Iterable<Uint8Array>;
}

const PIECE = 64 * 1024;
/** Pieces that lie ready before their transaction begins, and as many bytes that wait for the network. */
const READY = 16;
const WAITING = READY * PIECE;

/**
 * A COPY of these lines, or none where there is no line. Those of an ordinary batch are made at once, so that no lock is held
 * meanwhile; of a document with very many sub-documents the others are made when they are sent: nobody has room for all.
 */
export function copyOf(sql: string, lines: Iterable<string>): CopyIn[] {
  const pieces = piecesOf(lines);
  const ready: Uint8Array[] = [];
  while (ready.length < READY) {
    const { value, done } = pieces.next();
    if (done) return ready.length === 0 ? [] : [{ sql, lines: ready }];
    ready.push(value);
  }
  return [{ sql, lines: chained(ready, pieces) }];
}

function* piecesOf(lines: Iterable<string>): Generator<Uint8Array, undefined> {
  let text = '';
  for (const line of lines) {
    text += line;
    if (text.length < PIECE) continue;
    yield Buffer.from(text);
    text = '';
  }
  if (text !== '') yield Buffer.from(text);
}

function* chained<T>(...parts: readonly Iterable<T>[]): Generator<T> {
  for (const part of parts) yield* part;
}

/**
 * What COPYs under way are to read, by number: Prisma writes the parameters of a statement as JSON and reads them again,
 * so that it is given the number only.
 */
const underWay = new Map<number, readonly CopyIn[]>();
let numbers = 0;

/**
 * Sends COPYs over a Prisma transaction whose connection is a {@link CopyingClient}: all of them in one round trip.
 * @param run one statement of the transaction
 */
export async function copyIn(
  run: (sql: string, number: number) => Promise<unknown>,
  parts: readonly CopyIn[],
): Promise<void> {
  if (parts.length === 0) return;
  const number = ++numbers;
  underWay.set(number, parts);
  try {
    await run(parts.map(({ sql }) => sql).join(';\n'), number);
  } finally {
    underWay.delete(number);
  }
}

/** A connection whose COPYs read what {@link copyIn} has laid down for them. */
export class CopyingClient extends GuardedClient {
  override query(...given: unknown[]): never {
    const [{ text, values }] = given as [{ readonly text?: string; readonly values?: readonly unknown[] }];
    const parts = text?.startsWith('COPY ') ? underWay.get(Number(values?.[0])) : undefined;
    if (parts === undefined) return super.query(...given);
    return new Promise<object>((resolve, reject) => {
      const copying = new CopyQuery(text!, parts, () => resolve({ fields: [], rows: [] }), reject);
      super.query(copying);
    }) as never;
  }
}

/**
 * Statements and data in one go: the server reads a COPY's data when it comes to it, and drops what follows a refusal
 * (PostgreSQL's manual, "COPY Operations" of the message flow).
 */
class CopyQuery implements pg.Submittable {
  readonly #sql: string;
  readonly #parts: readonly CopyIn[];
  readonly handleReadyForQuery: () => void;
  readonly handleError: (error: Error) => void;
  #isRefused = false;

  constructor(sql: string, parts: readonly CopyIn[], resolve: () => void, reject: (error: Error) => void) {
    this.#sql = sql;
    this.#parts = parts;
    this.handleReadyForQuery = resolve;
    this.handleError = (error) => {
      this.#isRefused = true;
      reject(error);
    };
  }

  submit(connection: pg.Connection): void {
    const { stream } = connection;
    stream.cork();
    connection.query(this.#sql);
    this.#send(stream).catch((reason: Error) => stream.destroy(reason));
  }

  /** Stops where the server has refused what came before: the next statement must not be followed by lines of this one. */
  async #send(stream: Duplex): Promise<void> {
    for (const { lines } of this.#parts) {
      for (const data of typeof lines === 'string' ? [Buffer.from(lines)] : lines) {
        if (this.#isRefused || stream.destroyed) break;
        stream.write(header(COPY_DATA, data.length));
        stream.write(data);
        if (stream.writableLength < WAITING) continue;
        stream.uncork();
        await sent(stream);
        stream.cork();
      }
      if (this.#isRefused || stream.destroyed) break;
      stream.write(header(COPY_DONE, 0));
    }
    stream.uncork();
  }

  handleCopyInResponse(): void {}

  handleCommandComplete(): void {}
}

/** Waits until what has been written is on its way, or the connection is at its end. */
function sent(stream: Duplex): Promise<void> {
  return new Promise((resolve) => {
    const over = () => {
      stream.removeListener('drain', over).removeListener('close', over);
      resolve();
    };
    stream.on('drain', over).on('close', over);
  });
}

const COPY_DATA = 0x64;
const COPY_DONE = 0x63;

/** A message's type and its length, which counts itself. */
function header(type: number, length: number): Buffer {
  const bytes = Buffer.allocUnsafe(5);
  bytes[0] = type;
  bytes.writeUInt32BE(4 + length, 1);
  return bytes;
}

/** A text as a field of COPY's text format. */
export function copyText(text: string): string {
  return SPECIAL.test(text) ? text.replace(SPECIALS, (special) => ESCAPES[special]!) : text;
}

/** Bytes as a field of COPY's text format, which reads a backslash as one only where there are two. */
export function copyBytes(bytes: Buffer | null): string {
  return bytes === null ? '\\N' : `\\${byteaText(bytes)}`;
}

const SPECIAL = /[\\\t\n\r]/;
const SPECIALS = /[\\\t\n\r]/g;
const ESCAPES: Readonly<Record<string, string>> = { '\\': '\\\\', '\t': '\\t', '\n': '\\n', '\r': '\\r' };
