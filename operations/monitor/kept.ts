import { readFact, saveFact } from '../../engine/state/run/run-facts.ts';
import type { Writer } from '../../engine/state/run/run-writer.ts';
import type { Query } from '../../engine/target/query.ts';
import type { Target } from '../../engine/target/target.ts';
import type { Baseline } from './baseline.ts';
import type { Term } from './compare-stage.ts';

/** What the run's row keeps of monitorings: sums, which do not belong into Temporal's history. */
const BASELINES = 'monitoringBaselines';
const TERMS = 'monitoringTerms';

export function saveBaselines(
  target: Target,
  writer: Writer,
  key: string,
  baselines: Readonly<Record<string, Baseline>>,
): Promise<void> {
  return saveFact(target, writer, [BASELINES, key], baselines);
}

/** By stage; null when the run, or what it kept of this monitoring, is not there. */
export async function readBaselines(
  query: Query,
  runId: string,
  key: string,
): Promise<Readonly<Record<string, Baseline>> | null> {
  return readFact(query, runId, [BASELINES, key]);
}

export function saveTerms(
  target: Target,
  writer: Writer,
  key: string,
  stage: string,
  terms: readonly Term[],
): Promise<void> {
  return saveFact(target, writer, [TERMS, `${key}/${stage}`], terms);
}

/** Those of the last round; empty when the run has none. */
export async function readTerms(query: Query, runId: string, key: string, stage: string): Promise<readonly Term[]> {
  return (await readFact<readonly Term[]>(query, runId, [TERMS, `${key}/${stage}`])) ?? [];
}

/** When a run began, when its last stage was complete (from then on the platform could write), and when it ended. */
export async function switchOf(
  query: Query,
  runId: string,
): Promise<{ startedAt: Date; switchedAt: Date; endedAt: Date }> {
  const [row] = await query(
    `SELECT extract(epoch FROM started_at) * 1000,
       extract(epoch FROM coalesce((SELECT max((stage ->> 'complete')::timestamptz) FROM jsonb_each(stages) AS one (name, stage)), ended_at, written_at)) * 1000,
       extract(epoch FROM coalesce(ended_at, written_at)) * 1000
     FROM migration_run WHERE id = $1::uuid`,
    [runId],
  );
  const [startedAt, switchedAt, endedAt] = row!.map((ms) => new Date(Math.ceil(Number(ms))));
  return { startedAt: startedAt!, switchedAt: switchedAt!, endedAt: endedAt! };
}
