import type { Column, Table } from '../../../prisma/model/target-model.ts';
import type { Field } from '../../plan/model-fields.ts';
import type { Stage } from '../../plan/stage.ts';
import { tableOf } from '../../plan/stage-tables.ts';
import type { Query } from '../../target/query.ts';
import {
  changed,
  idOf,
  type Place,
  type PlacedField,
  type Probe,
  placedFields,
  plainPath,
  secondValue,
  wholeDocument,
} from './probe-document.ts';
import { type ProbeOutcome, runProbe } from './run-probe.ts';

/** A column of the target. */
export interface Destination {
  readonly table: string;
  readonly column: Column;
  /** The whole table that the column is of. */
  readonly of: Table;
}

/** A stage, a document that has everything, and what became of it. */
export interface ProbeContext {
  readonly stage: Stage;
  readonly whole: Probe;
  readonly base: Extract<ProbeOutcome, { kind: 'moved' }>;
  readonly query: Query | undefined;
}

/** @throws Error when the stage refuses a document that has everything its model allows */
export async function openProbe(stage: Stage, query?: Query): Promise<ProbeContext> {
  const whole = wholeDocument(stage.fields);
  const base = await runProbe(stage, whole, query);
  if (base.kind === 'refused') throw new Error(`${stage.name}: the probe was refused (${base.code}).`);
  return { stage, whole, base, query };
}

/** Where a field's value goes: columns that hold it, columns that only depend on it, and the array that it names. */
export interface Followed {
  readonly to: readonly Destination[];
  readonly decides: readonly Destination[];
  /** The array of the same document whose elements the reference names, when it does. */
  readonly within: string | null;
}

/** Changes a plain field and looks which columns follow. @throws Error when the other value is refused */
export async function followField(
  context: ProbeContext,
  { field, place }: PlacedField,
  arrays: readonly Place[],
): Promise<Followed> {
  if (field.kind === 'documents' || field.kind === 'nested') return { to: [], decides: [], within: null };
  let touched = await changes(context, place, secondValue(field));
  let within: string | null = null;
  if (field.kind === 'reference' && field.to === null) {
    for (const array of arrays) {
      const found = await changes(context, place, idOf(plainPath(array)));
      if (found.length === 0 || touched.length > 0) continue;
      touched = found;
      within = plainPath(array);
    }
  }
  const isOwn = (one: Destination) => holds(context.stage, field, one);
  return { to: touched.filter(isOwn), decides: touched.filter((one) => !isOwn(one)), within };
}

/** The JSON column that a group as a whole becomes; null when its members go to columns of their own. */
export async function gatheredInto(context: ProbeContext, place: Place): Promise<Destination | null> {
  const after = await runProbe(context.stage, changed(context.whole, place, undefined), context.query);
  if (after.kind === 'refused') return null;
  const touched = await changes(context, place, undefined);
  return touched.length === 1 && touched[0]!.column.kind === 'json' ? touched[0]! : null;
}

/** Whether a column that follows a field is the one that holds it: a reference's foreign key leads to its own model. */
function holds(stage: Stage, field: Field, { table, column }: Destination): boolean {
  if (field.kind !== 'reference') return column.kind !== 'uuid';
  if (field.to === null) return true;
  return tableOf(stage, table).references.some(
    ({ fields, model }) => fields.includes(column.field) && model === field.to,
  );
}

/** The columns that differ when one value does. @throws Error when the other value is refused */
export async function changes(
  { stage, whole, base, query }: ProbeContext,
  place: Place,
  value: unknown,
): Promise<Destination[]> {
  const after = await runProbe(stage, changed(whole, place, value), query);
  if (after.kind === 'refused') {
    throw new Error(`${stage.name}.${plainPath(place)}: the probe was refused (${after.code}).`);
  }
  const touched = [...after.cells].filter(([name, cell]) => base.cells.get(name) !== cell).map(([name]) => name);
  return touched.map((name) => destination(stage, name));
}

function destination(stage: Stage, name: string): Destination {
  const [table, field] = name.split('.') as [string, string];
  const of = tableOf(stage, table);
  return { table, column: of.columns.find((column) => column.field === field)!, of };
}

/** What becomes of the values at a path. */
export type Fate =
  /** They are in these columns, as `Table.column`. */
  | { readonly kind: 'columns'; readonly columns: readonly string[] }
  /** Each element becomes a row. */
  | { readonly kind: 'rows'; readonly table: string }
  /** A group: its members have columns of their own. */
  | { readonly kind: 'group' }
  /** Kept in `migration_leftover`, since the model does not know the field. */
  | { readonly kind: 'leftover' }
  /** Mongoose's version counter is not moved. */
  | { readonly kind: 'dropped' }
  /** The model knows the field, but trying it out did not tell where it goes. */
  | { readonly kind: 'unknown' };

const fates = new WeakMap<Stage, Promise<ReadonlyMap<string, Fate>>>();

/**
 * Where the values of every path that a stage's model knows go, found by running the stage's own check and transform
 * over documents that differ in one field: it cannot drift from the transform. Tried once per stage and process.
 */
export function fatesOf(stage: Stage): Promise<ReadonlyMap<string, Fate>> {
  const known = fates.get(stage);
  if (known !== undefined) return known;
  const tried = tryFates(stage);
  fates.set(stage, tried);
  return tried;
}

/** The fate of any path, also of one that the model does not know. */
export function fateAt(known: ReadonlyMap<string, Fate>, path: string): Fate {
  return known.get(path) ?? { kind: 'leftover' };
}

async function tryFates(stage: Stage): Promise<Map<string, Fate>> {
  const context = await openProbe(stage).catch(() => null);
  const all = placedFields(stage.fields);
  const arrays = all.filter(({ field }) => field.kind === 'documents').map(({ place }) => place);
  const found = new Map<string, Fate>([['_id', idFate(stage, stage.tables[0]!.table)]]);
  for (const placed of all) {
    const path = plainPath(placed.place);
    found.set(path, context === null ? { kind: 'unknown' } : await fateOf(context, placed, arrays));
    const { table } = stage.children.find((children) => children.path === path) ?? {};
    if (placed.field.kind === 'documents' && table !== undefined) found.set(`${path}._id`, idFate(stage, table));
  }
  return found.set('__v', { kind: 'dropped' });
}

const idFate = (stage: Stage, table: string): Fate => ({
  kind: 'columns',
  columns: [`${table}.${tableOf(stage, table).primaryKey.fields[0]}`],
});

async function fateOf(context: ProbeContext, placed: PlacedField, arrays: readonly Place[]): Promise<Fate> {
  const path = plainPath(placed.place);
  const { kind } = placed.field;
  if (kind === 'documents') {
    const children = context.stage.children.find((one) => one.path === path);
    return children === undefined ? { kind: 'unknown' } : { kind: 'rows', table: children.table };
  }
  try {
    const gathered = kind === 'nested' ? await gatheredInto(context, placed.place) : null;
    const { to } = await followField(context, placed, arrays);
    const columns = [...to, ...(gathered === null ? [] : [gathered])];
    if (columns.length === 0) return { kind: kind === 'nested' ? 'group' : 'unknown' };
    return { kind: 'columns', columns: columns.map(({ table, column }) => `${table}.${column.field}`) };
  } catch {
    // A rule of the model's own that no made-up value passes: it is told as unknown, and harms no report.
    return { kind: 'unknown' };
  }
}
