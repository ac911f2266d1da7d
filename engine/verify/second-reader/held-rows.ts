/** A row as PostgreSQL writes it, in the order of the table's columns; the id of the document's row is the last value. */
export type Row = readonly (string | null)[];

/** What is ordinary is kept as it is. */
const PLAIN = 5_000;
const CHUNK = 256 * 1024;
/** Ends a value: no text of PostgreSQL's has it. */
const END = '\0';
/** Stands for NULL, and before a value that begins with it. */
const NULL = '\u0001';

/** Rows in the order in which they came. Of very many all but the first lie as bytes outside V8's heap until they are asked for. */
export class HeldRows {
  readonly #plain: Row[] = [];
  readonly #chunks: Buffer[] = [];
  readonly #chunkOf: number[] = [];
  readonly #beginOf: number[] = [];
  #width = 0;
  #end = 0;

  get length(): number {
    return this.#plain.length + this.#beginOf.length;
  }

  /** @param row as wide as all others */
  add(row: Row): void {
    if (this.#plain.length < PLAIN) {
      this.#plain.push(row);
      return;
    }
    this.#width = row.length;
    let text = '';
    for (const value of row) text += (value === null ? NULL : escaped(value)) + END;
    let chunk = this.#chunks.at(-1);
    const most = 3 * text.length;
    if (chunk === undefined || this.#end + most > chunk.length) {
      chunk = Buffer.allocUnsafeSlow(Math.max(CHUNK, most));
      this.#chunks.push(chunk);
      this.#end = 0;
    }
    this.#chunkOf.push(this.#chunks.length - 1);
    this.#beginOf.push(this.#end);
    this.#end += chunk.write(text, this.#end);
  }

  /**
   * Each value is a text of its own: what is kept of one keeps nothing else.
   * @param wanted how many values there must be, from the first on; all unless given
   */
  at(place: number, wanted = this.#width): Row {
    if (place < this.#plain.length) return this.#plain[place]!;
    const packed = place - this.#plain.length;
    const chunk = this.#chunks[this.#chunkOf[packed]!]!;
    const row = new Array<string | null>(wanted);
    let at = this.#beginOf[packed]!;
    for (let i = 0; i < row.length; i++) {
      const end = chunk.indexOf(0, at);
      row[i] = unescaped(chunk.toString('utf8', at, end));
      at = end + 1;
    }
    return row;
  }

  *[Symbol.iterator](): Generator<Row> {
    for (let place = 0; place < this.length; place++) yield this.at(place);
  }
}

const escaped = (value: string) => (value.startsWith(NULL) ? NULL + value : value);

function unescaped(text: string): string | null {
  if (!text.startsWith(NULL)) return text;
  return text === NULL ? null : text.slice(1);
}

/** Rows of a table, found by their ids. */
export class HeldTable extends HeldRows {
  readonly #id: number;
  readonly #places = new Map<string, number>();

  /** @param id the place of the id in a row */
  constructor(id: number) {
    super();
    this.#id = id;
  }

  override add(row: Row): void {
    this.#places.set(row[this.#id]!, this.length);
    super.add(row);
  }

  placeOf(id: string): number | undefined {
    return this.#places.get(id);
  }
}
