import { harmlessText } from '../../engine/common/shown-text.ts';
import { generalPath } from '../../engine/document/findings/path.ts';
import type { Cause } from '../../engine/document/findings/refusal.ts';
import type { Words } from '../../engine/messages/message.ts';

/** Documents that are named of each reason. */
const EXAMPLES = 20;
/** Paths inside Mixed fields are data: past so many reasons, they share the path `…`. */
const REASONS = 500;

/** How many documents (or findings) there are for one reason, and some of them. */
export interface Reason {
  readonly code: string;
  readonly meaning: string;
  /** Array places taken out; null where it lies in no single field. */
  readonly path: string | null;
  readonly count: number;
  readonly examples: readonly ReasonExample[];
}

export interface ReasonExample {
  readonly legacyId: string;
  /** Of a cascade the first cause, of a duplicate the document that has the value. */
  readonly cause: Cause | null;
}

/** Counts by code and path. */
export class Reasons {
  readonly #meanings: Readonly<Record<string, Words>>;
  readonly #counted = new Map<
    string,
    { code: string; path: string | null; count: number; examples: ReasonExample[] }
  >();

  /** @param meanings in words, by code */
  constructor(meanings: Readonly<Record<string, Words>>) {
    this.#meanings = meanings;
  }

  /** @param shown gives the document's legacy id, only where it is wanted as an example @param times how often it counts */
  add(code: string, path: string | null, shown: () => string, cause: Cause | null = null, times = 1): void {
    const general = path === null ? null : generalPath(path);
    const known = this.#counted.get(`${code}\n${general}`);
    const place = known !== undefined || this.#counted.size < REASONS ? general : '…';
    const name = `${code}\n${place}`;
    const reason = known ?? this.#counted.get(name) ?? { code, path: place, count: 0, examples: [] };
    this.#counted.set(name, reason);
    reason.count += times;
    const wanted = Math.min(times, EXAMPLES - reason.examples.length);
    for (let n = 0; n < wanted; n++) reason.examples.push({ legacyId: harmlessText(shown()), cause });
  }

  /** The most frequent first. */
  list(): Reason[] {
    return [...this.#counted.values()]
      .map(({ code, path, count, examples }) => ({
        ...{ code, meaning: this.#meanings[code]?.en ?? '', path: path === null ? null : harmlessText(path) },
        ...{ count, examples: examples.map(({ legacyId, cause }) => ({ legacyId, cause: harmlessCause(cause) })) },
      }))
      .sort((a, b) => b.count - a.count || (`${a.code} ${a.path}` < `${b.code} ${b.path}` ? -1 : 1));
  }
}

function harmlessCause(cause: Cause | null): Cause | null {
  return cause === null ? null : { ...cause, legacyId: harmlessText(cause.legacyId) };
}
