import { Int32 } from 'bson';
import fc from 'fast-check';
import type { DocumentsField, Field, Fields, ReferenceField, ScalarField } from '../../engine/plan/model-fields.ts';
import { allowedValues, boundOf } from '../../engine/transform/probe/probe-document.ts';
import { childId, constant, isUnique, type Level, type Make } from './place.ts';
import { Pairs } from './raw-writer.ts';

/** @param own makes the level’s own `_id`, where it has one */
export function validLevel(fields: Fields, prefix: string, own: Make | null): fc.Arbitrary<Make<Level>> {
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
