import type { Field, ListField, ScalarField } from '../../engine/plan/model-fields.ts';
import type { Stage } from '../../engine/plan/stage.ts';
import type { Destination } from '../../engine/transform/probe/destinations.ts';
import { allowedValues, boundOf } from '../../engine/transform/probe/probe-document.ts';
import type { Column } from '../../prisma/model/target-model.ts';
import type { MappedField, Observed, Trouble } from './map-fields.ts';

type Leaf = Exclude<Field, { kind: 'nested' | 'documents' }>;

/** A text as Markdown code. */
export const code = (text: string) => `\`${text}\``;

/** What the Mongoose model says of a field: type, whether it must be there, default, bounds, allowed values. */
export function modelSide(field: Field): string {
  if (field.kind === 'nested') return 'group';
  if (field.kind === 'documents') return 'array of sub-documents';
  const options = field.schemaType.options as Readonly<Record<string, unknown>>;
  const words = [typeName(field)];
  if (field.required) words.push('required');
  if (options['unique'] === true) words.push(options['sparse'] === true ? 'unique (sparse)' : 'unique');
  if (options['lowercase'] === true) words.push('lower case');
  for (const [rule, said] of [
    ['min', '≥'],
    ['max', '≤'],
    ['maxlength', 'length ≤'],
  ] as const) {
    const bound = boundOf(field, rule, Number.NaN);
    if (!Number.isNaN(bound)) words.push(`${said} ${bound}`);
  }
  if (field.default.kind === 'now') words.push('default: now');
  if (field.default.kind === 'value') words.push(`default ${code(JSON.stringify(field.default.value))}`);
  const values = allowedOf(field);
  if (values !== null) words.push(`one of ${values.join(' · ')}`);
  return words.join(', ');
}

function typeName(field: Leaf): string {
  const { instance } = field.schemaType;
  if (field.kind === 'reference') return field.to === null ? instance : `${instance} → ${field.to}`;
  if (field.kind === 'list') return `[${typeName(elementOf(field))}]`;
  return instance;
}

function elementOf({ element }: ListField): Leaf {
  if (element.kind === 'nested' || element.kind === 'documents') throw new TypeError('lists hold plain values');
  return element;
}

function allowedOf(field: Leaf): readonly string[] | null {
  const inner = field.kind === 'list' ? elementOf(field) : field;
  return inner.kind === 'text' ? allowedValues(inner as ScalarField) : null;
}

/** `Table.column`. */
export const columnName = ({ table, column }: Destination) => code(`${table}.${column.field}`);

/** A column's PostgreSQL type, and whether it may be NULL or must be unique. */
export function columnType({ of, column }: Destination): string {
  const isUnique = of.uniques.some(({ fields }) => fields.length === 1 && fields[0] === column.field);
  return `${column.sqlType.replaceAll('"', '')}${column.nullable ? '' : ' NOT NULL'}${isUnique ? ' UNIQUE' : ''}`;
}

/** The table that a column's foreign key leads to. */
function referredTo({ of, column }: Destination): string | null {
  return of.references.find(({ fields }) => fields.includes(column.field))?.model ?? null;
}

const DECIMALS: Readonly<Record<string, string>> = {
  'numeric(18,2)': 'money, exact to 2 decimals',
  'numeric(5,2)': 'exact to 2 decimals',
  'numeric(9,6)': 'a rate, exact to 6 decimals',
};

/** The transformation rule in words: what is done, then what is done with values that are not as they should be. */
export function ruleOf(stage: Stage, mapped: MappedField): string {
  const { field } = mapped.placed;
  if (field.kind === 'documents') return rowsOf(stage, mapped);
  if (field.kind === 'nested') return 'its present members as one JSON object';
  const to = mapped.to[0]!;
  const parts = [actionOf(stage, mapped, field, to)];
  if (to.column.kind !== 'json' && to.column.field !== field.name) parts.push(`renamed from ${code(field.name)}`);
  if (mapped.decides.length > 0) parts.push(`also decides ${mapped.decides.map(columnName).join(', ')}`);
  for (const [kind, observed] of mapped.trouble) {
    const said = troubleText(kind, field, observed);
    if (said !== null) parts.push(said);
  }
  return parts.join('; ');
}

function rowsOf(stage: Stage, { placed }: MappedField): string {
  const path = placed.place.filter((step) => step !== 0).join('.');
  const children = stage.children.find((one) => one.path === path)!;
  return `one row of ${code(children.table)} for each element; null elements are dropped (${code('nullElement')})`;
}

function actionOf(stage: Stage, mapped: MappedField, field: Leaf, to: Destination): string {
  const { column } = to;
  if (field.kind === 'reference') return referenceAction(stage, mapped, to);
  if (field.kind === 'list')
    return column.kind === 'enum' ? `each element: ${enumAction(column)}` : 'each element unchanged';
  if (column.kind === 'enum') return enumAction(column);
  if (column.kind === 'json') return field.kind === 'json' ? 'as JSON' : `under its own name in the JSON object`;
  if (column.kind === 'decimal') return DECIMALS[column.sqlType] ?? 'exact decimal';
  if (column.kind === 'bigint' || column.kind === 'integer') return 'whole number';
  if (column.kind === 'timestamp') return 'the moment, to the millisecond';
  if (field.kind === 'text' && field.hasSetters) return `lower-cased as the model does (${code('setter')})`;
  return 'unchanged';
}

function enumAction({ enumName }: Column): string {
  return `enum ${code(enumName!)}, whose labels are the source’s texts`;
}

function referenceAction(stage: Stage, { placed, within }: MappedField, to: Destination): string {
  const table = code(referredTo(to) ?? '');
  if (within !== null) return `names an element of this document’s ${code(within)}: the id of its row in ${table}`;
  const sub = stage.subReferences.find(({ path }) => path === placed.place.join('.'));
  if (sub !== undefined) {
    return `names a sub-document of the document that ${code(sub.within)} names: the id of its row in ${table}`;
  }
  return `the id of the row in ${table}, by the ID map`;
}

function troubleText(kind: Trouble, field: Leaf, observed: Observed): string | null {
  const what = TROUBLES[kind]?.(field);
  if (what === undefined) return null;
  const result = resultOf(kind, observed);
  return result === null ? null : `${what}: ${result}`;
}

const TROUBLES: Partial<Record<Trouble, (field: Leaf) => string>> = {
  empty: (field) => (field.required ? 'empty or blank' : 'empty'),
  tooLong: (field) => `longer than ${boundOf(field, 'maxlength', 0)}`,
  belowMin: (field) => `below ${boundOf(field, 'min', 0)}`,
  aboveMax: (field) => `above ${boundOf(field, 'max', 0)}`,
  decimals: () => 'more decimals',
  unknownValue: () => 'any other value',
  nullElement: () => 'null elements',
  dangling: () => 'no target',
  quarantined: () => 'quarantined target',
};

function resultOf(kind: Trouble, { refused, cell, findings }: Observed): string | null {
  if (refused !== null) return `refused (${code(refused)})`;
  if (findings.length === 0) return null;
  const told = `(${findings.map(code).join(', ')})`;
  if (kind === 'nullElement') return `dropped ${told}`;
  if (kind === 'dangling') return `NULL, the old value is a leftover ${told}`;
  return cell === 'null' ? `NULL ${told}` : `kept whole ${told}`;
}

/** What stands in for a field that is missing, and for one that is null where that is something else. */
export function missingText({ placed, to, trouble }: MappedField): string {
  if (placed.field.kind === 'documents') return 'no rows';
  const missing = trouble.get('missing')!;
  const said = standIn(placed.field, missing, to[0]!.column.kind);
  const none = trouble.get('null');
  const saidOfNull = none === undefined ? said : standIn(placed.field, none, to[0]!.column.kind);
  return said === saidOfNull ? said : `${said}; null: ${saidOfNull}`;
}

function standIn(field: Field, { refused, cell, findings }: Observed, kind: Column['kind']): string {
  if (refused !== null) return `refused (${code(refused)})`;
  const told = findings.length === 0 ? '' : ` (${findings.map(code).join(', ')})`;
  if (findings.includes('fromId')) return `the time in the nearest ObjectId${told}`;
  if (findings.includes('fromCreatedAt')) return `${code('createdAt')}${told}`;
  if (cell === 'null') return `NULL${told}`;
  if (kind === 'json' && field.kind === 'text') return 'left out';
  return `${code(cell ?? '')}${told}`;
}
