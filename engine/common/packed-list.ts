/** What can be gone through from its beginning, as often as wanted: an array, or what takes less memory than one. */
export interface Sequence<T> extends Iterable<T> {
  readonly length: number;
  at(place: number): T | undefined;
}

/** How a member of a list becomes a text without lone surrogates, and a text such a member again. */
export interface Packing<T> {
  readonly pack: (one: T) => string;
  readonly unpack: (text: string) => T;
}

/** What is ordinary is kept as it is, without being packed and unpacked. */
const PLAIN = 5_000;
/** Bytes that are asked for at a time. */
const CHUNK = 256 * 1024;
/** A UTF-16 unit takes three bytes of UTF-8 at most. */
const WIDEST = 3;

/** Grows by its end. Of very many members all but the first lie as bytes outside V8's heap, and are made anew when asked for. */
export class PackedList<T> implements Sequence<T> {
  readonly #packing: Packing<T>;
  readonly #plain: T[] = [];
  readonly #chunks: Buffer[] = [];
  /** Of each packed member: its chunk, and where it begins and ends there. */
  readonly #places: [chunks: number[], begins: number[], ends: number[]] = [[], [], []];
  #end = 0;

  constructor(packing: Packing<T>) {
    this.#packing = packing;
  }

  get length(): number {
    return this.#plain.length + this.#places[0].length;
  }

  push(one: T): void {
    if (this.#plain.length < PLAIN) this.#plain.push(one);
    else this.#pack(this.#packing.pack(one));
  }

  #pack(text: string): void {
    let chunk = this.#chunks.at(-1);
    const most = text.length * WIDEST;
    if (chunk === undefined || this.#end + most > chunk.length) {
      chunk = Buffer.allocUnsafeSlow(Math.max(CHUNK, most));
      this.#chunks.push(chunk);
      this.#end = 0;
    }
    const [chunks, begins, ends] = this.#places;
    chunks.push(this.#chunks.length - 1);
    begins.push(this.#end);
    this.#end += chunk.write(text, this.#end);
    ends.push(this.#end);
  }

  at(place: number): T | undefined {
    if (place < this.#plain.length) return this.#plain[place];
    const packed = place - this.#plain.length;
    const [chunks, begins, ends] = this.#places;
    const chunk = this.#chunks[chunks[packed] ?? -1];
    return chunk === undefined ? undefined : this.#packing.unpack(chunk.toString('utf8', begins[packed], ends[packed]));
  }

  [Symbol.iterator](): Iterator<T> {
    return this.#places[0].length === 0 ? this.#plain[Symbol.iterator]() : this.#all();
  }

  *#all(): Generator<T> {
    yield* this.#plain;
    for (let place = this.#plain.length; place < this.length; place++) yield this.at(place)!;
  }
}
