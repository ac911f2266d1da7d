/** `npm run bench`: this tool beside its alternatives, in turns, on one server and out of one source. */
import { mkdtemp, rm } from 'node:fs/promises';
import { cpus, tmpdir, totalmem } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { openTarget } from '../engine/target/target.ts';
import { wholeNumber } from '../scripts/cli/run-options.ts';
import { grouped } from '../scripts/cli/screen/figures.ts';
import { fillMongoDB } from '../scripts/demo/data/fill-mongodb.ts';
import { startMongo } from '../scripts/servers/mongodb.ts';
import { startPostgres } from '../scripts/servers/postgres.ts';
import { startTemporal } from '../scripts/servers/temporal.ts';
import { plan } from '../stages/plan.ts';
import { copyOut } from './contenders/bare-copy.ts';
import { copy, createMany, createPerRow, createPerRowLive, engine, tool } from './contenders/contenders.ts';
import { dlt, dltPython } from './contenders/dlt.ts';
import { prepareRows } from './contenders/prepared-rows.ts';
import { type OpenClient, rivalClient } from './contenders/rival-client.ts';
import { describeServer, type Ground, prepareGround } from './ground.ts';
import { goals } from './measure/goals.ts';
import { type Field, type Figures, fillAndVerify, takeTurns } from './measure/measure.ts';
import { type Measured, shown } from './measure/measured.ts';
import { writePage } from './measure/page.ts';

interface Flags {
  readonly documents: number;
  readonly fewDocuments: number;
  readonly liveDocuments: number;
  readonly largeDocuments: number;
  readonly rounds: number;
  readonly dlt: boolean;
  readonly json: boolean;
  readonly write: boolean;
}

const BATCH_SIZES = [1000, 50] as const;
/** What people write by hand: transactions of 50 documents. */
const BY_HAND = 50;

const report = (line: string) => process.stderr.write(`${line}\n`);
const most = 10_000_000;

const program = new Command('bench')
  .description('Measures this tool and its alternatives: the same documents, in turns; the median counts.')
  .option('--documents <n>', 'demo documents, all collections together', wholeNumber(100, most), 20_000)
  .option('--few-documents <n>', 'for Prisma’s create and createMany, which are slow', wholeNumber(100, most), 2_000)
  .option('--live-documents <n>', 'in a live MongoDB or its stand-in; 0 leaves it out', wholeNumber(0, most), 0)
  .option('--large-documents <n>', 'one more run with so many; 0 leaves it out', wholeNumber(0, most), 0)
  .option('--rounds <n>', 'turns of each contender', wholeNumber(1, 99), 3)
  .option('--no-dlt', 'without dlt, which is installed from PyPI')
  .option('--json', 'print one JSON object instead of the tables', false)
  .option('--write', 'put tables and charts into docs/performance.md', false)
  .action(bench);

async function bench(flags: Flags): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'mongo-to-prisma-bench-'));
  const [postgres, temporal] = await Promise.all([
    startPostgres({ durable: true, report }),
    startTemporal({ ui: false, report }),
  ]);
  try {
    const measured = await measure(flags, { folder, server: postgres.url, address: temporal.address });
    if (flags.write) await writePage(measured);
    process.stdout.write(`${flags.json ? JSON.stringify(measured, null, 2) : shown(measured)}\n`);
  } finally {
    await Promise.all([postgres.stop(), temporal.stop()]);
    await rm(folder, { recursive: true, force: true });
  }
}

interface Place {
  readonly folder: string;
  /** PostgreSQL's URL. */
  readonly server: string;
  /** Temporal's address. */
  readonly address: string;
}

async function measure(flags: Flags, place: Place): Promise<Measured> {
  const missing: string[] = [];
  const open = await rivalClient();
  const figures = [
    ...(await onGround(place, 'all', flags.documents, (ground, filledUrl, expected) =>
      measureAll(flags, place, ground, filledUrl, expected, missing),
    )),
    ...(await onGround(place, 'few', flags.fewDocuments, (ground, filledUrl, expected) =>
      measureFew(flags, open, ground, filledUrl, expected),
    )),
    ...(flags.liveDocuments === 0
      ? []
      : await onGround(place, 'live', flags.liveDocuments, (ground, filledUrl, expected) =>
          measureLive(flags, open, place, ground, filledUrl, expected),
        )),
  ];
  const large = flags.largeDocuments === 0 ? null : await measureLarge(flags.largeDocuments, place);
  return {
    at: new Date().toISOString().slice(0, 10),
    processor: `${cpus().length} × ${cpus()[0]?.model ?? 'unknown'}`,
    memoryGibibytes: Math.round(totalmem() / 2 ** 30),
    node: process.version,
    server: await describeServer(place.server),
    documents: flags.documents,
    rounds: flags.rounds,
    ...{ figures, large, missing },
    goals: goals(figures, large),
  };
}

type Work = (ground: Ground, filledUrl: string, expected: Field['expected']) => Promise<Figures[]>;

/** A ground of so many documents, and a database that is filled from it and verified. */
async function onGround({ folder, server }: Place, name: string, documents: number, work: Work): Promise<Figures[]> {
  report(`Writing and verifying ${grouped(documents)} documents`);
  const ground = await prepareGround(server, join(folder, name), { documents });
  try {
    return await ground.planned(async (filledUrl) => {
      const expected = await fillAndVerify(plan, ground, filledUrl);
      return await work(ground, filledUrl, expected);
    });
  } finally {
    await ground.close();
  }
}

async function measureAll(
  { documents, rounds, dlt: withDlt }: Flags,
  { folder, address }: Place,
  ground: Ground,
  filledUrl: string,
  expected: Field['expected'],
  missing: string[],
): Promise<Figures[]> {
  const python = withDlt ? await dltPython(report) : { missing: 'left out by --no-dlt' };
  if ('missing' in python) missing.push(`dlt: ${python.missing}`);
  for (const line of missing) report(line);
  const contenders = [
    copy(await copyOut(plan, filledUrl, ground.dump)),
    ...BATCH_SIZES.flatMap((size) => [
      tool(address, `dump:${ground.dump}`, folder, size),
      engine('nothing', ground, filledUrl, size),
      engine('checkpoints', ground, filledUrl, size),
      engine('idMap', ground, filledUrl, size),
    ]),
    ...('missing' in python ? [] : [dlt(python.python, ground, folder)]),
  ];
  return takeTurns(plan, [{ ground, documents, expected, contenders }], rounds, report);
}

async function measureFew(
  { fewDocuments: documents, rounds }: Flags,
  open: OpenClient,
  ground: Ground,
  filledUrl: string,
  expected: Field['expected'],
): Promise<Figures[]> {
  const stages = await preparedStages(ground, filledUrl);
  const contenders = [
    ...BATCH_SIZES.map((size) => createMany(open, stages, size)),
    createPerRow(open, stages, BY_HAND),
  ];
  return takeTurns(plan, [{ ground, documents, expected, contenders }], rounds, report);
}

async function measureLive(
  { liveDocuments: documents, rounds }: Flags,
  open: OpenClient,
  { folder, address }: Place,
  ground: Ground,
  filledUrl: string,
  expected: Field['expected'],
): Promise<Figures[]> {
  const mongo = await startMongo({ report });
  try {
    const uri = new URL(mongo.url);
    uri.pathname = '/platform';
    await fillMongoDB(uri.href, { bad: false, mix: { documents } });
    const stages = await preparedStages(ground, filledUrl);
    const contenders = [
      ...BATCH_SIZES.map((size) => ({ ...tool(address, uri.href, folder, size), key: `liveTool-${size}` })),
      createPerRowLive(open, stages, uri.href, BY_HAND),
    ];
    return await takeTurns(plan, [{ ground, documents, expected, contenders }], rounds, report);
  } finally {
    await mongo.stop();
  }
}

/** One run with many documents: its own verification is what tells that it is right. */
async function measureLarge(documents: number, { folder, server, address }: Place): Promise<Figures> {
  report(`Writing ${grouped(documents)} documents`);
  const ground = await prepareGround(server, join(folder, 'large'), { documents });
  try {
    const large = { ...tool(address, `dump:${ground.dump}`, folder, 1000), leaves: 'all' as const };
    const [figures] = await takeTurns(
      plan,
      [{ ground, documents, expected: new Map(), contenders: [large] }],
      1,
      report,
    );
    return figures!;
  } finally {
    await ground.close();
  }
}

async function preparedStages(ground: Ground, filledUrl: string) {
  const target = openTarget(filledUrl, { connections: 2 });
  try {
    return await prepareRows(plan, ground.source, target);
  } finally {
    await target.close();
  }
}

await program.parseAsync();
