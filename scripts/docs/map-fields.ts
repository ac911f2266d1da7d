import type { Field } from '../../engine/plan/model-fields.ts';
import type { Stage } from '../../engine/plan/stage.ts';
import { tableOf } from '../../engine/plan/stage-tables.ts';
import type { Query } from '../../engine/target/query.ts';
import {
  changes,
  type Destination,
  followField,
  gatheredInto,
  openProbe,
  type ProbeContext,
} from '../../engine/transform/probe/destinations.ts';
import {
  allowedValues,
  boundOf,
  changed,
  firstValue,
  idOf,
  type Place,
  type PlacedField,
  placedFields,
  plainPath,
  valueAt,
} from '../../engine/transform/probe/probe-document.ts';
import { NOWHERE, QUARANTINED, runProbe, uuidOf } from '../../engine/transform/probe/run-probe.ts';

/** What came of a value that is not as it should be: refused with a code, or moved as a cell with findings. */
export interface Observed {
  readonly refused: string | null;
  /** The destination's cell, as JSON; null when nothing came there. */
  readonly cell: string | null;
  readonly findings: readonly string[];
}

/** Where a field goes and how, all of it seen by running the stage over documents that differ in this field only. */
export interface MappedField {
  readonly placed: PlacedField;
  readonly to: readonly Destination[];
  /** Columns whose value depends on this field though they hold another one's. */
  readonly decides: readonly Destination[];
  /** The array of the same document whose elements the reference names, when it does. */
  readonly within: string | null;
  /** What came of each kind of trouble that this field can have. */
  readonly trouble: ReadonlyMap<Trouble, Observed>;
}

export type Trouble =
  | 'missing'
  | 'null'
  | 'empty'
  | 'tooLong'
  | 'belowMin'
  | 'aboveMax'
  | 'decimals'
  | 'unknownValue'
  | 'nullElement'
  | 'dangling'
  | 'quarantined';

/** `_id`s, the places of array elements, and every field of a stage, with what becomes of them. */
export interface MappedStage {
  readonly stage: Stage;
  readonly fields: readonly MappedField[];
  /** What follows from the `_id` of the root (empty path) and of each array's elements. */
  readonly ids: ReadonlyMap<string, readonly Destination[]>;
  /** What follows from an element's place in its array. */
  readonly places: ReadonlyMap<string, readonly Destination[]>;
  /** What came of an element without `_id`, by array. */
  readonly withoutId: ReadonlyMap<string, Observed>;
}

/** What the target would answer to a stage that looks for pledges: one for each project and backer, of 1000.00. */
const pledgeOfEveryPair: Query = async (_sql, [projects, backers]) =>
  (projects as string[]).map((project, i) => {
    const backer = (backers as string[])[i]!;
    return [uuidOf(`pledge ${project} ${backer}`), project, backer, '1000.00'];
  });

/** Runs a stage over probes of every field. @throws Error when a probe is refused that should not be */
export async function mapStage(stage: Stage): Promise<MappedStage> {
  const context = await openProbe(stage, pledgeOfEveryPair);
  const all = placedFields(stage.fields);
  const arrays = all.filter(({ field }) => field.kind === 'documents').map(({ place }) => place);
  const fields: MappedField[] = [];
  for (const placed of all) fields.push(await mapField(context, placed, arrays));
  const ids = new Map([['', await changes(context, ['_id'], idOf('other'))]]);
  const places = new Map<string, readonly Destination[]>();
  const withoutId = new Map<string, Observed>();
  for (const array of arrays) {
    const path = plainPath(array);
    ids.set(path, await changes(context, [...array, 0, '_id'], idOf('other')));
    places.set(path, await changes(context, array, [null, ...(valueAt(context.whole, array) as unknown[])]));
    withoutId.set(path, await observe(context, [...array, 0, '_id'], undefined, null));
  }
  return { stage, fields, ids, places, withoutId };
}

async function mapField(context: ProbeContext, placed: PlacedField, arrays: readonly Place[]): Promise<MappedField> {
  const { field, place } = placed;
  const trouble = new Map<Trouble, Observed>();
  if (field.kind === 'documents') {
    trouble.set('missing', await observe(context, place, undefined, null));
    return { placed, to: [], decides: [], within: null, trouble };
  }
  if (field.kind === 'nested') {
    const to = await gatheredInto(context, place);
    if (to !== null) trouble.set('missing', await observe(context, place, undefined, to));
    return { placed, to: to === null ? [] : [to], decides: [], within: null, trouble };
  }
  const { to, decides, within } = await followField(context, placed, arrays);
  await requireOwnLabels(context, placed, to);
  for (const [kind, value] of troubles(field)) trouble.set(kind, await observe(context, place, value, to[0] ?? null));
  return { placed, to, decides, within, trouble };
}

/** @throws Error when an allowed value is stored as anything but itself */
async function requireOwnLabels(
  context: ProbeContext,
  { field, place }: PlacedField,
  to: readonly Destination[],
): Promise<void> {
  const inner = field.kind === 'list' ? field.element : field;
  const [own] = to;
  if (inner.kind !== 'text' || own === undefined || own.column.kind !== 'enum') return;
  for (const value of allowedValues(inner) ?? []) {
    const given = field.kind === 'list' ? [value] : value;
    const { cell } = await observe(context, place, given, own);
    if (cell === JSON.stringify(given)) continue;
    throw new Error(`${context.stage.name}.${plainPath(place)}: ${value} is stored as ${cell}.`);
  }
}

/** Values that a field should not have, as far as its model and its column say anything about them. */
function troubles(field: Exclude<Field, { kind: 'nested' | 'documents' }>): [Trouble, unknown][] {
  const found: [Trouble, unknown][] = [
    ['missing', undefined],
    ['null', null],
  ];
  if (field.kind === 'text') {
    if (allowedValues(field) !== null) found.push(['unknownValue', 'no such value']);
    else found.push(['empty', '']);
    const most = boundOf(field, 'maxlength', Number.NaN);
    if (!Number.isNaN(most)) found.push(['tooLong', 'x'.repeat(most + 1)]);
  }
  if (field.kind === 'number') {
    const [least, most] = [boundOf(field, 'min', Number.NaN), boundOf(field, 'max', Number.NaN)];
    if (!Number.isNaN(least)) found.push(['belowMin', least - 1]);
    if (!Number.isNaN(most)) found.push(['aboveMax', most + 1]);
    found.push(['decimals', (firstValue(field) as number) + 0.123456789]);
  }
  if (field.kind === 'list') {
    found.push(['nullElement', [null, ...(firstValue(field) as unknown[])]]);
    if (field.element.kind === 'text' && allowedValues(field.element)) found.push(['unknownValue', ['no such value']]);
  }
  if (field.kind === 'reference') found.push(['dangling', NOWHERE]);
  // Only root documents are known to be in quarantine.
  if (field.kind === 'reference' && field.to !== null) found.push(['quarantined', QUARANTINED]);
  return found;
}

async function observe(
  { stage, whole, base, query }: ProbeContext,
  place: Place,
  value: unknown,
  to: Destination | null,
): Promise<Observed> {
  const after = await runProbe(stage, changed(whole, place, value), query);
  if (after.kind === 'refused') return { refused: after.code, cell: null, findings: [] };
  const findings = [...after.findings]
    .filter((finding) => !base.findings.has(finding))
    .map((text) => text.split(' ')[0]!);
  const cell = to === null ? null : (after.cells.get(`${to.table}.${to.column.field}`) ?? null);
  return { refused: null, cell, findings: [...new Set(findings)] };
}

/** The columns of the plan's tables that follow no field, `_id` or place of any document; there should be none. */
export function unreachedColumns(mapped: readonly MappedStage[]): string[] {
  const reached = new Set<string>();
  for (const { fields, ids, places } of mapped) {
    const all = [
      ...fields.flatMap(({ to, decides }) => [...to, ...decides]),
      ...[...ids.values(), ...places.values()].flat(),
    ];
    for (const { table, column } of all) reached.add(`${table}.${column.field}`);
  }
  const columns = mapped.flatMap(({ stage }) =>
    stage.tables.flatMap(({ table }) => tableOf(stage, table).columns.map(({ field }) => `${table}.${field}`)),
  );
  return columns.filter((column) => !reached.has(column));
}

/** The fields that end up in no column; groups and arrays end up in their members'. */
export function homelessFields(mapped: readonly MappedStage[]): string[] {
  return mapped.flatMap(({ stage, fields }) =>
    fields
      .filter(
        ({ placed, to }) => to.length === 0 && placed.field.kind !== 'nested' && placed.field.kind !== 'documents',
      )
      .map(({ placed }) => `${stage.collection}.${plainPath(placed.place)}`),
  );
}
