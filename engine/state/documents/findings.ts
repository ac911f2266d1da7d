import { boxed } from '../../document/boxed.ts';
import type { Finding, FindingCode } from '../../document/findings/finding.ts';
import { generalPath } from '../../document/findings/path.ts';
import { type LegacyKey, showKey } from '../../document/legacy-key.ts';
import type { Leftover } from '../../plan/checked-document.ts';
import { byteaText } from '../../target/bytea.ts';
import type { Execute } from '../../target/target.ts';

/** Findings of a kind that a healthy collection has by the million: counted, with some samples, not written one by one. */
const COUNTED: ReadonlySet<FindingCode> = new Set(['default', 'unknownField', 'fromId', 'fromCreatedAt']);
const SAMPLES_PER_PATH = 3;
const SAMPLES = 100;
const ROWS_PER_STATEMENT = 5_000;

/** A sample of a counted finding, as the partition's row keeps it. */
export interface FindingSample {
  readonly code: FindingCode;
  readonly path: string;
  readonly legacyId: string;
}

/** Adds a document's findings to counters and samples. */
export function countFindings(
  key: LegacyKey,
  findings: readonly Finding[],
  counters: Partial<Record<string, number>>,
  samples: FindingSample[],
): void {
  for (const { code, path } of findings) {
    counters[code] = (counters[code] ?? 0) + 1;
    if (!COUNTED.has(code) || samples.length >= SAMPLES) continue;
    const general = generalPath(path);
    const alike = samples.filter((sample) => sample.code === code && sample.path === general).length;
    if (alike < SAMPLES_PER_PATH) samples.push({ code, path: general, legacyId: showKey(key) });
  }
}

/** One document's share of a finding or leftover insert. */
export interface Noted<T> {
  readonly key: LegacyKey;
  readonly noted: readonly T[];
}

/** Writes the findings that are kept one by one. */
export async function insertFindings(
  execute: Execute,
  runId: string,
  stage: string,
  documents: readonly Noted<Finding>[],
): Promise<void> {
  const given = documents.flatMap(({ key, noted }) =>
    noted
      .filter(({ code }) => !COUNTED.has(code))
      .map((finding) => ({
        k: byteaText(key),
        path: finding.path,
        code: finding.code,
        old: 'oldValue' in finding ? byteaText(boxed(finding.oldValue)) : null,
        note: finding.note ?? null,
      })),
  );
  for (let from = 0; from < given.length; from += ROWS_PER_STATEMENT) {
    await execute(
      `INSERT INTO migration_finding (run_id, stage, legacy_key, path, code, old_value, note)
       SELECT $2::text::uuid, $3, k, path, code, old, note
       FROM json_to_recordset($1::text::json) AS given (k bytea, path text, code text, old bytea, note text)`,
      JSON.stringify(given.slice(from, from + ROWS_PER_STATEMENT)),
      runId,
      stage,
    );
  }
}

/** Writes the values that have no column. */
export async function insertLeftovers(
  execute: Execute,
  runId: string,
  collection: string,
  documents: readonly Noted<Leftover>[],
): Promise<void> {
  const given = documents.flatMap(({ key, noted }) =>
    noted.map(({ path, value, dotted }) => ({ k: byteaText(key), path, v: byteaText(boxed(value)), name: dotted })),
  );
  if (given.length === 0) return;
  await execute(
    `INSERT INTO migration_leftover (run_id, collection, legacy_key, path, value, name)
     SELECT $2::text::uuid, $3, k, path, v, name
     FROM json_to_recordset($1::text::json) AS given (k bytea, path text, v bytea, name text)`,
    JSON.stringify(given),
    runId,
    collection,
  );
}
