import type { Cause } from '../../engine/document/findings/refusal.ts';
import { type LegacyKey, showKey } from '../../engine/document/legacy-key.ts';
import { childId, rootId } from '../../engine/document/prisma-id.ts';
import type { Plan, Stage } from '../../engine/plan/stage.ts';
import { type Lookup, lookupName } from '../../engine/state/documents/id-map.ts';
import type { Moved } from '../../engine/state/documents/outcome.ts';
import type { Query } from '../../engine/target/query.ts';
import type { Records } from '../../engine/transform/records.ts';
import { ByteKeys } from './byte-keys.ts';

/** Documents of a stage that cannot move: a cascade keeps the cause that it goes back to. */
interface Held {
  readonly keys: ByteKeys;
  readonly reasons: (string | Cause)[];
}

/**
 * What an assessment remembers in the place of the ID map and the quarantine: keys, no rows. Ids are computed from the
 * keys, as they always are. What stages ask of rows of earlier stages is answered by none: it decides values, and no
 * document's fate.
 */
export class MemoryRecords implements Records {
  readonly #moved = new Map<string, ByteKeys>();
  readonly #held = new Map<string, Held>();
  /** Sub-documents that other documents refer to, by collection. */
  readonly #children = new Map<string, ByteKeys>();
  readonly #stages: ReadonlyMap<string, Stage>;
  readonly #paths = new Map<string, { readonly stage: Stage; readonly path: string }>();

  constructor(plan: Plan) {
    this.#stages = new Map(plan.stages.map((stage) => [stage.idCollection, stage]));
    for (const stage of plan.stages) {
      this.#moved.set(stage.idCollection, new ByteKeys());
      this.#held.set(stage.name, { keys: new ByteKeys(), reasons: [] });
      for (const { collection, path } of stage.children) this.#paths.set(collection, { stage, path });
      for (const { collection } of stage.subReferences) this.#children.set(collection, new ByteKeys());
    }
  }

  /** Bytes that the keys take. */
  get bytes(): number {
    const held = [...this.#held.values()].map(({ keys }) => keys);
    return [...this.#moved.values(), ...this.#children.values(), ...held].reduce((sum, { bytes }) => sum + bytes, 0);
  }

  /** Remembers a document that moves. @returns its number in its stage */
  addMoved(stage: Stage, { raw, entries }: Moved): number {
    for (const { collection, parent, key } of entries) this.#children.get(collection)?.add(nested(parent, key));
    return this.#moved.get(stage.idCollection)!.add(raw.key);
  }

  /** The key of a document that moves, by its number. */
  movedKey(stage: Stage, number: number): LegacyKey {
    return this.#moved.get(stage.idCollection)!.at(number);
  }

  /** Documents of a stage that move. */
  countMoved(stage: Stage): number {
    return this.#moved.get(stage.idCollection)!.size;
  }

  /** Remembers a document that cannot move. */
  addHeld(stage: Stage, key: LegacyKey, code: string, cause: Cause | null): void {
    const { keys, reasons } = this.#held.get(stage.name)!;
    reasons[keys.add(key)] = code === 'cascade' && cause !== null ? cause : code;
  }

  async resolve(lookups: readonly Lookup[]): Promise<Map<string, string>> {
    const found = new Map<string, string>();
    for (const lookup of lookups) {
      const id = this.#idOf(lookup);
      if (id !== null) found.set(lookupName(lookup), id);
    }
    return found;
  }

  #idOf({ collection, parent, key }: Lookup): string | null {
    if (parent.length === 0) {
      const stage = this.#stages.get(collection);
      if (stage === undefined || this.#moved.get(collection)!.find(key) < 0) return null;
      return rootId(collection, stage.collectionNumber, key);
    }
    const { stage, path } = this.#paths.get(collection) ?? {};
    if (stage === undefined || (this.#children.get(collection)?.find(nested(parent, key)) ?? -1) < 0) return null;
    return childId(stage.idCollection, parent, path!, key, 0);
  }

  async causes(
    asked: readonly { readonly stage: Stage; readonly key: LegacyKey }[],
  ): Promise<{ index: number; cause: Cause }[]> {
    return asked.flatMap(({ stage, key }, index) => {
      const { keys, reasons } = this.#held.get(stage.name)!;
      const number = keys.find(key);
      if (number < 0) return [];
      const reason = reasons[number]!;
      const own = { collection: stage.collection, legacyId: showKey(key) };
      return [{ index, cause: typeof reason === 'string' ? { ...own, code: reason } : reason }];
    });
  }

  readonly query: Query = async () => [];
}

function nested(parent: LegacyKey, key: LegacyKey): Buffer {
  const length = Buffer.allocUnsafe(4);
  length.writeUInt32LE(parent.length);
  return Buffer.concat([length, parent, key]);
}
