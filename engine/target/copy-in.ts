import type pg from 'pg';
import { GuardedClient } from '../../prisma/connection/guarded-client.ts';

/** Rows for one table: `COPY … FROM STDIN`, and their lines in its text format, as one text or in pieces of it. */
export interface CopyIn {
  readonly sql: string;
  readonly lines: string | readonly Uint8Array[];
}

const PIECE = 64 * 1024;

/** Lines as the bytes that are sent: one text of all that is in a large document takes several times their memory. */
export class CopyLines {
  readonly #pieces: Buffer[] = [];
  #text = '';

  add(line: string): void {
    this.#text += line;
    if (this.#text.length >= PIECE) this.#cut();
  }

  /** All of them. */
  pieces(): readonly Uint8Array[] {
    if (this.#text !== '') this.#cut();
    return this.#pieces;
  }

  #cut(): void {
    this.#pieces.push(Buffer.from(this.#text));
    this.#text = '';
  }
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

  constructor(sql: string, parts: readonly CopyIn[], resolve: () => void, reject: (error: Error) => void) {
    this.#sql = sql;
    this.#parts = parts;
    this.handleReadyForQuery = resolve;
    this.handleError = reject;
  }

  submit(connection: pg.Connection): void {
    const { stream } = connection;
    stream.cork();
    connection.query(this.#sql);
    for (const { lines } of this.#parts) {
      for (const data of typeof lines === 'string' ? [Buffer.from(lines)] : lines) {
        stream.write(header(COPY_DATA, data.length));
        stream.write(data);
      }
      stream.write(header(COPY_DONE, 0));
    }
    stream.uncork();
  }

  handleCopyInResponse(): void {}

  handleCommandComplete(): void {}
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

const SPECIAL = /[\\\t\n\r]/;
const SPECIALS = /[\\\t\n\r]/g;
const ESCAPES: Readonly<Record<string, string>> = { '\\': '\\\\', '\t': '\\t', '\n': '\\n', '\r': '\\r' };
