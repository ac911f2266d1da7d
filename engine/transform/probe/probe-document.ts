import { createHash } from 'node:crypto';
import { ObjectId } from 'bson';
import type { Field, Fields, ListField, ScalarField } from '../../plan/model-fields.ts';

/** A document made up to see what becomes of each of its fields. */
export type Probe = Record<string, unknown>;

/** Where a value stands in a probe: names, and 0 for the one element that each array has. */
export type Place = readonly (string | 0)[];

/** A field of a model with the place of its value in a probe. */
export interface PlacedField {
  readonly field: Field;
  readonly place: Place;
}

/** Every field of a model, groups before their members, in the model's order. */
export function placedFields(fields: Fields, at: Place = []): PlacedField[] {
  return [...fields].flatMap(([name, field]) => {
    const place = [...at, name];
    if (field.kind === 'nested') return [{ field, place }, ...placedFields(field.fields, place)];
    if (field.kind === 'documents') return [{ field, place }, ...placedFields(field.fields, [...place, 0])];
    return [{ field, place }];
  });
}

/** The path as people write it: `achievements[].title`. */
export function shownPath(place: Place): string {
  return place.reduce<string>((path, step) => (step === 0 ? `${path}[]` : path === '' ? step : `${path}.${step}`), '');
}

/** The path as findings and stages write it, without array places: `achievements.title`. */
export function plainPath(place: Place): string {
  return place.filter((step) => step !== 0).join('.');
}

/** A document that has everything: each field its first value, each array one element, every `_id` its own. */
export function wholeDocument(fields: Fields): Probe {
  return { _id: idOf('root'), ...members(fields, '') };
}

function members(fields: Fields, prefix: string): Probe {
  const probe: Probe = {};
  for (const [name, field] of fields) {
    const path = prefix + name;
    if (field.kind === 'nested') probe[name] = members(field.fields, `${path}.`);
    else if (field.kind === 'documents') probe[name] = [{ _id: idOf(path), ...members(field.fields, `${path}.`) }];
    // A reference to a sub-document of who knows which array stays away until its own turn.
    else if (field.kind !== 'reference' || field.to !== null) probe[name] = firstValue(field);
  }
  return probe;
}

/** The same id for the same name, always; all of one moment, in 2020. */
export function idOf(name: string): ObjectId {
  const bytes = createHash('sha256').update(name).digest().subarray(0, 12);
  bytes.writeUInt32BE(1_600_000_000);
  return new ObjectId(bytes);
}

type Leaf = Exclude<Field, { kind: 'nested' | 'documents' }>;

/** A legal value. All references to one model name one document, so that what belongs together meets. */
export const firstValue = (field: Leaf): unknown => sampleValue(field, 0);
/** Another legal value. */
export const secondValue = (field: Leaf): unknown => sampleValue(field, 1);

function sampleValue(field: Leaf, which: 0 | 1): unknown {
  switch (field.kind) {
    case 'reference':
      return idOf(`${which} ${field.to ?? 'sub'}`);
    case 'list':
      return [elementOf(field, which)];
    case 'text':
      return (
        allowedValues(field)?.[which] ?? `${field.name.toLowerCase()} ${which}`.slice(-boundOf(field, 'maxlength', 100))
      );
    case 'number':
      return Math.max(1, boundOf(field, 'min', 1)) + which;
    case 'date':
      return new Date(Date.UTC(2020 + which, 0, 2, 3, 4, 5, 678));
    case 'boolean':
      return which === 0;
    case 'json':
      return { key: which };
  }
}

function elementOf({ element }: ListField, which: 0 | 1): unknown {
  if (element.kind === 'nested' || element.kind === 'documents') throw new TypeError('lists hold plain values');
  return sampleValue(element, which);
}

/** The bound of a rule of the model, or what is given when it has no such rule. */
export function boundOf(field: Leaf, rule: string, otherwise: number): number {
  return field.rules.find(({ type }) => type === rule)?.bound ?? otherwise;
}

/** The values that the model's enum allows; null without an enum. */
export function allowedValues(field: ScalarField): readonly string[] | null {
  const { enumValues = [] } = field.schemaType as unknown as { enumValues?: readonly string[] };
  return enumValues.length === 0 ? null : enumValues;
}

/** A copy of the probe with another value in one place; `undefined` takes the field away. */
export function changed(probe: Probe, place: Place, value: unknown): Probe {
  const copy = structuredCopy(probe) as Probe;
  let level = copy as Record<string | 0, unknown>;
  for (const step of place.slice(0, -1)) level = level[step] as Record<string | 0, unknown>;
  const last = place.at(-1)!;
  if (value === undefined) delete level[last];
  else level[last] = value;
  return copy;
}

/** The value in one place. */
export function valueAt(probe: Probe, place: Place): unknown {
  return place.reduce<unknown>((level, step) => (level as Record<string | 0, unknown>)[step], probe);
}

/** Objects and arrays are copied, values of BSON and dates shared. */
function structuredCopy(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(structuredCopy);
  if (value === null || typeof value !== 'object' || Object.getPrototypeOf(value) !== Object.prototype) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, structuredCopy(inner)]));
}
