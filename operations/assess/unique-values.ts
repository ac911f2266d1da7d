import { hash } from 'node:crypto';
import type { LegacyKey } from '../../engine/document/legacy-key.ts';
import { claimsOf, type UniqueKey, uniqueKeys } from '../../engine/plan/columns/unique-keys.ts';
import type { Stage } from '../../engine/plan/stage.ts';
import { tableOf } from '../../engine/plan/stage-tables.ts';
import type { EncodedRow } from '../../engine/target/row-codec.ts';
import { suffixedClaims } from '../../engine/transform/duplicate-suffix.ts';
import { ByteKeys } from './byte-keys.ts';

/** A unique value that is taken: by which document, and under which constraint. */
export interface Taken {
  readonly holder: number;
  readonly unique: UniqueKey;
}

/** What became of a document's unique values. */
export interface Claimed {
  /** A value that another document holds, and that no suffix could mend: it takes none then. */
  readonly lost: Taken | null;
  /** Values that another document holds, and that a policy's suffix has made others. */
  readonly suffixed: readonly Taken[];
}

/**
 * Who holds which unique value of a stage. Documents come in `_id` order, so that the first to come is the one that
 * the settlement lets move. Values are kept as digests of 16 bytes.
 */
export class UniqueValues {
  readonly #stage: Stage;
  readonly #uniques: readonly UniqueKey[];
  readonly #claimed = new ByteKeys();
  #holders = new Uint32Array(1024);
  readonly #normalised: readonly { readonly path: string; readonly index: number }[];
  readonly #alike = new ByteKeys();
  #first = new Uint32Array(1024);
  readonly #told = new Set<string>();

  constructor(stage: Stage) {
    this.#stage = stage;
    this.#uniques = uniqueKeys(stage);
    const { columns } = tableOf(stage, stage.tables[0]!.table);
    this.#normalised = stage.normalised.map(({ path, column }) => ({
      path,
      index: columns.findIndex(({ field }) => field === column),
    }));
  }

  /** Bytes that the values take. */
  get bytes(): number {
    return this.#claimed.bytes + this.#alike.bytes + this.#holders.byteLength + this.#first.byteLength;
  }

  /**
   * Takes a root row's unique values for a document, as the settlement would give them to it.
   * @param number the document's number among those that move, if it does
   */
  take(key: LegacyKey, row: EncodedRow, number: number): Claimed {
    const suffixes = suffixedClaims(this.#stage, key, row);
    const suffixed: Taken[] = [];
    const mine: Buffer[] = [];
    for (const claim of claimsOf(this.#stage, row)) {
      const holder = this.#holderOf(digestOf(claim));
      const taken = holder === null ? null : { holder, unique: this.#uniqueOf(claim) };
      const other = suffixes.get(claim);
      if (taken !== null && (other === undefined || this.#holderOf(digestOf(other)) !== null)) {
        return { lost: taken, suffixed: [] };
      }
      if (taken !== null) suffixed.push(taken);
      mine.push(digestOf(taken === null ? claim : other!));
    }
    for (const digest of mine) this.#holders = put(this.#holders, this.#claimed.add(digest), number);
    return { lost: null, suffixed };
  }

  #holderOf(digest: Buffer): number | null {
    const claim = this.#claimed.find(digest);
    return claim < 0 ? null : this.#holders[claim]!;
  }

  #uniqueOf(claim: string): UniqueKey {
    return this.#uniques.find(({ constraint }) => claim.startsWith(`${constraint}:`))!;
  }

  /**
   * Unique texts that differ from another document's in their Unicode normal form only.
   * @returns what is to be told now, of this document and of the first of its kind
   */
  alike(row: EncodedRow, number: number): { readonly number: number; readonly path: string }[] {
    const told: { number: number; path: string }[] = [];
    for (const { path, index } of this.#normalised) {
      if (row[index] === 'null') continue;
      const digest = digestOf(`${path}:${row[index]!.normalize('NFC')}`);
      const known = this.#alike.find(digest);
      if (known < 0) {
        this.#first = put(this.#first, this.#alike.add(digest), number);
        continue;
      }
      for (const one of [this.#first[known]!, number]) {
        if (this.#told.has(`${path}:${one}`)) continue;
        this.#told.add(`${path}:${one}`);
        told.push({ number: one, path });
      }
    }
    return told;
  }
}

function digestOf(text: string): Buffer {
  return Buffer.from(hash('sha256', text, 'hex').slice(0, 32), 'hex');
}

function put(numbers: Uint32Array<ArrayBuffer>, at: number, value: number): Uint32Array<ArrayBuffer> {
  let wide = numbers;
  if (at >= numbers.length) {
    wide = new Uint32Array(numbers.length + (numbers.length >> 1));
    wide.set(numbers);
  }
  wide[at] = value;
  return wide;
}
