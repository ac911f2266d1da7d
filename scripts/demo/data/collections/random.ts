/**
 * A small seeded generator (mulberry32). Each document has one of its own, keyed by what it is, so that any document can
 * be made without making those before it.
 */
export class Random {
  #state: number;

  constructor(...key: readonly number[]) {
    this.#state = mixed(key);
  }

  /** 0 ≤ x < 1 */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let t = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  }

  /** A whole number, both ends included. */
  int(least: number, most: number): number {
    return least + Math.floor(this.next() * (most - least + 1));
  }

  chance(probability: number): boolean {
    return this.next() < probability;
  }

  pick<T>(from: readonly T[]): T {
    return from[Math.floor(this.next() * from.length)] as T;
  }

  /** `count` different ones, in the list's order from a random start on. */
  some<T>(from: readonly T[], count: number): T[] {
    const start = this.int(0, from.length - 1);
    return Array.from({ length: Math.min(count, from.length) }, (_, i) => from[(start + i) % from.length] as T);
  }
}

/** The finishing steps of MurmurHash3, once for each part of the key. */
export function mixed(key: readonly number[]): number {
  let hash = 0x9e3779b9;
  for (const part of key) {
    hash = Math.imul(hash ^ part, 0x85ebca6b);
    hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
    hash ^= hash >>> 16;
  }
  return hash >>> 0;
}
