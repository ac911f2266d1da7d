import type { JsonValue } from '../../engine/document/json.ts';
import type { Plan } from '../../engine/plan/stage.ts';
import type { WritesSeen } from '../../engine/report/facts/downtime-estimate.ts';
import type { Source, WriteTrace } from '../../engine/source/source.ts';
import { saveFact } from '../../engine/state/run/run-facts.ts';
import type { Writer } from '../../engine/state/run/run-writer.ts';
import type { Query } from '../../engine/target/query.ts';
import type { Target } from '../../engine/target/target.ts';

/** What a probe has found. */
export interface ProbeAnswer {
  /** False where nothing can be written: a dump. */
  readonly possible: boolean;
  /** When the traces were taken that it is compared with; null when there are none yet. */
  readonly since: string | null;
  readonly writes: readonly WritesSeen[];
}

/** The key of `migration_run.facts` under which a run keeps its traces. */
const BASELINE = 'writeBaseline';

interface Baseline {
  readonly at: string;
  readonly traces: Readonly<Record<string, WriteTrace>>;
}

/** Takes the traces that later probes of a run are compared with. */
export async function takeBaseline(source: Source, target: Target, plan: Plan, writer: Writer): Promise<ProbeAnswer> {
  if (source.traceWrites === undefined) return { possible: false, since: null, writes: [] };
  const at = new Date().toISOString();
  const traces: Record<string, WriteTrace> = {};
  for (const { collection } of plan.stages) traces[collection] = await source.traceWrites(collection, null);
  await saveFact(target, writer, BASELINE, { at, traces } satisfies Baseline);
  return { possible: true, since: at, writes: [] };
}

/** Compares the source with the traces that a run has taken. */
export async function probeWrites(
  source: Source,
  target: Target,
  plan: Plan,
  { runId }: Pick<Writer, 'runId'>,
): Promise<ProbeAnswer> {
  if (source.traceWrites === undefined) return { possible: false, since: null, writes: [] };
  const baseline = await readBaseline(target, runId);
  if (baseline === null) return { possible: true, since: null, writes: [] };
  const writes: WritesSeen[] = [];
  for (const { collection } of plan.stages) {
    const before = baseline.traces[collection];
    if (before === undefined) continue;
    const documents = writesBetween(before, await source.traceWrites(collection, before));
    if (documents > 0) writes.push({ collection, documents });
  }
  return { possible: true, since: baseline.at, writes };
}

/** At least so many documents were written. */
export function writesBetween(before: WriteTrace, now: WriteTrace): number {
  const otherwise = before.highest === now.highest && before.updatedAt === now.updatedAt ? 0 : 1;
  return Math.max(Math.abs(now.documents - before.documents), now.changed, otherwise);
}

/** The newest run of a source that has taken traces, by its id. */
export async function newestTracedRun(query: Query, sourceFingerprint: string): Promise<string | null> {
  const [row] = await query(
    `SELECT id::text FROM migration_run WHERE source_fingerprint = $1 AND facts -> $2::text IS NOT NULL
     ORDER BY started_at DESC LIMIT 1`,
    [sourceFingerprint, BASELINE],
  );
  return row?.[0] ?? null;
}

async function readBaseline({ query }: Target, runId: string): Promise<Baseline | null> {
  const [row] = await query(`SELECT (facts -> $2::text)::text FROM migration_run WHERE id = $1::text::uuid`, [
    runId,
    BASELINE,
  ]);
  return row?.[0] == null ? null : (JSON.parse(row[0]) as JsonValue as unknown as Baseline);
}
