import { BSONType } from 'bson';
import { elementNamed } from '../../document/bson/raw-bson.ts';
import { Exact } from '../../document/exact-number.ts';
import type { FindingCode } from '../../document/findings/finding.ts';
import { generalPath } from '../../document/findings/path.ts';
import type { PolicyUse } from '../../document/findings/policy-codes.ts';
import { POLICY_FINDINGS } from '../../messages/labels/policies.ts';
import type { ComparedColumn } from '../../plan/columns/compared-columns.ts';
import type { Stage } from '../../plan/stage.ts';
import { Extremes, exactText, momentAt, numberAt, textAt } from '../../source/totals/value-totals.ts';
import { bytesOfBytea } from '../../target/bytea.ts';
import { indexed, isRoot } from '../../target/indexed-key.ts';
import type { Query } from '../../target/query.ts';
import { SELECTED_KEYS } from './totals-found.ts';

/** What one kind of finding changed about a figure. */
export interface Alteration {
  readonly code: FindingCode;
  readonly findings: number;
  /**
   * Of counts and sums: what is to be added to what the source's engine counted, an exact decimal with its sign. Of a
   * least or greatest value: the least or greatest one that these findings put in.
   */
  readonly value: string;
}

/** Findings of the documents that are in the target now, whichever run moved them. */
const OF_MOVED = `migration_finding AS finding JOIN migration_id_map AS map
    ON map.collection = $1 AND ${isRoot('map')} AND ${indexed('map.legacy_key')} = ${indexed('finding.legacy_key')}
   AND map.run_id = finding.run_id
  WHERE finding.stage = $2
    AND ($3::text = '' OR ${indexed('finding.legacy_key')} IN (${SELECTED_KEYS('$3', '$2')}))`;

const GENERAL_PATH = String.raw`regexp_replace(finding.path, '\.\d+(?=\.|$)', '', 'g')`;

/**
 * What findings say about counted elements: a null element of an array counts for MongoDB's `$unwind` but becomes no
 * row. A single value where an array belongs counts as one element for both.
 * @param selectionOf the run whose selected keys bound the count, null for all documents
 * @returns by array path
 */
export async function alteredElements(
  query: Query,
  stage: Stage,
  selectionOf: string | null,
): Promise<Map<string, Alteration[]>> {
  const rows = await query(
    `SELECT ${GENERAL_PATH} AS general, count(*)::text AS dropped FROM ${OF_MOVED} AND finding.code = 'nullElement'
     GROUP BY 1`,
    [stage.idCollection, stage.name, selectionOf ?? ''],
  );
  return new Map(
    rows.map(([path, dropped]) => [path!, [{ code: 'nullElement', findings: Number(dropped), value: `-${dropped}` }]]),
  );
}

/** What findings of one kind did to the values at one path. */
export interface Altered {
  readonly code: FindingCode;
  findings: number;
  /** What they add to the sum. */
  change: InstanceType<typeof Exact>;
  /** Values that became NULL, or the model's default. */
  emptied: number;
  /** Values that they took away, and those that they put in. */
  readonly removed: Extremes;
  readonly added: Extremes;
}

/** Kinds of finding after which nothing stands where a value of no number and no date stood. */
const EMPTYING: readonly FindingCode[] = [
  ...(['dangling', 'referenceType', 'referenceElsewhere', 'emptyText'] as const),
  ...Object.keys(POLICY_FINDINGS).filter((code): code is PolicyUse => code.endsWith('=null')),
];

const EMPTYING_CODES = EMPTYING.map((code) => `'${code}'`).join(', ');

const PAGE = 5_000;

/**
 * What findings say about the values of compared columns. One with an old value at a number's or a date's path took that
 * value away and put the number in its note in its place, or what the old value means where it has no note; without
 * either, nothing. Missing values that took a default are no business of findings here: they are counted.
 * @param keep how many of the lowest and highest values are kept, of those taken away and of those put in
 * @returns by path
 */
export async function alteredValues(
  query: Query,
  stage: Stage,
  columns: readonly ComparedColumn[],
  { selectionOf, keep }: { readonly selectionOf: string | null; readonly keep: number },
): Promise<Map<string, Altered[]>> {
  const kinds = new Map(columns.map(({ path, kind }) => [path, kind]));
  const altered = new Map<string, Altered[]>();
  let after = '0';
  for (;;) {
    const rows = await query(
      `SELECT finding.id::text AS id, finding.code, finding.path, finding.old_value::text AS old, finding.note
       FROM ${OF_MOVED} AND (finding.old_value IS NOT NULL OR finding.code IN (${EMPTYING_CODES}))
         AND finding.id > $4::text::bigint
         AND ${GENERAL_PATH} IN (SELECT value FROM json_array_elements_text($5::text::json) AS value)
       ORDER BY finding.id LIMIT ${PAGE}`,
      [stage.idCollection, stage.name, selectionOf ?? '', after, JSON.stringify([...kinds.keys()])],
    );
    for (const [, code, path, old, note] of rows) {
      const general = generalPath(path!);
      const given = { code: code as FindingCode, old: old === null ? null : bytesOfBytea(old!), note: note! };
      const known = altered.get(general) ?? [];
      altered.set(general, known);
      const one = known.find((each) => each.code === code) ?? newAltered(given.code, keep);
      if (!known.includes(one)) known.push(one);
      apply(one, given, kinds.get(general)!);
    }
    if (rows.length < PAGE) return altered;
    after = rows.at(-1)![0]!;
  }
}

function newAltered(code: FindingCode, keep: number): Altered {
  const values = { removed: new Extremes(keep), added: new Extremes(keep) };
  return { code, findings: 0, change: new Exact(0), emptied: 0, ...values };
}

/** A finding as its row has it; `old` is BSON `{v: old value}`. */
interface Given {
  readonly code: FindingCode;
  readonly old: Buffer | null;
  readonly note: string | null;
}

function apply(to: Altered, given: Given, kind: ComparedColumn['kind']): void {
  // What is null or undefined in the source is counted as such there.
  const wasEmpty = given.old !== null && isEmpty(given.old);
  if (kind === 'other') {
    if (!EMPTYING.includes(given.code) || wasEmpty) return;
    to.findings++;
    to.emptied++;
    return;
  }
  if (given.old === null) return;
  const [removed, added] =
    kind === 'number' ? numbers(given.code, given.old, given.note) : moments(given.code, given.old, given.note);
  to.findings++;
  to.change = to.change.plus(added ?? 0).minus(removed ?? 0);
  if (removed !== null) to.removed.add(removed);
  if (added !== null) to.added.add(added);
  else if (!wasEmpty) to.emptied++;
}

function isEmpty(old: Buffer): boolean {
  const { type } = elementNamed(old, 0, old.length, VALUE)!;
  return type === BSONType.null || type === BSONType.undefined;
}

type Change = readonly [removed: number | string | null, added: number | string | null];

const VALUE = Buffer.from('v');

function numbers(code: FindingCode, old: Buffer, note: string | null): Change {
  const { type, at } = elementNamed(old, 0, old.length, VALUE)!;
  // These keep a number that is too long for a double as text; any other text is the source's own, which counts for nothing.
  const isOurs = type === BSONType.string && (code === 'floatNoise' || /=(round|clamp)$/.test(code));
  const number = isOurs ? textAt(old, at) : numberAt(old, type, at);
  return [number === null ? null : exactText(String(number)), note];
}

function moments(code: FindingCode, old: Buffer, note: string | null): Change {
  const { type, at } = elementNamed(old, 0, old.length, VALUE)!;
  const meant = momentAt(old, type, at);
  const told = note === null ? Number.NaN : Date.parse(note);
  const removed = type === BSONType.date ? meant : null;
  if (code.endsWith('=null')) return [removed, null];
  return [removed, Number.isNaN(told) ? meant : told];
}
