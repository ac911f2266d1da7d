import { harmlessText } from '../../common/shown-text.ts';
import type { FindingCode } from '../../document/findings/finding.ts';
import type { Cause, RefusalCode } from '../../document/findings/refusal.ts';
import { showKey } from '../../document/legacy-key.ts';
import { FINDING_CODES } from '../../messages/labels/findings.ts';
import { REFUSAL_CODES } from '../../messages/labels/refusals.ts';
import type { Plan } from '../../plan/stage.ts';
import type { FindingSample } from '../../state/documents/findings.ts';
import { bytesOfBytea } from '../../target/bytea.ts';
import type { Query } from '../../target/query.ts';

/** Documents of a stage in quarantine for one reason. */
export interface QuarantineFacts {
  readonly stage: string;
  readonly collection: string;
  readonly code: string;
  readonly meaning: string;
  readonly state: string;
  readonly documents: number;
  readonly examples: readonly QuarantineExample[];
}

interface QuarantineExample {
  readonly legacyId: string;
  readonly path: string | null;
  readonly sqlstate: string | null;
  readonly constraint: string | null;
  readonly cause: Cause | null;
}

/** The database's own message is left out: some of them quote a value. */
const EXAMPLES = 20;

/** A run's quarantine by stage and code, with some documents of each, the lowest first that were put there. */
export async function quarantineFacts(query: Query, plan: Plan, runId: string): Promise<QuarantineFacts[]> {
  const rows = await query(
    `SELECT stage, code, state, documents::text AS documents, legacy_key::text AS legacy, path, sqlstate,
       constraint_name, cause::text AS cause
     FROM (SELECT *, count(*) OVER reason AS documents, row_number() OVER (reason ORDER BY id) AS place
           FROM (SELECT id, stage, code, state, legacy_key, path, sqlstate, constraint_name, cause
                 FROM migration_quarantine WHERE run_id = $1::text::uuid) AS quarantined
           WINDOW reason AS (PARTITION BY stage, code, state)) AS numbered
     WHERE place <= ${EXAMPLES} ORDER BY numbered.documents DESC, stage, code, state, id`,
    [runId],
  );
  const facts = new Map<string, QuarantineFacts & { examples: QuarantineExample[] }>();
  for (const [stage, code, state, documents, legacy, path, sqlstate, constraint, cause] of rows) {
    const name = `${stage}\n${code}\n${state}`;
    const fact = facts.get(name) ?? {
      stage: stage!,
      collection: plan.stages.find((known) => known.name === stage)?.collection ?? '',
      code: code!,
      meaning: REFUSAL_CODES[code as RefusalCode]?.en ?? '',
      state: state!,
      documents: Number(documents),
      examples: [],
    };
    facts.set(name, fact);
    fact.examples.push({
      legacyId: harmlessText(showKey(bytesOfBytea(legacy!))),
      path: path === null ? null : harmlessText(path!),
      sqlstate: sqlstate!,
      constraint: constraint!,
      cause: cause === null ? null : JSON.parse(cause!),
    });
  }
  const order = new Map(plan.stages.map(({ name }, place) => [name, place]));
  return [...facts.values()].sort((a, b) => (order.get(a.stage) ?? 0) - (order.get(b.stage) ?? 0));
}

/** Findings of one kind at one path, array places taken out. */
export interface FindingFacts {
  readonly stage: string;
  readonly code: string;
  readonly meaning: string;
  /** Null where findings are only counted: `samples` then tells some paths. */
  readonly path: string | null;
  readonly findings: number;
  /** Documents that have it: the first one, or some of each path. */
  readonly samples: readonly { readonly path: string; readonly legacyId: string }[];
}

/** A run's findings, those that are kept one by one by their path, and those that are only counted. */
export async function findingFacts(query: Query, plan: Plan, runId: string): Promise<FindingFacts[]> {
  const facts: FindingFacts[] = [];
  for (const { name } of plan.stages) {
    const kept = await keptFindings(query, runId, name);
    const withRows = new Set(kept.map(({ code }) => code));
    const counted = await countedFindings(query, runId, name);
    facts.push(...kept, ...counted.filter(({ code }) => !withRows.has(code)));
  }
  return facts;
}

const meaningOf = (code: string) => FINDING_CODES[code as FindingCode]?.en ?? '';

async function keptFindings(query: Query, runId: string, stage: string): Promise<FindingFacts[]> {
  const rows = await query(
    String.raw`SELECT kept.code, general, findings::text, example.path, example.legacy_key::text AS legacy
     FROM (SELECT code, regexp_replace(path, '\.\d+(?=\.|$)', '', 'g') AS general, count(*) AS findings, min(id) AS first
           FROM migration_finding WHERE run_id = $1::text::uuid AND stage = $2 GROUP BY code, general) AS kept
       JOIN migration_finding AS example ON example.id = first
     ORDER BY findings DESC, kept.code, general`,
    [runId, stage],
  );
  return rows.map(([code, path, findings, at, legacy]) => ({
    ...{ stage, code: code!, meaning: meaningOf(code!), path: harmlessText(path!), findings: Number(findings) },
    samples: [{ path: harmlessText(at!), legacyId: harmlessText(showKey(bytesOfBytea(legacy!))) }],
  }));
}

async function countedFindings(query: Query, runId: string, stage: string): Promise<FindingFacts[]> {
  const counts = await query(
    `SELECT key, sum(value::bigint)::text AS findings FROM migration_partition, jsonb_each_text(findings)
     WHERE run_id = $1::text::uuid AND stage = $2 GROUP BY key ORDER BY sum(value::bigint) DESC, key`,
    [runId, stage],
  );
  const samples = await query(
    `SELECT DISTINCT ON (value ->> 'code', value ->> 'path') value::text AS sample
     FROM migration_partition, jsonb_array_elements(samples) AS sample (value)
     WHERE run_id = $1::text::uuid AND stage = $2 ORDER BY value ->> 'code', value ->> 'path', partition`,
    [runId, stage],
  );
  const parsed = samples.map(([sample]) => JSON.parse(sample!) as FindingSample);
  return counts.map(([code, findings]) => ({
    ...{ stage, code: code!, meaning: meaningOf(code!), path: null, findings: Number(findings) },
    samples: parsed
      .filter((sample) => sample.code === code)
      .map(({ path, legacyId }) => ({ path: harmlessText(path), legacyId: harmlessText(legacyId) })),
  }));
}

/** Kept values without a column, at one path. */
export interface LeftoverFacts {
  readonly collection: string;
  readonly path: string;
  readonly values: number;
}

/** A collection whose documents use values as field names has as many paths as documents. */
const PATHS = 500;

/** A run's leftovers by path, array places taken out; the rarest of very many paths share the path `…`. */
export async function leftoverFacts(query: Query, runId: string): Promise<LeftoverFacts[]> {
  const rows = await query(
    String.raw`SELECT collection, CASE WHEN place <= ${PATHS} THEN general ELSE '…' END AS shown, sum(n)::text AS found
     FROM (SELECT collection, general, count(*) AS n,
             row_number() OVER (PARTITION BY collection ORDER BY count(*) DESC, general) AS place
           FROM (SELECT collection, regexp_replace(path, '\.\d+(?=\.|$)', '', 'g') AS general
                 FROM migration_leftover WHERE run_id = $1::text::uuid) AS left_over
           GROUP BY collection, general) AS counted
     GROUP BY collection, shown ORDER BY collection, sum(n) DESC, shown`,
    [runId],
  );
  return rows.map(([collection, path, values]) => ({
    collection: collection!,
    path: harmlessText(path!),
    values: Number(values),
  }));
}
