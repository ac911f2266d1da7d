/** `npm run bench:pauses`: how long a pause takes from the signal until nothing is under way any more. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client, Connection, type WorkflowHandle } from '@temporalio/client';
import { Command } from 'commander';
import pg from 'pg';
import { applyMigrations } from '../prisma/apply/apply-migrations.ts';
import { wholeNumber } from '../scripts/cli/run-options.ts';
import { Random } from '../scripts/demo/data/collections/random.ts';
import { writeDemoDump } from '../scripts/demo/data/write-dump.ts';
import { startPostgres } from '../scripts/servers/postgres.ts';
import { startTemporal } from '../scripts/servers/temporal.ts';
import { readWorkerConfiguration } from '../worker/configuration.ts';
import { bridgeTemporalLog, createLog } from '../worker/logger.ts';
import { DEFAULT_WORKFLOW_ID, TASK_QUEUE, WORKFLOW_TYPE } from '../worker/settings.ts';
import { startWorker } from '../worker/start-worker.ts';
import type { Progress, RunPhase } from '../workflows/messages/definitions.ts';

interface Flags {
  readonly pauses: number;
  readonly documents: number;
  readonly batchSize: number;
  readonly seed: number;
}

const program = new Command('bench:pauses')
  .description('Pauses a migration at random moments, and measures until it is quiet.')
  .option('--pauses <n>', 'how often', wholeNumber(1, 10_000), 200)
  .option('--documents <n>', 'demo documents that are moved again and again', wholeNumber(1_000, 1_000_000), 20_000)
  .option('--batch-size <n>', 'documents in one transaction', wholeNumber(1, 10_000), 50)
  .option('--seed <n>', 'of the random moments', wholeNumber(0, 1e9), 1)
  .action(measurePauses);

async function measurePauses({ pauses, documents, batchSize, seed }: Flags): Promise<void> {
  const report = (line: string) => process.stderr.write(`${line}\n`);
  const folder = await mkdtemp(join(tmpdir(), 'mongo-to-prisma-bench-'));
  const [postgres, server] = await Promise.all([
    startPostgres({ durable: true, report }),
    startTemporal({ ui: false, report }),
  ]);
  const look = new pg.Client({ connectionString: postgres.url });
  try {
    await applyMigrations(postgres.url);
    await writeDemoDump(join(folder, 'dump'), { bad: false, mix: { documents } });
    const configuration = readWorkerConfiguration({
      SOURCE_URI: `dump:${join(folder, 'dump')}`,
      DATABASE_URL: postgres.url,
      REPORTS_FOLDER: join(folder, 'reports'),
    });
    const place = { connection: { address: server.address }, namespace: 'default' };
    const log = createLog('warn', { destination: process.stderr, pretty: true });
    bridgeTemporalLog(log);
    const worker = await startWorker(configuration, { temporal: place, log, announce: () => {} });
    const connection = await Connection.connect({ address: server.address });
    await look.connect();
    try {
      const client = new Client({ connection });
      const handle = await client.workflow.start(WORKFLOW_TYPE, {
        ...{ taskQueue: TASK_QUEUE, workflowId: DEFAULT_WORKFLOW_ID },
        args: [{ batchSize, gates: { complete: 'manual' } }],
      });
      const times = await pauseAtRandom(handle, look, pauses, new Random(seed));
      process.stdout.write(`${summary(times)}\n`);
      await handle.signal('abort');
      await handle.result().catch(() => {});
    } finally {
      await connection.close();
      await worker.stop();
    }
  } finally {
    await look.end();
    await Promise.all([postgres.stop(), server.stop()]);
    await rm(folder, { recursive: true, force: true });
  }
}

/** Milliseconds from each signal to quiet, by what the run was doing. */
type Times = readonly { readonly stage: string; readonly milliseconds: number }[];

async function pauseAtRandom(handle: WorkflowHandle, look: pg.Client, pauses: number, chance: Random): Promise<Times> {
  const times: { stage: string; milliseconds: number }[] = [];
  while (times.length < pauses) {
    await sleep(chance.next() * 1_500);
    const before = await progressOf(handle);
    if (before.gate === 'complete') {
      await handle.signal('rollbackToStage', { stage: 'user', force: true });
      await untilState(handle, 'running');
      continue;
    }
    if (before.state !== 'running') continue;
    const started = performance.now();
    await handle.signal('pause');
    // A run that has just come to its last gate stands still there: it is not paused, and there is nothing to measure.
    if ((await untilState(handle, 'paused', 'blocked')) === 'blocked') {
      await handle.signal('resume');
      continue;
    }
    times.push({ stage: doing(before), milliseconds: performance.now() - started });
    await requireQuiet(look);
    await handle.signal('resume');
    await untilState(handle, 'running');
  }
  return times;
}

const progressOf = (handle: WorkflowHandle) => handle.query<Progress>('progress');

/** @throws Error after a minute, naming the state the run is in instead */
async function untilState(handle: WorkflowHandle, ...wanted: readonly RunPhase[]): Promise<RunPhase> {
  const deadline = performance.now() + 60_000;
  for (;;) {
    const { state, reason } = await progressOf(handle);
    if (wanted.includes(state)) return state;
    if (performance.now() > deadline)
      throw new Error(`The run is still ${state} (${reason}), not ${wanted.join(' or ')}.`);
    await sleep(10);
  }
}

function doing({ stages }: Progress): string {
  return stages.find(({ state }) => state !== 'pending' && state !== 'complete')?.state ?? 'between stages';
}

/** @throws Error when a run that says `paused` still has a transaction open */
async function requireQuiet(look: pg.Client): Promise<void> {
  const { rows } = await look.query(
    `SELECT state, query FROM pg_stat_activity
     WHERE application_name = 'mongo-to-prisma' AND (state <> 'idle' OR xact_start IS NOT NULL)`,
  );
  if (rows.length > 0) throw new Error(`The run says paused, but ${rows.length} sessions are at work.`);
}

function summary(times: Times): string {
  const all = times.map(({ milliseconds }) => milliseconds).sort((a, b) => a - b);
  const at = (share: number) => Math.round(all[Math.min(all.length - 1, Math.ceil(all.length * share) - 1)]!);
  const where = [...new Set(times.map(({ stage }) => stage))];
  return [
    `${times.length} pauses; milliseconds from signal to quiet: p50 ${at(0.5)}, p90 ${at(0.9)}, p99 ${at(0.99)}, most ${at(1)}`,
    ...where.map((stage) => `  while ${stage}: ${times.filter((time) => time.stage === stage).length}`),
  ].join('\n');
}

await program.parseAsync();
