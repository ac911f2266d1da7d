import { createHash } from 'node:crypto';
import { Binary, Decimal128, Double, Int32, Long, Timestamp, UUID } from 'bson';
import fc from 'fast-check';
import { keyOfDocument } from '../../engine/document/legacy-key.ts';
import type { Fields } from '../../engine/plan/model-fields.ts';
import type { Plan, Stage } from '../../engine/plan/stage.ts';
import { type Change, changesOf } from './changes.ts';
import { type Crowd, isUnique, type Level, type Make, numbered } from './place.ts';
import { Pairs, writeBson } from './raw-writer.ts';
import { validLevel } from './valid-values.ts';

/** A document that was made up, with what was done to it. */
export interface RandomDocument {
  /** Its key as hex. */
  readonly key: string;
  readonly bytes: Buffer;
  /** Valid, and referring to sound documents only: it has to move. */
  readonly sound: boolean;
  /** Its broken places, without their values. */
  readonly shape: readonly string[];
}

/** Random documents of every stage by collection: valid ones and broken ones, taking turns. */
export function randomDocuments(plan: Plan, documents: number, seed: number): Map<string, RandomDocument[]> {
  const crowd = new WholeCrowd(plan);
  return new Map(
    plan.stages.map((stage, number) => {
      const count = documents * (crowd.isUniquelyReferred(stage.modelName) ? 2 : 1);
      const recipes = fc.sample(recipeOf(stage.fields), { numRuns: count, seed: seed + number });
      return [stage.collection, recipes.map((recipe, index) => crowd.make(stage, index, recipe))];
    }),
  );
}

interface Recipe {
  readonly valid: Make<Level>;
  readonly changes: readonly Change[];
}
class WholeCrowd implements Crowd {
  readonly #plan: Plan;
  constructor(plan: Plan) {
    this.#plan = plan;
  }

  isUniquelyReferred(model: string): boolean {
    return this.#plan.stages.some(({ fields }) =>
      [...fields.values()].some((field) => field.kind === 'reference' && field.to === model && isUnique(field)),
    );
  }

  /** One document in so many is sound. */
  #turns(model: string): number {
    return this.isUniquelyReferred(model) ? 2 : 3;
  }

  isSound({ modelName }: Stage, index: number): boolean {
    return index % this.#turns(modelName) === 0;
  }

  soundId(model: string, n: number): unknown {
    return this.idOf(model, n * this.#turns(model));
  }

  brokenId(model: string, n: number): unknown {
    return this.idOf(model, n * this.#turns(model) + 1);
  }

  idOf(model: string, index: number): unknown {
    const stage = this.#plan.stages.find(({ modelName }) => modelName === model)!;
    const plain = numbered(stage.collectionNumber, index);
    if (this.isSound(stage, index) || index % 11 !== 1) return plain;
    const odd = ODD_IDS[((index - 1) / 11) % ODD_IDS.length]!;
    return odd(index);
  }

  make(stage: Stage, index: number, { valid, changes }: Recipe): RandomDocument {
    const at = { stage, index, crowd: this };
    const level: Level = [['_id', this.idOf(stage.modelName, index)], ...valid(at)];
    const sound = this.isSound(stage, index);
    if (!sound) for (const change of changes) change.apply(level, at);
    const bytes = writeBson(new Pairs(level));
    const shape = sound ? [] : changes.map((change) => change.shape);
    return { key: keyOfDocument(bytes)!.toString('hex'), bytes, sound, shape };
  }
}

const ODD_IDS: readonly ((n: number) => unknown)[] = [
  (n) => `id-${n}`,
  (n) => new Int32(n),
  (n) => Long.fromBigInt(2n ** 53n + BigInt(n)),
  (n) => new Double(n + 0.5),
  (n) => Decimal128.fromString(`${n}.25`),
  (n) => new UUID(`00000000-0000-7000-8000-${n.toString(16).padStart(12, '0')}`),
  (n) => new Binary(Buffer.from(`old ${n}`), 3),
  (n) => ({ site: 'kr', no: new Int32(n) }),
  (n) => new Date(n),
  (n) => new Timestamp({ t: n, i: 1 }),
  (n) => `긴 이름 ${n} ${createHash('sha512').update(`${n}`).digest('hex').repeat(40)}`,
];

function recipeOf(fields: Fields): fc.Arbitrary<Recipe> {
  const changes = changesOf(fields, []);
  return fc.record({
    valid: validLevel(fields, '', null),
    changes: fc.array(fc.oneof(...changes), { minLength: 1, maxLength: 3 }),
  });
}
