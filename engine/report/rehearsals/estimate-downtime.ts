import { tenths } from '../../common/figures.ts';
import type { Plan } from '../../plan/stage.ts';
import { countDocuments } from '../../source/count-documents.ts';
import type { Source } from '../../source/source.ts';
import { isoText } from '../../target/iso-text.ts';
import type { Target } from '../../target/target.ts';
import type { DowntimeEstimate } from '../facts/downtime-estimate.ts';
import { earlierReports } from './rehearsal.ts';

/** A run as far as an estimate needs it. */
export interface MeasuredRun {
  readonly runId: string;
  readonly startedAt: string;
  readonly dryRun: boolean;
  readonly stages: readonly { readonly name: string; readonly total: number; readonly seconds: number | null }[];
}

/**
 * Estimates from the newest run of this source that the target knows; from the newest report on this host, if it knows none.
 * @returns null when no run has been measured
 */
export async function estimateDowntime(
  source: Source,
  target: Target | null,
  plan: Plan,
  reportsFolder: string,
): Promise<DowntimeEstimate | null> {
  const fingerprint = await source.fingerprint();
  const measured =
    (target === null ? null : await measuredInTarget(target, fingerprint)) ??
    (await measuredInReports(reportsFolder, fingerprint));
  if (measured === null) return null;
  const counts: Record<string, number> = {};
  for (const { name, collection } of plan.stages) {
    counts[name] = await countDocuments(source, collection);
  }
  return estimateFrom(measured, counts);
}

/** @param counts documents by stage. A stage that was not measured is taken to be as fast as all others together. */
export function estimateFrom(
  { stages, ...from }: MeasuredRun,
  counts: Readonly<Record<string, number>>,
): DowntimeEstimate | null {
  const known = stages.flatMap(({ name, total, seconds }) => (total > 0 && seconds ? [{ name, total, seconds }] : []));
  if (known.length === 0) return null;
  const all = known.reduce((sum, { total }) => sum + total, 0) / known.reduce((sum, { seconds }) => sum + seconds, 0);
  const estimated = Object.entries(counts).map(([stage, documents]) => {
    const one = known.find(({ name }) => name === stage);
    return { stage, documents, perSecond: one === undefined ? all : one.total / one.seconds };
  });
  const seconds = estimated.reduce((sum, { documents, perSecond }) => sum + documents / perSecond, 0);
  return {
    seconds: tenths(seconds),
    from,
    stages: estimated.map((one) => ({ ...one, perSecond: tenths(one.perSecond) })),
  };
}

async function measuredInTarget({ query }: Target, fingerprint: string): Promise<MeasuredRun | null> {
  const [row] = await query(
    `SELECT run.id::text, ${isoText('started_at')}, stages::text,
       (SELECT coalesce(jsonb_object_agg(stage, total), '{}')::text FROM (
          SELECT stage, sum(total) AS total FROM migration_partition WHERE run_id = run.id GROUP BY stage) AS counted)
     FROM migration_run AS run WHERE source_fingerprint = $1 AND state = 'complete' ORDER BY started_at DESC LIMIT 1`,
    [fingerprint],
  );
  if (row === undefined) return null;
  const [runId, startedAt, stages, totals] = row as [string, string, string, string];
  const counts = JSON.parse(totals) as Record<string, number>;
  const measured = Object.entries(JSON.parse(stages) as Record<string, Record<string, string>>).map(
    ([name, { state: _, ...reached }]) => ({ name, total: Number(counts[name] ?? 0), seconds: secondsOf(reached) }),
  );
  return { runId, startedAt, dryRun: false, stages: measured };
}

function secondsOf(reached: Readonly<Record<string, string>>): number | null {
  const moments = Object.values(reached).map((time) => Date.parse(time));
  return moments.length < 2 ? null : (Math.max(...moments) - Math.min(...moments)) / 1000;
}

async function measuredInReports(reportsFolder: string, fingerprint: string): Promise<MeasuredRun | null> {
  for await (const { run, stages } of earlierReports(reportsFolder, fingerprint)) {
    if (stages.every(({ seconds }) => seconds === null)) continue;
    return { runId: run.id, startedAt: run.startedAt, dryRun: run.options['dryRun'] === true, stages };
  }
  return null;
}
