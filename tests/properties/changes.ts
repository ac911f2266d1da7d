import { DBRef, Int32, Long, ObjectId } from 'bson';
import fc from 'fast-check';
import type { Field, Fields, ListField, ReferenceField, ScalarField } from '../../engine/plan/model-fields.ts';
import { allowedValues } from '../../engine/transform/probe/probe-document.ts';
import { objectId, oddBooleans, oddDates, oddNumbers, oddTexts, oddValues, unknownFields } from './odd-values.ts';
import { childId, constant, isUnique, type Level, type Make, type Place } from './place.ts';
import { Pairs, Undefined } from './raw-writer.ts';

/** Breaks a document in one place. */
export interface Change {
  readonly shape: string;
  readonly apply: (root: Level, at: Place) => void;
}

type Steps = readonly string[];

/** Every way in which documents of these fields are broken: each field, each array’s elements, each level. */
export function changesOf(fields: Fields, steps: Steps): fc.Arbitrary<Change>[] {
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
