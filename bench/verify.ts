/** `npm run bench:verify`: how long verification takes beside the copy, and how much memory a worker needs for both. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { plainTable } from '../engine/common/plain-table.ts';
import { collectFacts, type Facts } from '../engine/report/facts/facts.ts';
import { openTarget } from '../engine/target/target.ts';
import { applyMigrations } from '../prisma/apply/apply-migrations.ts';
import { wholeNumber } from '../scripts/cli/run-options.ts';
import { grouped } from '../scripts/cli/screen/figures.ts';
import { writeDemoDump } from '../scripts/demo/data/write-dump.ts';
import { startPostgres } from '../scripts/servers/postgres.ts';
import { startTemporal } from '../scripts/servers/temporal.ts';
import { plan } from '../stages/plan.ts';
import { endWorker, forkWorker, migrateToEnd, paymentsMix } from './contenders/whole-migration.ts';
import { peak as highest, type MemoryAt, watchMemory } from './memory.ts';

interface Flags {
  readonly payments: number;
  readonly profile?: string;
}

const program = new Command('bench:verify')
  .description('Migrates a dump end to end, and compares the time of verification with that of the copy.')
  .option('--payments <n>', 'payments in the dump', wholeNumber(1_000, 10_000_000), 100_000)
  .option('--profile <folder>', 'let the worker write a CPU profile there')
  .action(measureVerification);

async function measureVerification({ payments, profile }: Flags): Promise<void> {
  const report = (line: string) => process.stderr.write(`${line}\n`);
  const folder = await mkdtemp(join(tmpdir(), 'mongo-to-prisma-bench-'));
  const [postgres, temporal] = await Promise.all([
    startPostgres({ durable: true, report }),
    startTemporal({ ui: false, report }),
  ]);
  try {
    await applyMigrations(postgres.url);
    report(`Writing a dump with ${grouped(payments)} payments`);
    await writeDemoDump(join(folder, 'dump'), { bad: false, mix: paymentsMix(payments) });
    const worker = forkWorker(
      {
        SOURCE_URI: `dump:${join(folder, 'dump')}`,
        DATABASE_URL: postgres.url,
        TEMPORAL_ADDRESS: temporal.address,
        REPORTS_FOLDER: join(folder, 'reports'),
      },
      profile,
    );
    try {
      const { memory } = await watchMemory(worker.pid!, migrateToEnd(temporal.address, worker));
      const target = openTarget(postgres.url, { connections: 4 });
      try {
        const [row] = await target.query('SELECT id FROM migration_run', []);
        process.stdout.write(`${summary(await collectFacts(target, plan, row![0]!), memory)}\n`);
      } finally {
        await target.close();
      }
    } finally {
      await endWorker(worker);
    }
  } finally {
    await Promise.all([postgres.stop(), temporal.stop()]);
    await rm(folder, { recursive: true, force: true });
  }
}

function summary({ stages, verdict }: Facts, memory: readonly MemoryAt[]): string {
  const head = ['stage', 'documents', 'copy s', 'totals, references s', 'rows s', 'verification ÷ copy', 'differences'];
  const rows = stages.map(({ name, reached, compared, differences }) => {
    const at = (state: string) => Date.parse(reached[state]!);
    const [copying, settling, verifying, complete] = ['copying', 'settling', 'verifying', 'complete'].map(at) as [
      number, number, number, number,
    ]; // biome-ignore format: four moments
    const ratio = (complete - settling) / (settling - copying);
    return [
      name,
      grouped(compared),
      ...[settling - copying, verifying - settling, complete - verifying].map((ms) => (ms / 1000).toFixed(1)),
      ratio.toFixed(2),
      Object.values(differences).reduce((sum, count) => sum + count, 0),
    ];
  });
  const payment = stages.find(({ name }) => name === 'payment')!.reached;
  const peak = (from: string, to: string) => {
    const within = memory.filter(({ at }) => at >= Date.parse(payment[from]!) && at < Date.parse(payment[to]!));
    return highest(within);
  };
  const every = Math.max(1, Math.ceil(memory.length / 12));
  const course = memory.filter((_, place) => place % every === 0).map(({ mebibytes }) => Math.round(mebibytes));
  return [
    plainTable(head, rows),
    `${verdict.sentence} (${verdict.state})`,
    `worker’s memory in MiB: ${highest(memory)} at most; payments: ${peak('copying', 'settling')} while copied, ${peak('settling', 'complete')} while verified`,
    `  over time: ${course.join(' ')}`,
  ].join('\n');
}

await program.parseAsync();
