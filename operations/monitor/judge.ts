import { type LegacyKey, showKey, typeOfKey } from '../../engine/document/legacy-key.ts';
import { mayBecome, type Rules, ruleOf, type TableRule } from '../../engine/plan/rules.ts';
import type { Stage } from '../../engine/plan/stage.ts';
import { codecOf, tableOf } from '../../engine/plan/stage-tables.ts';
import type { DocumentRows, EncodedRow } from '../../engine/target/row-codec.ts';
import type { Table } from '../../prisma/model/target-model.ts';

/** What is wrong, by its kind: no legitimate change of the platform explains it. */
export type DamageKind =
  /** A column that never changes has been changed. */
  | 'immutable'
  /** A label has become one that never follows it. */
  | 'transition'
  /** A row has been changed, and `updatedAt` is not newer than the switch. */
  | 'unexplained'
  /** A row is gone that nobody may delete, or without a newer `updatedAt` of its root. */
  | 'missing'
  /** A new row that says it is older than the switch. */
  | 'backdated'
  /** `updatedAt` lies in the future. */
  | 'future'
  /** A column of dates is off by the same time in all documents. */
  | 'timeShift'
  /** The count or the sum over rows that nobody has changed is not what it was. */
  | 'sum'
  /** The ID map has lost entries. */
  | 'idMap'
  /** Somebody still writes to the old database. */
  | 'sourceChanged';

/** One place that is wrong; no value. */
export interface Damage {
  readonly kind: DamageKind;
  /** `Table.column`, `Table`, or a path of the source. */
  readonly where: string;
  /** The document's `_id`, if it is an ObjectId: other ones can be personal data. Null as well where no document is meant. */
  readonly legacyId: string | null;
  /** The id of its root row. */
  readonly rootId: string | null;
  /** By how many milliseconds a date is off. */
  readonly offMs?: number;
  /** Another damage that was found is all the reason for this one. */
  readonly follows?: boolean;
}

/** A document, the rows that were due at the switch, and those that are there. */
export interface Judged {
  readonly key: LegacyKey;
  readonly rootId: string;
  readonly expected: DocumentRows;
  readonly found: DocumentRows;
  /** Its rows are, byte for byte, those that were written. */
  readonly isUntouched: boolean;
}

export interface Verdict {
  /** Rows that the platform has changed, and deleted. */
  readonly changed: number;
  readonly deleted: number;
  readonly damages: readonly Damage[];
}

export interface Moment {
  /** Milliseconds since 1970. */
  readonly switchedAt: number;
  readonly now: number;
}

/** Clocks of the platform's hosts may be ahead of this one by so much. */
const CLOCK_SKEW_MS = 5 * 60_000;

/** Tells the platform's own changes of a document from damage. Pure. */
export function judge(stage: Stage, rules: Rules, document: Judged, moment: Moment): Verdict {
  const { key, rootId, expected, found } = document;
  const legacyId = shownId(key);
  const damages: Damage[] = [];
  const tell = (kind: DamageKind, where: string, offMs?: number) =>
    damages.push({ kind, where, legacyId, rootId, ...(offMs !== undefined && { offMs }) });
  const root = stage.tables[0]!.table;
  const renewal = renewalOf(stage, expected.get(root)?.at(0), found.get(root)?.at(0), moment);
  if (renewal === 'future') tell('future', `${root}.updatedAt`);
  let [changed, deleted] = [0, 0];
  for (const { table } of stage.tables) {
    const rule = ruleOf(rules, table);
    const { idIndex } = codecOf(stage, table);
    const left = new Map(Array.from(found.get(table) ?? [], (row) => [row[idIndex]!, row]));
    const isExplained = renewal !== null || (rule.alone && table !== root);
    for (const row of expected.get(table) ?? []) {
      const other = left.get(row[idIndex]!);
      left.delete(row[idIndex]!);
      if (other === undefined) {
        // Nothing of a root row that is gone says when it went.
        if (rule.deletable && (isExplained || table === root)) deleted += 1;
        else tell('missing', table);
        continue;
      }
      const differing = differingColumns(tableOf(stage, table), rule, row, other, document.isUntouched);
      if (differing.length === 0) continue;
      const wrong = differing.flatMap(({ field, expected: from, found: to }) => {
        const kind = isExplained ? forbidden(tableOf(stage, table), rule, row, field, from, to) : 'unexplained';
        return kind === null
          ? []
          : [{ kind, where: `${table}.${field}`, offMs: offOf(tableOf(stage, table), field, from, to) }];
      });
      for (const { kind, where, offMs } of wrong) tell(kind, where, offMs);
      if (wrong.length === 0) changed += 1;
    }
  }
  return { changed, deleted, damages };
}

/** An ObjectId as people see it; null for other types of `_id`, which can hold personal data. */
export function shownId(key: LegacyKey): string | null {
  return typeOfKey(key) === 'objectId' ? showKey(key) : null;
}

interface Differing {
  readonly field: string;
  readonly expected: string;
  readonly found: string;
}

function differingColumns(
  { columns }: Table,
  rule: TableRule,
  row: EncodedRow,
  other: EncodedRow,
  isUntouched: boolean,
): Differing[] {
  return columns.flatMap(({ field }, i) =>
    row[i] === other[i] || (isUntouched && rule.computed.includes(field))
      ? []
      : [{ field, expected: row[i]!, found: other[i]! }],
  );
}

function forbidden(
  table: Table,
  rule: TableRule,
  row: EncodedRow,
  field: string,
  from: string,
  to: string,
): DamageKind | null {
  if (rule.immutable.includes(field)) return 'immutable';
  const isFixed = rule.fixed.some(
    ({ column, labels, columns }) => columns.includes(field) && labels.includes(textOf(valueAt(table, row, column))),
  );
  if (isFixed) return 'immutable';
  const transitions = rule.transitions[field];
  if (transitions !== undefined && !mayBecome(transitions, textOf(from), textOf(to))) return 'transition';
  return null;
}

/** Whether the platform has written the root row since the switch; null when it has not. */
function renewalOf(
  stage: Stage,
  expected: EncodedRow | undefined,
  found: EncodedRow | undefined,
  { switchedAt, now }: Moment,
): 'renewed' | 'future' | null {
  if (expected === undefined || found === undefined) return null;
  const table = tableOf(stage, stage.tables[0]!.table);
  const [before, after] = [timeAt(table, expected, 'updatedAt'), timeAt(table, found, 'updatedAt')];
  if (after > now + CLOCK_SKEW_MS && after !== before) return 'future';
  // A date that cannot be compared is none that the platform writes: whatever follows it is newer.
  return after > switchedAt && !(after <= before) ? 'renewed' : null;
}

function offOf({ columns }: Table, field: string, from: string, to: string): number | undefined {
  const column = columns.find((one) => one.field === field);
  if (column?.kind !== 'timestamp' || column.array || from === 'null' || to === 'null') return undefined;
  return momentOf(to) - momentOf(from);
}

const valueAt = ({ columns }: Table, row: EncodedRow, field: string): string =>
  row[columns.findIndex((column) => column.field === field)] ?? 'null';
const timeAt = (table: Table, row: EncodedRow, field: string) => momentOf(valueAt(table, row, field));
/** Milliseconds of a date as rows are encoded with it; NaN for NULL, and for years that are not of four digits. */
const momentOf = (json: string) => Date.parse(textOf(json).replace(' ', 'T').replace(/\+00$/, 'Z'));
/** Labels and dates are JSON strings. */
const textOf = (json: string): string => (json.startsWith('"') ? (JSON.parse(json) as string) : json);

/** So many documents off by the same time are one damage. */
const SHIFTED = 3;

/** Puts what is off by the same time in several documents together as one shift of its column. */
export function findShifts(damages: readonly Damage[]): Damage[] {
  const alike = new Map<string, Damage[]>();
  for (const damage of damages) {
    if (damage.offMs === undefined || damage.offMs === 0 || Number.isNaN(damage.offMs)) continue;
    const name = `${damage.where} ${damage.offMs}`;
    alike.set(name, [...(alike.get(name) ?? []), damage]);
  }
  const shifted = new Set<Damage>();
  for (const group of alike.values()) {
    if (new Set(group.map(({ rootId }) => rootId)).size >= SHIFTED) for (const damage of group) shifted.add(damage);
  }
  return damages.map((damage) => (shifted.has(damage) ? { ...damage, kind: 'timeShift' } : damage));
}
