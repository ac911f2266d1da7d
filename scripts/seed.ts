import { Command, InvalidArgumentError } from 'commander';
import { churnMongoDB } from './demo/data/churn/churn-mongodb.ts';
import { expectations } from './demo/data/demo-documents.ts';
import { fillMongoDB } from './demo/data/fill-mongodb.ts';
import { COLLECTIONS, type CollectionName } from './demo/data/options.ts';
import { writeDemoDump } from './demo/data/write-dump.ts';

interface SeedOptions {
  readonly scale: number;
  readonly seed: number;
  readonly uri?: string;
  readonly dump?: string;
  readonly replace: boolean;
  readonly bad: boolean;
  readonly rich: boolean;
  readonly churn?: number;
}

function numberFrom(least: number, whole: boolean): (text: string) => number {
  return (text) => {
    const value = Number(text);
    const fits = text.trim() !== '' && Number.isFinite(value) && value >= least && (!whole || Number.isInteger(value));
    if (!fits) throw new InvalidArgumentError(`It must be a ${whole ? 'whole ' : ''}number from ${least} up.`);
    return value;
  };
}

function share(text: string): number {
  const value = numberFrom(0, false)(text);
  if (value > 1) throw new InvalidArgumentError('It must be a number from 0 to 1.');
  return value;
}

const program = new Command('seed')
  .description('Fills a MongoDB, or writes a mongodump folder, with the demo platform’s documents.')
  .option('--scale <n>', 'how much: 1 gives 2,000 users and 3,000 payments', numberFrom(0.1, false), 1)
  .option('--seed <n>', 'the same seed gives the same bytes', numberFrom(0, true), 1)
  .option('--uri <uri>', 'the MongoDB database to fill (default: MONGODB_URI)')
  .option('--dump <folder>', 'write a mongodump folder instead')
  .option('--replace', 'drop the five collections of the database first', false)
  .option('--no-bad', 'without the documents that are spoiled on purpose')
  .option('--rich', 'with Decimal128 amounts and NaN (dumps only)', false)
  .option(
    '--churn <share>',
    'with this share (0 to 1) of the documents changed since; a MongoDB must have been filled before',
    share,
  )
  .showHelpAfterError('(--help shows the options)')
  .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : 2))
  .parse();

const { uri = process.env['MONGODB_URI'], dump, replace, churn, ...data } = program.opts<SeedOptions>();

const report = (name: CollectionName, written: number, total: number): void => {
  if (written === total) process.stdout.write(`${name}: ${written.toLocaleString('en-US')}\n`);
};

try {
  if (dump !== undefined) {
    if (replace || program.opts<SeedOptions>().uri !== undefined) {
      program.error('--dump goes with neither --uri nor --replace.');
    }
    const written = await writeDemoDump(dump, { ...data, ...(churn !== undefined && { churn: { share: churn } }) });
    for (const name of COLLECTIONS) report(name, written[name], written[name]);
  } else {
    if (uri === undefined || uri === '') program.error('Give --uri or --dump, or set MONGODB_URI.');
    if (data.rich) program.error('--rich goes with --dump only.');
    if (churn !== undefined && replace) program.error('--churn changes what is there: it does not go with --replace.');
    if (churn === undefined) await fillMongoDB(uri as string, { ...data, replace, report });
    else process.stdout.write(`${await churnMongoDB(uri as string, data, { share: churn })} documents changed.\n`);
  }
  const spoiled = new Set(expectations(data).map(({ collection, id }) => `${collection}/${id}`));
  process.stdout.write(`${COLLECTIONS.length} collections; ${spoiled.size} documents are spoiled on purpose.\n`);
} catch (error) {
  process.stderr.write(
    `The demo data could not be written: ${error instanceof Error ? error.message : String(error)}\n`,
  );
  process.exitCode = 1;
}
