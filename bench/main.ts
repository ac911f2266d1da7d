/** `npm run bench`: rows per second of this tool's writer beside the alternatives, in one run on one server. */
import Table from 'cli-table3';
import { Command, InvalidArgumentError } from 'commander';
import { grouped } from '../scripts/figures.ts';
import { wholeNumber } from '../scripts/run-options.ts';
import { plan } from '../stages/plan.ts';
import { type Contender, copy, createMany, createPerRow, engine } from './contenders.ts';
import { prepareGround } from './ground.ts';
import { type Measured, measure } from './measure.ts';

interface Flags {
  readonly documents: number;
  readonly runs: number;
  readonly batchSize: readonly number[];
  readonly json: boolean;
  readonly check: boolean;
}

/** What `--check` asks of the writer: at least so many times the speed of create per row, at this batch size. */
const REQUIRED: Readonly<Record<number, number>> = { 50: 5, 1000: 10 };

/** What people write by hand: transactions of 50 documents. */
const BY_HAND = 50;

function batchSizes(text: string): number[] {
  const sizes = text.split(',').map(wholeNumber(1, 10_000));
  if (new Set(sizes).size !== sizes.length) throw new InvalidArgumentError('A size stands twice.');
  return sizes;
}

const program = new Command('bench')
  .description('Measures rows per second of this writer and of its alternatives; the same documents for all.')
  .option('--documents <n>', 'good demo documents, all collections together', wholeNumber(100, 10_000_000), 4_000)
  .option('--runs <n>', 'runs of each contender, taken in turns; the median counts', wholeNumber(1, 99), 3)
  .option('--batch-size <list>', 'batch sizes, separated by commas', batchSizes, [50, 1000])
  .option('--json', 'print one JSON object instead of the table', false)
  .option('--check', 'exit with 1 when this writer is not fast enough beside create per row', false)
  .action(async (flags: Flags) => {
    process.exitCode = await bench(flags);
  });

async function bench({ documents, runs, batchSize, json, check }: Flags): Promise<number> {
  const report = (line: string) => process.stderr.write(`${line}\n`);
  const ground = await prepareGround(documents, report);
  try {
    const result = await measure(ground, plan, runs, report, (stages): Contender[] => [
      copy(stages),
      ...batchSize.map((size) => engine(plan, ground.source, size)),
      ...batchSize.map((size) => createMany(stages, size)),
      createPerRow(stages, BY_HAND),
    ]);
    const misses = shortfalls(result, batchSize);
    if (json) process.stdout.write(`${JSON.stringify({ ...result, required: REQUIRED, misses }, null, 2)}\n`);
    else process.stdout.write(`${shown(result)}\n`);
    for (const miss of misses) report(miss);
    return check && misses.length > 0 ? 1 : 0;
  } finally {
    await ground.close();
  }
}

function shortfalls(result: Measured, sizes: readonly number[]): string[] {
  return sizes.flatMap((size) => {
    const ours = result.contenders.find(({ name }) => name.startsWith('mongo-to-prisma') && name.endsWith(` ${size}`));
    const required = REQUIRED[size];
    if (required === undefined || ours === undefined || ours.timesCreatePerRow >= required) return [];
    return [`At batches of ${size}: ${ours.timesCreatePerRow.toFixed(1)} × create per row; ${required} are required.`];
  });
}

function shown(result: Measured): string {
  const table = new Table({
    head: ['', 'rows/s', 'documents/s', 'lowest – highest rows/s', '× create per row', 'of COPY'],
    colAligns: ['left', 'right', 'right', 'right', 'right', 'right'],
    style: { head: [], border: [] },
  });
  for (const one of result.contenders) {
    const [lowest, highest] = [Math.min(...one.runs), Math.max(...one.runs)].map(grouped);
    const figures = [grouped(one.rowsPerSecond), grouped(one.documentsPerSecond), `${lowest} – ${highest}`];
    table.push([one.name, ...figures, one.timesCreatePerRow.toFixed(1), one.ofCopy.toFixed(2)]);
  }
  const { server, documents, rows, runs } = result;
  return [
    `${server}; ${grouped(documents)} documents, ${grouped(rows)} target rows and as many ID map rows each time;`,
    `median of ${runs}, a fresh database for each; rows/s counts target rows only.`,
    table.toString(),
    ...result.contenders.map(({ name, does }) => `${name}: ${does}`),
  ].join('\n');
}

await program.parseAsync();
