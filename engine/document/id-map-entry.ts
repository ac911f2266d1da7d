import { PackedList, type Sequence } from '../common/packed-list.ts';
import { keyName, type LegacyKey } from './legacy-key.ts';

/** One entry of the ID map: a legacy key, inside its root when it is a sub-document's, and the row's id. */
export interface IdMapEntry {
  readonly collection: string;
  /** The root's key; empty for a root. */
  readonly parent: LegacyKey;
  readonly key: LegacyKey;
  readonly path: string;
  readonly occurrence: number;
  readonly id: string;
}

/** Of an entry that is a root's. */
export const NO_PARENT: LegacyKey = Buffer.alloc(0);

type Family = Pick<IdMapEntry, 'collection' | 'parent' | 'path'>;

/** The entries of one document: its own first, then those of what is inside it. */
export class IdMapEntries implements Sequence<IdMapEntry> {
  /** What the entries of one array have in common. */
  readonly #families: Family[] = [];
  readonly #entries = new PackedList<IdMapEntry>({
    pack: ({ key, occurrence, id }) => `${this.#families.length - 1} ${occurrence} ${id} ${keyName(key)}`,
    unpack: (text) => {
      const [family, occurrence] = text.split(' ', 2);
      const idAt = family!.length + occurrence!.length + 2;
      const key = Buffer.from(text.slice(idAt + UUID + 1), 'latin1');
      const { collection, parent, path } = this.#families[Number(family)]!;
      // Not spread: V8 keeps objects that begin with a spread alive over its quick collections.
      return { collection, parent, key, path, occurrence: Number(occurrence), id: text.slice(idAt, idAt + UUID) };
    },
  });

  get length(): number {
    return this.#entries.length;
  }

  push(entry: IdMapEntry): void {
    const { collection, parent, path } = entry;
    const last = this.#families.at(-1);
    if (last?.collection !== collection || last.parent !== parent || last.path !== path) {
      this.#families.push({ collection, parent, path });
    }
    this.#entries.push(entry);
  }

  at(place: number): IdMapEntry | undefined {
    return this.#entries.at(place);
  }

  [Symbol.iterator](): Iterator<IdMapEntry> {
    return this.#entries[Symbol.iterator]();
  }
}

/** Characters of an id. */
const UUID = 36;
