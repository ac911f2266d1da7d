/** `npm run bench:reconcile`: how long it takes to find what has changed, and to bring it over, beside a whole migration. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { plainTable } from '../engine/common/plain-table.ts';
import { countDocuments } from '../engine/source/count-documents.ts';
import type { ChangeFeed } from '../engine/source/feed/change-feed.ts';
import { FileFeed } from '../engine/source/feed/file-feed.ts';
import { UpdatedAtFeed } from '../engine/source/feed/updated-at-feed.ts';
import { openSource } from '../engine/source/open-source.ts';
import type { Source } from '../engine/source/source.ts';
import { readRun } from '../engine/state/run/run.ts';
import { byCommand } from '../engine/state/run/run-writer.ts';
import { markFeed } from '../engine/sync/find/feed-position.ts';
import { findChanges, type How } from '../engine/sync/find/find-changes.ts';
import { openTarget, type Target } from '../engine/target/target.ts';
import { applyMigrations } from '../prisma/apply/apply-migrations.ts';
import { wholeNumber } from '../scripts/cli/run-options.ts';
import { grouped } from '../scripts/cli/screen/figures.ts';
import { writeDemoDump } from '../scripts/demo/data/write-dump.ts';
import { startPostgres } from '../scripts/servers/postgres.ts';
import { startTemporal } from '../scripts/servers/temporal.ts';
import { plan } from '../stages/plan.ts';
import { endWorker, forkWorker, migrateToEnd, paymentsMix } from './contenders/whole-migration.ts';
import { type Downtimes, timeDowntimes } from './measure/downtime.ts';

interface Flags {
  readonly payments: number;
  readonly churn: number;
  readonly json: boolean;
}

/** One way to find changes: seconds, and documents in the source. */
interface Way {
  readonly name: string;
  readonly seconds: number;
  readonly documentsPerSecond: number;
  readonly found: number;
  /** Seconds over those of the whole migration. */
  readonly ofMigration: number;
}

/** What one call of the benchmark found. */
interface Reconciled {
  readonly node: string;
  readonly documents: number;
  readonly changed: number;
  readonly migrationSeconds: number;
  readonly ways: readonly Way[];
  readonly downtime: Downtimes;
}

const program = new Command('bench:reconcile')
  .description('Migrates a dump, and times the search for what has changed until a later one.')
  .option('--payments <n>', 'payments in the dump', wholeNumber(1_000, 10_000_000), 100_000)
  .option('--churn <percent>', 'of the documents, changed between the dumps', Number, 1)
  .option('--json', 'figures as JSON', false)
  .action(async (flags: Flags) => {
    const reconciled = await reconcile(flags);
    process.stdout.write(`${flags.json ? JSON.stringify(reconciled, null, 2) : summary(reconciled)}\n`);
  });

const report = (line: string) => process.stderr.write(`${line}\n`);

async function reconcile({ payments, churn }: Flags): Promise<Reconciled> {
  const folder = await mkdtemp(join(tmpdir(), 'mongo-to-prisma-bench-'));
  const [postgres, temporal] = await Promise.all([
    startPostgres({ durable: true, report }),
    startTemporal({ ui: false, report }),
  ]);
  try {
    await applyMigrations(postgres.url);
    const [before, after] = [join(folder, 'before'), join(folder, 'after')];
    const data = { bad: false, mix: paymentsMix(payments) };
    report(`Writing dumps with ${grouped(payments)} payments`);
    await writeDemoDump(before, data);
    await writeDemoDump(after, { ...data, churn: { share: churn / 100 } });
    const migrationSeconds = await migrationTime(temporal.address, {
      SOURCE_URI: `dump:${before}`,
      DATABASE_URL: postgres.url,
      TEMPORAL_ADDRESS: temporal.address,
      REPORTS_FOLDER: join(folder, 'reports'),
    });
    report(`Migrated in ${migrationSeconds.toFixed(1)} s`);
    let found: Omit<Reconciled, 'downtime'>;
    const target = openTarget(postgres.url, { connections: 4 });
    const [old, now] = await Promise.all([openDump(before), openDump(after)]);
    try {
      const [run] = await target.query('SELECT id FROM migration_run', []);
      const ways = await timeWays({ target, old, now, after, runId: run![0]!, migrationSeconds });
      const documents = await countAll(now);
      await target.query('DELETE FROM migration_change', []);
      await target.query(`DELETE FROM migration_partition WHERE stage LIKE 'find:%'`, []);
      await target.query(`UPDATE migration_run SET facts = facts - 'feed'`, []);
      found = { node: process.version, documents, changed: ways[0]!.found, migrationSeconds, ways };
    } finally {
      await Promise.all([old.close(), now.close(), target.close()]);
    }
    const scene = { databaseUrl: postgres.url, temporalAddress: temporal.address, after, report };
    return { ...found, downtime: await timeDowntimes({ ...scene, reportsFolder: join(folder, 'reconciled') }) };
  } finally {
    await Promise.all([postgres.stop(), temporal.stop()]);
    await rm(folder, { recursive: true, force: true });
  }
}

/** Seconds of a whole migration, as an operator starts it. */
async function migrationTime(address: string, environment: Readonly<Record<string, string>>): Promise<number> {
  const worker = forkWorker(environment);
  try {
    const { started, ended } = await migrateToEnd(address, worker);
    return (ended - started) / 1000;
  } finally {
    await endWorker(worker);
  }
}

interface Ground {
  readonly target: Target;
  readonly old: Source;
  readonly now: Source;
  /** The later dump's folder, which holds the list of what has changed. */
  readonly after: string;
  readonly runId: string;
  readonly migrationSeconds: number;
}

/** Times each way, the unchanged source last: that is what a pass costs when there is nothing to be found. */
async function timeWays(ground: Ground): Promise<Way[]> {
  const { old, now, after } = ground;
  const file = new FileFeed(join(after, 'changes.ndjson'));
  const start = new FileFeed(join(after, 'nothing-yet.ndjson'));
  return [
    await timeWay('all documents', ground, now, 'fingerprint', new UpdatedAtFeed(now), new UpdatedAtFeed(old)),
    await timeWay('file of changes', ground, now, 'feed', file, start),
    await timeWay('updatedAt and _ids', ground, now, 'feed', new UpdatedAtFeed(now), new UpdatedAtFeed(old)),
    await timeWay(
      'all documents, unchanged',
      ground,
      old,
      'fingerprint',
      new UpdatedAtFeed(old),
      new UpdatedAtFeed(old),
    ),
  ];
}

let sequence = 0;

async function timeWay(
  name: string,
  { target, runId, migrationSeconds }: Ground,
  source: Source,
  how: How,
  feed: ChangeFeed,
  marked: ChangeFeed,
): Promise<Way> {
  await target.query('DELETE FROM migration_change', []);
  await target.query(`UPDATE migration_run SET facts = facts - 'feed'`, []);
  const run = await readRun(target.query, runId);
  await markFeed(target, byCommand(run!), plan.stages, marked);
  const limits = { milliseconds: Number.POSITIVE_INFINITY, signal: new AbortController().signal };
  const start = performance.now();
  let found = 0;
  for (const stage of plan.stages) {
    const fence = { epoch: 1_000, sequence: ++sequence, attempt: 1 };
    found += (await findChanges({ stage, source, target, feed }, runId, fence, how, limits)).found;
  }
  const seconds = (performance.now() - start) / 1000;
  const documents = await countAll(source);
  report(`${name}: ${seconds.toFixed(2)} s`);
  return {
    name,
    seconds,
    documentsPerSecond: Math.round(documents / seconds),
    found,
    ofMigration: seconds / migrationSeconds,
  };
}

function openDump(folder: string): Promise<Source> {
  const collections = plan.stages.map(({ collection }) => collection);
  return openSource(`dump:${folder}`, { spoolFolder: `${folder}.spool`, collections });
}

async function countAll(source: Source): Promise<number> {
  let documents = 0;
  for (const { collection } of plan.stages) {
    documents += await countDocuments(source, collection);
  }
  return documents;
}

function summary({ documents, changed, migrationSeconds, ways, downtime }: Reconciled): string {
  const found = ways.map((way) => [
    ...[way.name, way.seconds.toFixed(2), grouped(way.documentsPerSecond), grouped(way.found)],
    way.ofMigration.toFixed(3),
  ]);
  const reconciled = downtime.downtimes.map(({ name, seconds, ofMigration, wholeSeconds, steps }) => {
    const longest = Object.entries(steps).slice(0, 5);
    const told = longest.map(([step, took]) => `${step} ${took.toFixed(1)} s`).join('\n');
    return [name, seconds.toFixed(1), ofMigration.toFixed(3), wholeSeconds.toFixed(1), told];
  });
  return [
    `${grouped(documents)} documents, ${grouped(changed)} of them changed; migrated in ${migrationSeconds.toFixed(1)} s`,
    plainTable(['found by', 'seconds', 'documents/s', 'found', '÷ migration'], found),
    `The later dump, whole: ${downtime.migrationSeconds.toFixed(1)} s. Reconciled, and equal to it row by row:`,
    plainTable(['reconciled', 'in maintenance', '÷ migration', 'whole run', 'its longest steps'], reconciled),
  ].join('\n');
}

await program.parseAsync();
