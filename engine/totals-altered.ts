import { deserialize } from 'bson';
import { bytesOfBytea } from './bytea.ts';
import { EXACT_BSON } from './exact-bson.ts';
import { Exact } from './exact-number.ts';
import type { FindingCode } from './finding.ts';
import { generalPath } from './findings.ts';
import { POLICY_FINDINGS } from './policy-codes.ts';
import { TotalsCounter } from './source/dump-totals.ts';
import type { Query, Stage } from './stage.ts';
import { SELECTED_KEYS } from './totals-found.ts';

/** What one kind of finding changed about a count or a sum. */
export interface Alteration {
  readonly code: FindingCode;
  readonly findings: number;
  /** To be added to what the source's engine counted: an exact decimal, with its sign. */
  readonly value: string;
}

/** Findings of the documents that are in the target now, whichever run moved them. */
const OF_MOVED = `migration_finding AS finding JOIN migration_id_map AS map
    ON map.collection = $1 AND map.parent_key = ''::bytea AND map.legacy_key = finding.legacy_key
   AND map.run_id = finding.run_id
  WHERE finding.stage = $2
    AND ($3::text = '' OR finding.legacy_key IN (${SELECTED_KEYS('$3', '$2')}))`;

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

const PAGE = 5_000;

const ALTERING = ['floatNoise', 'cast', ...Object.keys(POLICY_FINDINGS)].map((code) => `'${code}'`).join(', ');

/**
 * What findings say about summed numbers: `floatNoise` puts a rounded number in a double's place, `cast` a number in
 * the place of a text or boolean that no `$sum` counts, a policy another number, or NULL, in the place of a bad value.
 * Defaults of summed columns are 0 and alter nothing.
 * @returns by numeric path
 */
export async function alteredSums(
  query: Query,
  stage: Stage,
  selectionOf: string | null,
): Promise<Map<string, Alteration[]>> {
  const paths = JSON.stringify([...new Set(stage.sums.map(({ path }) => path))]);
  const sums = new Map<
    string,
    { path: string; code: FindingCode; findings: number; value: InstanceType<typeof Exact> }
  >();
  let after = '0';
  for (;;) {
    const rows = await query(
      `SELECT finding.id::text AS id, finding.code, finding.path, finding.old_value::text AS old, finding.note
       FROM ${OF_MOVED} AND finding.code IN (${ALTERING}) AND finding.id > $4::text::bigint
         AND ${GENERAL_PATH} IN (SELECT value FROM json_array_elements_text($5::text::json) AS value)
       ORDER BY finding.id LIMIT ${PAGE}`,
      [stage.idCollection, stage.name, selectionOf ?? '', after, paths],
    );
    for (const [, code, path, old, note] of rows) {
      const general = generalPath(path!);
      const name = `${general}\n${code}`;
      const sum = sums.get(name) ?? { path: general, code: code as FindingCode, findings: 0, value: new Exact(0) };
      const change = new Exact(note ?? '0').minus(old === null ? '0' : removed(code!, bytesOfBytea(old!)));
      sums.set(name, { ...sum, findings: sum.findings + 1, value: sum.value.plus(change) });
    }
    if (rows.length < PAGE) break;
    after = rows.at(-1)![0]!;
  }
  const altered = new Map<string, Alteration[]>();
  for (const { path, code, findings, value } of sums.values()) {
    altered.set(path, [...(altered.get(path) ?? []), { code, findings, value: value.toFixed() }]);
  }
  return altered;
}

/** The number that stood in the new one's place: to a round or a clamp our own decimals are texts, to a cast texts are the source's. */
function removed(code: string, boxed: Buffer): string {
  const { v } = deserialize(boxed, EXACT_BSON) as { v: unknown };
  return typeof v === 'string' && /=(round|clamp)$/.test(code) ? v : countedBySource(boxed);
}

/** What a sum over `{v: old value}` gives: the number, or 0 for what is none. */
function countedBySource(boxed: Buffer): string {
  const counter = new TotalsCounter({ collection: '', arrays: [], sums: ['v'] });
  counter.count(boxed);
  return counter.totals(1).sums['v']!;
}
