/**
 * `npm run test:chaos`: migrations under random faults, each held against an undisturbed one. A seed decides which
 * faults come and after which waits; what they meet depends on the machine, so that every run is another one.
 */
import { Command, InvalidArgumentError } from 'commander';
import pg from 'pg';
import { openSource } from '../../engine/source/open-source.ts';
import { type Identity, identify } from '../../engine/state/run/identity.ts';
import { makeBackup } from '../../operations/backup/make-backup.ts';
import { applyMigrations } from '../../prisma/apply/apply-migrations.ts';
import { removeFolder, temporaryFolder } from '../../scripts/servers/local-server.ts';
import { startMongo } from '../../scripts/servers/mongodb.ts';
import { startPostgres } from '../../scripts/servers/postgres.ts';
import { plan } from '../../stages/plan.ts';
import { bundleProcesses } from '../support/jest/bundle-processes.ts';
import { openGround } from '../support/open-ground.ts';
import { urlOfDatabase } from '../support/servers/databases.ts';
import { runRound, undisturbedSequels } from './round.ts';

interface ChaosOptions {
  readonly seed: number;
  readonly seeds?: readonly number[];
  readonly rounds: number;
  readonly minutes?: number;
  readonly faults: number;
}

function whole(text: string): number {
  if (!/^\d+$/.test(text)) throw new InvalidArgumentError('It must be a whole number.');
  return Number(text);
}

function minutes(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !(value > 0)) throw new InvalidArgumentError('It must be a number above 0.');
  return value;
}

function range(text: string): number[] {
  const [, from, to] = /^(\d+)\.\.(\d+)$/.exec(text) ?? [];
  if (from === undefined || Number(to) < Number(from)) throw new InvalidArgumentError('It must be like 1..20.');
  return Array.from({ length: Number(to) - Number(from) + 1 }, (_, i) => Number(from) + i);
}

const program = new Command('test:chaos')
  .description('Runs migrations under seeded random faults, and compares each with an undisturbed one.')
  .option('--seed <n>', 'which faults, in which order', whole, 1)
  .option('--seeds <a..b>', 'one seed after another, in place of --seed', range)
  .option('--rounds <n>', 'migrations of each seed', whole, 1)
  .option('--minutes <n>', 'as many rounds of each seed as begin within this time, in place of --rounds', minutes)
  .option('--faults <n>', 'faults of a migration', whole, 10)
  .showHelpAfterError('(--help shows the options)')
  .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : 2))
  .parse();

const options = program.opts<ChaosOptions>();
const say = (line: string): void => {
  process.stdout.write(`${line}\n`);
};

const [postgres, mongo] = await Promise.all([startPostgres(), startMongo(), bundleProcesses()]);
const backups = await temporaryFolder('chaos');
const failed: string[] = [];
try {
  const [databaseUrl, strangerUrl] = [
    await createTarget(postgres.url, 'chaos'),
    await createTarget(postgres.url, 'stranger'),
  ];
  const asked = { collections: [], signal: new AbortController().signal, onFolder: () => {} };
  const backup = (await makeBackup({ sourceUri: null, databaseUrl }, backups, asked)).folder;
  const ground = await openGround({
    ...{ databaseUrl, mongoUrl: `${mongo.url}platform`, input: { batchSize: 10 } },
    durableTemporal: true,
  });
  try {
    const left = await undisturbedSequels(ground);
    const identity = await identityOf(databaseUrl, `${mongo.url}platform`);
    const scene = { ground, postgres, mongo, strangerUrl, backup, identity };
    for (const seed of options.seeds ?? [options.seed]) {
      const until = options.minutes === undefined ? null : Date.now() + options.minutes * 60_000;
      for (let round = 1; until === null ? round <= options.rounds : Date.now() < until; round++) {
        say(`Seed ${seed}, round ${round}`);
        const problem = await runRound(scene, { seed, round, faults: options.faults }, left, say);
        if (problem !== null) failed.push(`seed ${seed}, round ${round}: ${problem}`);
        say(problem === null ? '  as if nothing had happened' : `  FAILED: ${problem}`);
      }
    }
  } finally {
    await ground.close();
  }
} finally {
  await Promise.all([postgres.stop(), mongo.stop(), removeFolder(backups)]);
}
say(failed.length === 0 ? 'All migrations were whole.' : `${failed.length} failed:\n${failed.join('\n')}`);
process.exitCode = failed.length === 0 ? 0 : 1;

async function identityOf(targetUrl: string, sourceUri: string): Promise<Identity> {
  const collections = plan.stages.map(({ collection }) => collection);
  const source = await openSource(sourceUri, { spoolFolder: backups, collections });
  try {
    return await identify(targetUrl, source);
  } finally {
    await source.close();
  }
}

/** A database of the server with the tables of a target, and no rows. @returns its URL */
async function createTarget(serverUrl: string, name: string): Promise<string> {
  const client = new pg.Client({ connectionString: serverUrl });
  await client.connect();
  await client.query(`CREATE DATABASE ${name}`);
  await client.end();
  const url = urlOfDatabase(serverUrl, name);
  await applyMigrations(url);
  return url;
}
