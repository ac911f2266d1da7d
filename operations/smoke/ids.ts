import { lookupName, resolveMapping } from '../../engine/state/documents/id-map.ts';
import type { Query } from '../../engine/target/query.ts';
import { isById, isRanked, isReference, type Reference } from './answers/answer.ts';

/** The rows that the ID map names for the references of an answer. */
export class IdNames {
  readonly #found: ReadonlyMap<string, string>;

  private constructor(found: ReadonlyMap<string, string>) {
    this.#found = found;
  }

  /** Resolves every reference of an answer in one statement. */
  static async of(query: Query, answer: unknown): Promise<IdNames> {
    return new IdNames(await resolveMapping(query, [...referencesIn(answer)]));
  }

  /** Null when the reference leads nowhere. */
  rowOf(reference: Reference): string | null {
    return this.#found.get(lookupName(reference)) ?? null;
  }
}

function* referencesIn(answer: unknown): Generator<Reference> {
  if (isReference(answer)) yield answer;
  else if (isById(answer) || isRanked(answer)) yield* referencesIn(answer.records);
  else if (Array.isArray(answer)) for (const one of answer) yield* referencesIn(one);
  else if (answer !== null && typeof answer === 'object' && Object.getPrototypeOf(answer) === Object.prototype) {
    for (const one of Object.values(answer)) yield* referencesIn(one);
  }
}
