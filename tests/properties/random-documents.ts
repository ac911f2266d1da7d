import { createHash } from 'node:crypto';
import { Binary, DBRef, Decimal128, Double, Int32, Long, ObjectId, Timestamp, UUID } from 'bson';
import fc from 'fast-check';
import { keyOfDocument } from '../../engine/legacy-key.ts';
import type {
  DocumentsField,
  Field,
  Fields,
  ListField,
  ReferenceField,
  ScalarField,
} from '../../engine/model-fields.ts';
import { allowedValues, boundOf } from '../../engine/probe-document.ts';
import type { Plan, Stage } from '../../engine/stage.ts';
import { objectId, oddBooleans, oddDates, oddNumbers, oddTexts, oddValues, unknownFields } from './odd-values.ts';
import { Pairs, Undefined, writeBson } from './raw-writer.ts';

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
  const crowd = new Crowd(plan);
  return new Map(
    plan.stages.map((stage, number) => {
      const count = documents * (crowd.isUniquelyReferred(stage.modelName) ? 2 : 1);
      const recipes = fc.sample(recipeOf(stage.fields), { numRuns: count, seed: seed + number });
      return [stage.collection, recipes.map((recipe, index) => crowd.make(stage, index, recipe))];
    }),
  );
}

type Level = [string | Uint8Array, unknown][];
/** A value that depends on which document it stands in. */
type Make<V = unknown> = (at: Place) => V;

/** Which document a value stands in, and whom it can name. */
interface Place {
  readonly stage: Stage;
  readonly index: number;
  readonly crowd: Crowd;
}

interface Recipe {
  readonly valid: Make<Level>;
  readonly changes: readonly Change[];
}
/** Breaks a document in one place. */
interface Change {
  readonly shape: string;
  readonly apply: (root: Level, at: Place) => void;
}

/** All documents there will be: who is sound, and which `_id` each has. */
class Crowd {
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

/** All of 2023, and unlike for every two numbers. */
function numbered(...numbers: number[]): ObjectId {
  const hex = createHash('sha256').update(numbers.join('/')).digest('hex').slice(0, 8);
  return new ObjectId(`65000000${(numbers[1] ?? 0).toString(16).padStart(8, '0')}${hex}`);
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

function isUnique(field: ScalarField | ReferenceField): boolean {
  return (field.schemaType.options as { unique?: unknown }).unique === true;
}

function recipeOf(fields: Fields): fc.Arbitrary<Recipe> {
  const changes = changesOf(fields, []);
  return fc.record({
    valid: validLevel(fields, '', null),
    changes: fc.array(fc.oneof(...changes), { minLength: 1, maxLength: 3 }),
  });
}

/** @param own makes the level’s own `_id`, where it has one */
function validLevel(fields: Fields, prefix: string, own: Make | null): fc.Arbitrary<Make<Level>> {
  const members = [...fields].map(([name, field]) => {
    const value = validOf(field, prefix + name);
    const must =
      field.kind === 'nested'
        ? hasRequired(field.fields)
        : field.kind !== 'list' && field.kind !== 'documents' && field.required;
    const made = must ? value : fc.option(value, { freq: 5 });
    return made.map((make) => [name, make] as const);
  });
  return fc
    .tuple(...members)
    .map((made) => (at) => [
      ...(own === null ? [] : ([['_id', own(at)]] as Level)),
      ...made.flatMap(([name, make]) => (make === null ? [] : ([[name, make(at)]] as Level))),
    ]);
}

function hasRequired(fields: Fields): boolean {
  return [...fields.values()].some((field) =>
    field.kind === 'nested'
      ? hasRequired(field.fields)
      : field.kind !== 'list' && field.kind !== 'documents' && field.required,
  );
}

const constant =
  (value: unknown): Make =>
  () =>
    value;

function validOf(field: Field, path: string): fc.Arbitrary<Make> {
  switch (field.kind) {
    case 'nested':
      return validLevel(field.fields, `${path}.`, null).map((make) => (at) => new Pairs(make(at)));
    case 'documents':
      return validDocuments(field, path);
    case 'list':
      return fc
        .array(validOf(field.element, path), { maxLength: 3 })
        .map((makes) => (at) => makes.map((make) => make(at)));
    case 'reference':
      return validReference(field);
    default:
      return validScalar(field, path);
  }
}

function validDocuments(field: DocumentsField, path: string): fc.Arbitrary<Make> {
  const element = (n: number) => validLevel(field.fields, `${path}.`, (at) => childId(at, path, n));
  return fc.tuple(fc.integer({ min: 0, max: 3 }), element(0), element(1), element(2)).map(
    ([count, ...makes]) =>
      (at) =>
        makes.slice(0, count).map((make) => new Pairs(make(at))),
  );
}

function childId({ stage, index }: Place, path: string, n: number): ObjectId {
  return numbered(stage.collectionNumber, index, n, path.length, path.charCodeAt(0));
}

function validReference(field: ReferenceField): fc.Arbitrary<Make> {
  const { to } = field;
  if (to !== null && isUnique(field)) return fc.constant((at) => at.crowd.soundId(to, at.index));
  return fc.nat(2).map((n) => (at) => {
    if (to !== null) return at.crowd.soundId(to, n === 0 ? 0 : Math.floor(at.index / (3 * n)));
    const [array] = at.stage.children.filter(({ path }) => path.endsWith(`${field.name}s`));
    return childId(at, array?.path ?? 'rewards', n);
  });
}

const text = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 10 }).filter((value) => value.trim() !== '');

function validScalar(field: ScalarField, path: string): fc.Arbitrary<Make> {
  if (field.kind === 'text') {
    if (isUnique(field)) return fc.constant((at) => `${field.name.toLowerCase()}-${at.index}`);
    const allowed = allowedValues(field);
    return (allowed === null ? text : fc.constantFrom(...allowed)).map(constant);
  }
  if (field.kind === 'number') {
    const least = Math.max(0, boundOf(field, 'min', 0));
    const most = Math.min(boundOf(field, 'max', Infinity), least + 900);
    return fc.integer({ min: least, max: most }).map((value) => constant(new Int32(value)));
  }
  if (field.kind === 'boolean') return fc.boolean().map(constant);
  if (field.kind === 'date') {
    return fc.date({ noInvalidDate: true, min: new Date(0), max: new Date(4e12) }).map(constant);
  }
  if (field.schemaType.instance !== 'Map' && field.schemaType.instance !== 'Mixed') {
    throw new TypeError(`${path}: no value is known for a ${field.schemaType.instance}.`);
  }
  const key = fc.string({ unit: 'grapheme-ascii', minLength: 1, maxLength: 6 });
  return fc
    .dictionary(
      key,
      fc.oneof(
        text,
        fc.boolean(),
        fc.integer().map((one) => new Int32(one)),
      ),
    )
    .map(constant);
}

type Steps = readonly string[];

/** Every way in which documents of these fields are broken: each field, each array’s elements, each level. */
function changesOf(fields: Fields, steps: Steps): fc.Arbitrary<Change>[] {
  const unknown = unknownFields.map(([name, value]) =>
    change([...steps, '(unknown)'], 'added', (level) => void level.push([name, value]), steps, 0),
  );
  return [unknown, ...[...fields].flatMap(([name, field]) => changesOfField(field, [...steps, name]))];
}

function changesOfField(field: Field, steps: Steps): fc.Arbitrary<Change>[] {
  const own = fc.tuple(oddOf(field), fc.nat(2)).map(([make, pick]) => set(steps, make, pick));
  if (field.kind === 'nested') return [own, ...changesOf(field.fields, steps)];
  if (field.kind !== 'documents') return [own];
  const id = fc
    .tuple(
      fc.oneof(
        oddValues.map(constant),
        fc.nat(1).map((n) => (at: Place) => childId(at, steps.join('.'), n)),
        fc.constant(undefined),
      ),
      fc.nat(2),
    )
    .map(([make, pick]) => set([...steps, '_id'], make, pick));
  const element = fc.tuple(oddValues, fc.nat(2)).map(([value, pick]) =>
    change(
      steps,
      'element',
      (level, name) => {
        const elements = valueIn(level, name);
        if (Array.isArray(elements)) elements[pick % (elements.length + 1)] = value;
      },
      steps.slice(0, -1),
      pick,
    ),
  );
  return [own, id, element, ...changesOf(field.fields, steps)];
}

/** Gives a field another value; no value takes the field away. */
function set(steps: Steps, make: Make | undefined, pick: number): Change {
  return change(
    steps,
    make === undefined ? 'missing' : 'odd',
    (level, name, at) => {
      const there = level.findIndex(([own]) => own === name);
      if (there >= 0) level.splice(there, 1);
      if (make !== undefined) level.push([name, make(at)]);
    },
    steps.slice(0, -1),
    pick,
  );
}

function change(
  steps: Steps,
  how: string,
  apply: (level: Level, name: string, at: Place) => void,
  to: Steps,
  pick: number,
): Change {
  return {
    shape: `${steps.join('.')} ${how}`,
    apply: (root, at) => {
      const level = levelAt(root, to, pick);
      if (level !== null) apply(level, steps.at(-1)!, at);
    },
  };
}

/** The level that these steps lead to; one of its elements where there is an array; null where nothing of the kind is. */
function levelAt(root: Level, steps: Steps, pick: number): Level | null {
  let level = root;
  for (const step of steps) {
    const value = valueIn(level, step);
    const next = Array.isArray(value) ? value[pick % Math.max(1, value.length)] : value;
    if (!(next instanceof Pairs)) return null;
    level = next.pairs as Level;
  }
  return level;
}

function valueIn(level: Level, name: string): unknown {
  return level.find(([own]) => own === name)?.[1];
}

/** Values that a field should not have, or not in this form; undefined for none at all. */
function oddOf(field: Field): fc.Arbitrary<Make | undefined> {
  const fitting = oddForKind(field);
  return fc.oneof(
    { weight: 5, arbitrary: fitting },
    { weight: 2, arbitrary: oddValues.map(constant) },
    { weight: 1, arbitrary: fc.constantFrom(undefined, constant(null), constant(new Undefined())) },
  );
}

function oddForKind(field: Field): fc.Arbitrary<Make> {
  switch (field.kind) {
    case 'text':
      return oddTextsOf(field).map(constant);
    case 'number':
      return oddNumbers.map(constant);
    case 'date':
      return oddDates.map(constant);
    case 'boolean':
      return oddBooleans.map(constant);
    case 'reference':
      return oddReferences(field);
    case 'list':
      return oddLists(field);
    case 'json':
    case 'nested':
    case 'documents':
      return fc
        .oneof(
          fc.array(oddValues, { maxLength: 3 }),
          fc.array(unknownFields, { maxLength: 5 }).map((pairs) => new Pairs(pairs)),
        )
        .map(constant);
  }
}

function oddTextsOf(field: ScalarField): fc.Arbitrary<unknown> {
  const allowed = allowedValues(field) ?? [];
  const near = allowed.flatMap((value) => [value, `${value} `, value.toUpperCase(), value.normalize('NFD')]);
  if (near.length === 0) return oddTexts;
  return fc.oneof(oddTexts, fc.constantFrom(...near));
}

function oddLists({ element }: ListField): fc.Arbitrary<Make> {
  const inner = fc.oneof(oddForKind(element), oddValues.map(constant), fc.constant(constant(null)));
  return fc.oneof(
    fc.array(inner, { maxLength: 4 }).map((makes) => (at: Place) => makes.map((make) => make(at))),
    inner,
  );
}

/** Other documents (where each can be named once: broken ones), in every form in which clients write references; and nobody. */
function oddReferences(field: ReferenceField): fc.Arbitrary<Make> {
  const { to } = field;
  const named = fc.nat(400).map(
    (n): Make =>
      (at) => {
        if (to === null) return childId(at, at.stage.children[0]?.path ?? 'rewards', n % 3);
        return isUnique(field) ? at.crowd.brokenId(to, n) : at.crowd.idOf(to, n);
      },
  );
  const forms = fc.constantFrom<(id: unknown) => unknown>(
    (id) => id,
    (id) => (id instanceof ObjectId ? id.toHexString() : id),
    (id) => (id instanceof ObjectId ? id.toHexString().toUpperCase() : id),
    (id) => (id instanceof ObjectId ? new DBRef('any', id) : id),
    (id) => ({ _id: id, name: '민수' }),
    (id) => [id],
    (id) => (id instanceof Int32 ? Long.fromNumber(id.value) : id),
  );
  const someone = fc.tuple(named, forms).map(
    ([make, form]): Make =>
      (at) =>
        form(make(at)),
  );
  return fc.oneof({ weight: 3, arbitrary: someone }, { weight: 1, arbitrary: objectId.map(constant) });
}
