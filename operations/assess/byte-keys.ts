const CHUNK = 1 << 16;
/** Keys of this length and more have their length in four bytes more. */
const LONG = 0xff;

/**
 * A set of byte strings that numbers them from 0 in the order in which they came: a hash table over flat memory, without
 * an object for each. An ObjectId's key takes about 25 bytes. Holds up to 4 GiB of keys.
 */
export class ByteKeys {
  #slots = new Uint32Array(1024);
  #places = new Uint32Array(512);
  #count = 0;
  readonly #chunks: Buffer[] = [];
  #used = CHUNK;

  get size(): number {
    return this.#count;
  }

  /** Bytes that the set takes. */
  get bytes(): number {
    const held = this.#chunks.reduce((sum, { length }) => sum + length, 0);
    return held + this.#slots.byteLength + this.#places.byteLength;
  }

  /** @returns the key's number, or −1 */
  find(key: Uint8Array): number {
    return this.#slots[this.#slotOf(key)]! - 1;
  }

  /** @returns the key's number, which is new when it was not there */
  add(key: Uint8Array): number {
    let slot = this.#slotOf(key);
    if (this.#slots[slot] !== 0) return this.#slots[slot]! - 1;
    if (this.#count * 3 >= this.#slots.length * 2) {
      this.#widen();
      slot = this.#slotOf(key);
    }
    if (this.#count === this.#places.length) {
      const places = new Uint32Array(this.#places.length + Math.max(512, this.#places.length >> 2));
      places.set(this.#places);
      this.#places = places;
    }
    this.#places[this.#count] = this.#store(key);
    this.#count += 1;
    this.#slots[slot] = this.#count;
    return this.#count - 1;
  }

  /** The key of a number, as a view on the set's memory. */
  at(number: number): Buffer {
    const place = this.#places[number]!;
    const chunk = this.#chunks[Math.floor(place / CHUNK)]!;
    const at = place % CHUNK;
    const length = chunk[at]!;
    if (length < LONG) return chunk.subarray(at + 1, at + 1 + length);
    return chunk.subarray(at + 5, at + 5 + chunk.readUInt32LE(at + 1));
  }

  #store(key: Uint8Array): number {
    const head = key.length < LONG ? 1 : 5;
    if (this.#used + head + key.length > CHUNK) {
      this.#chunks.push(Buffer.allocUnsafeSlow(Math.max(CHUNK, head + key.length)));
      this.#used = 0;
    }
    const chunk = this.#chunks.at(-1)!;
    const place = (this.#chunks.length - 1) * CHUNK + this.#used;
    chunk[this.#used] = Math.min(key.length, LONG);
    if (head === 5) chunk.writeUInt32LE(key.length, this.#used + 1);
    chunk.set(key, this.#used + head);
    this.#used += head + key.length;
    return place;
  }

  /** The slot that holds the key, or the empty one where it belongs. */
  #slotOf(key: Uint8Array): number {
    const mask = this.#slots.length - 1;
    let slot = hashOf(key) & mask;
    for (let entry = this.#slots[slot]!; entry !== 0; entry = this.#slots[slot]!) {
      if (this.at(entry - 1).equals(key)) return slot;
      slot = (slot + 1) & mask;
    }
    return slot;
  }

  #widen(): void {
    this.#slots = new Uint32Array(this.#slots.length * 2);
    for (let number = 0; number < this.#count; number++) this.#slots[this.#slotOf(this.at(number))] = number + 1;
  }
}

/** FNV-1a with a final mix: ObjectIds of one moment differ in their last bytes only. */
function hashOf(key: Uint8Array): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < key.length; i++) hash = Math.imul(hash ^ key[i]!, 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x45d9f3b);
  return hash ^ (hash >>> 15);
}
