import { metricMeter } from '@temporalio/activity';
import type { OnBatch } from '../engine/copy/copy-segment.ts';
import type { Counters } from '../engine/state/run/checkpoint.ts';

/** Names of the metrics beside Temporal's own; the exporter adds `_total` and units. */
const METRICS = {
  documents: 'mongo_to_prisma_documents',
  rows: 'mongo_to_prisma_rows',
  verified: 'mongo_to_prisma_verified_documents',
  differences: 'mongo_to_prisma_differences',
  batches: 'mongo_to_prisma_batch_latency',
  rounds: 'mongo_to_prisma_monitor_rounds',
  compared: 'mongo_to_prisma_monitor_documents',
  damages: 'mongo_to_prisma_monitor_damages',
  failedChecks: 'mongo_to_prisma_monitor_failed_checks',
  alerts: 'mongo_to_prisma_monitor_alerts',
} as const;

/** Counts what the batches of a stage's copy do: documents by what has become of them, rows, and how long batches take. */
export function copyMeter(stage: string): OnBatch {
  const meter = metricMeter.withTags({ stage });
  const documents = meter.createCounter(METRICS.documents, 'documents', 'Documents dealt with, by outcome');
  const rows = meter.createCounter(METRICS.rows, 'rows', 'Rows written');
  const lap = lapsOf(stage, 'copy');
  return (now, before) => {
    lap();
    for (const outcome of ['written', 'quarantined', 'contested', 'skipped'] as const) {
      const more = now[outcome] - before[outcome];
      if (more > 0) documents.add(more, { outcome });
    }
    if (now.rows > before.rows) rows.add(now.rows - before.rows);
  };
}

/** Counts what the batches of a stage's verification compare, and what they find. */
export function verificationMeter(stage: string): OnBatch {
  const meter = metricMeter.withTags({ stage });
  const verified = meter.createCounter(METRICS.verified, 'documents', 'Documents whose rows were compared');
  const differences = meter.createCounter(METRICS.differences, 'differences', 'Differences between source and target');
  const lap = lapsOf(stage, 'verification');
  return (now, before) => {
    lap();
    verified.add(Math.max(0, now.read - before.read));
    const more = total(now) - total(before);
    if (more > 0) differences.add(more);
  };
}

function total({ findings }: Counters): number {
  return Object.values(findings).reduce<number>((sum, count) => sum + (count ?? 0), 0);
}

function lapsOf(stage: string, step: 'copy' | 'verification'): () => void {
  const latency = metricMeter
    .withTags({ stage, step })
    .createHistogram(METRICS.batches, 'float', 'seconds', 'Time of a batch');
  let since = Date.now();
  return () => {
    latency.record((Date.now() - since) / 1000);
    since = Date.now();
  };
}

/** Counts a round of the monitoring, what it has compared, and what it has found. */
export function roundMeter(stages: readonly { stage: string; compared: number; damages: number }[]): void {
  const outcome = stages.some(({ damages }) => damages > 0) ? 'damaged' : 'right';
  metricMeter.createCounter(METRICS.rounds, 'rounds', 'Rounds of the monitoring, by outcome').add(1, { outcome });
  for (const { stage, compared, damages } of stages) {
    const meter = metricMeter.withTags({ stage });
    meter.createCounter(METRICS.compared, 'documents', 'Documents that the monitoring has compared').add(compared);
    if (damages === 0) continue;
    meter.createCounter(METRICS.damages, 'damages', 'Places that the monitoring has found damaged').add(damages);
  }
}

/** Counts checks that have failed, by their name. */
export function checkMeter(checks: readonly { name: string; problem: string | null }[]): void {
  const failed = metricMeter.createCounter(METRICS.failedChecks, 'checks', 'Checks that have failed');
  for (const { name, problem } of checks) if (problem !== null) failed.add(1, { check: name });
}

/** Counts alerts that were told. */
export function alertMeter(event: 'new' | 'repeated' | 'resolved'): void {
  metricMeter.createCounter(METRICS.alerts, 'alerts', 'Alerts of the monitoring, by event').add(1, { event });
}
