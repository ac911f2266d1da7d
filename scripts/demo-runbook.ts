import { existsSync } from 'node:fs';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { MigrationError } from '../engine/common/errors.ts';
import { runIsBlocked } from '../engine/messages/commands/screen.ts';
import { labelled } from '../engine/messages/message.ts';
import { RUN_KINDS } from '../engine/messages/report/headings.ts';
import { readManifest } from '../operations/backup/manifest.ts';
import { DEFAULT_WORKFLOW_ID } from '../worker/settings.ts';
import { EXIT } from './cli/exit-codes.ts';
import { duration, grouped } from './cli/screen/figures.ts';
import { churnMongoDB } from './demo/data/churn/churn-mongodb.ts';
import { fillMongoDB } from './demo/data/fill-mongodb.ts';
import { type DemoOptions, demoCounts, SMALL_DEMO } from './demo/data/options.ts';
import { checkDemo } from './demo/demo-checks.ts';
import { createDatabases, type DemoDatabases } from './demo/demo-databases.ts';
import { addTheirOwn, breakPayments, mendPayments, oneOf } from './demo/runbook/database.ts';
import { type Director, type Played, play, waitUntil } from './demo/runbook/play.ts';
import { RUNBOOKS, readRunbook } from './demo/runbook/read-runbook.ts';
import { type CommandRunner, openRunner } from './demo/runbook/run-command.ts';
import { cacheFolder } from './servers/programs/cache.ts';
import { type Servers, startServers } from './servers/servers.ts';

/** States in which `resume` finds a run. */
const STILL = ['paused', 'blocked'];

const MAINTENANCE_FILE = 'maintenance.json';
const FLAG_FILE = 'in-maintenance';
/** Part of the documents that are changed in MongoDB before they are reconciled. */
const CHURN = 0.05;

const flags = new Command('demo:runbook')
  .description('Carries the runbook out on the demo data, with a fault in the middle and a restore at the end.')
  .option('--scale <n>', '1 gives 2,000 users and 3,000 payments', Number, 0.2)
  .option('--small', 'as few documents as hold every one that is spoiled on purpose, whatever --scale says', false)
  .option('--seed <n>', 'the same seed gives the same data', Number, 1)
  .option('--json', 'one JSON object at the end on standard output, and nothing else there', false)
  .allowExcessArguments(false)
  .exitOverride((error) => process.exit(error.exitCode === 0 ? EXIT.done : EXIT.usage))
  .parse()
  .opts<{ scale: number; small: boolean; seed: number; json: boolean }>();
const data: DemoOptions = { ...(flags.small ? SMALL_DEMO : { scale: flags.scale }), seed: flags.seed };
const say = (text: string) => void (flags.json ? process.stderr : process.stdout).write(`${text}\n`);

process.exitCode = await main();

async function main(): Promise<number> {
  try {
    say('Starting PostgreSQL, MongoDB and Temporal …');
    const servers = await startServers();
    const folder = await mkdtemp(join(tmpdir(), 'runbook-'));
    try {
      const databases = await createDatabases(servers);
      try {
        return await rehearse(servers, databases, folder);
      } finally {
        await databases.drop();
      }
    } finally {
      await rm(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
      await servers.stop();
    }
  } catch (error) {
    if (!(error instanceof MigrationError)) throw error;
    process.stderr.write(`${error.message}\n`);
    return EXIT.failed;
  }
}

/** The whole runbook: 0 only when every command and every check was as it should be. */
async function rehearse({ temporal }: Servers, databases: DemoDatabases, folder: string): Promise<number> {
  await fillMongoDB(databases.mongodbUri, data);
  await writeMaintenanceFile(folder);
  const runner = openRunner(folder, environmentOf(databases, temporal.address, folder));
  const checks: { what: string; isRight: boolean }[] = [];
  const check = (what: string, isRight: boolean) => {
    checks.push({ what, isRight });
    say(`    ${isRight ? '✓' : '✗'} ${what}`);
  };
  try {
    const runbook = await readRunbook(RUNBOOKS[0]);
    const played = await play(runbook, runner, directorOf(runner, databases, folder, check), say);
    tellSummary(played, checks);
    if (flags.json) process.stdout.write(`${JSON.stringify({ played, checks })}\n`);
    const isRight = played.every(({ result }) => result !== 'wrong') && checks.every((one) => one.isRight);
    say(isRight ? 'Everything was as the runbook says.' : 'Not everything was as the runbook says.');
    return isRight ? EXIT.done : EXIT.failed;
  } finally {
    await runner.close();
  }
}

/** What the platform looks for before it lets anybody in. */
async function writeMaintenanceFile(folder: string): Promise<void> {
  const flag = { name: 'flag', kind: 'flagFile', path: join(folder, FLAG_FILE) };
  await writeFile(join(folder, MAINTENANCE_FILE), JSON.stringify({ on: [flag], off: [flag] }));
}

/** Nothing of the caller's own settings comes in but the namespace of a Temporal that is somebody else's. */
function environmentOf(databases: DemoDatabases, address: string, folder: string): NodeJS.ProcessEnv {
  return {
    ...process.env,
    ...{ NODE_OPTIONS: '', SOURCE_URI: '', POLICIES_FILE: '', PAYLOAD_KEYS: '', METRICS_ADDRESS: '' },
    ...{ MONGODB_URI: databases.mongodbUri, DATABASE_URL: databases.databaseUrl, TEMPORAL_ADDRESS: address },
    ...{ MAINTENANCE_FILE: join(folder, MAINTENANCE_FILE), MONITOR_FILE: '', SMOKE_TESTS_FILE: '' },
    ...{ REPORTS_FOLDER: join(folder, 'reports'), BACKUPS_FOLDER: join(folder, 'backups') },
    ...{ MONGO_TO_PRISMA_STATE: join(folder, 'state'), MONGO_TO_PRISMA_CACHE: cacheFolder() },
    XDG_CACHE_HOME: join(folder, 'cache'),
  };
}

/** What the operator does between the commands, with the fault that this rehearsal puts in. */
function directorOf(
  runner: CommandRunner,
  databases: DemoDatabases,
  folder: string,
  check: (what: string, isRight: boolean) => void,
): Director {
  const { databaseUrl } = databases;
  const backups = join(folder, 'backups');
  const isDown = () => existsSync(join(folder, FLAG_FILE));
  let isBroken = false;
  return {
    fill: async (line) =>
      line
        .replace('<backup>', join(backups, (await readdir(backups).catch(() => [])).sort()[0] ?? ''))
        .replace('<user id>', (await oneUser(databaseUrl)) ?? ''),
    before: async (line) => {
      if (line.includes('--require-backup')) {
        await breakPayments(databaseUrl, demoCounts(data).payments / 6);
        isBroken = true;
        say('    (a fault is put in: once some payments are there, PostgreSQL says that its disk is full)');
      }
      if (line.endsWith(' -- reconcile')) {
        const changed = await churnMongoDB(databases.mongodbUri, data, { share: CHURN });
        say(`    (the platform still works with MongoDB: ${grouped(changed)} documents change)`);
      }
      if (line.endsWith(' -- resume')) await waitUntil('the run stands still', () => standsIn(runner, STILL));
    },
    after: async (line, end) => {
      if (line === 'npm run migrate:schema') await addTheirOwn(databaseUrl);
      if (line.includes('--require-backup')) {
        check('the fault has stopped the run at payment', saysBlocked(end?.out));
        check('some payments are there', (await oneOf(databaseUrl, 'SELECT count(*) FROM "Payment"')) !== '0');
      }
      if (line.includes(' --detach')) await waitUntil('a worker answers', () => standsIn(runner, ['blocked']));
      if (line.includes(' abort')) await waitUntil('the run is aborted', () => standsIn(runner, ['aborted']));
      if (line.includes(' rollback payment') && isBroken) {
        await waitUntil('payments are rolled back', () => standsIn(runner, ['paused']));
        check('no payment is left', (await oneOf(databaseUrl, 'SELECT count(*) FROM "Payment"')) === '0');
        check('users are left', (await oneOf(databaseUrl, 'SELECT count(*) FROM "User"')) !== '0');
        await mendPayments(databaseUrl);
        say('    (the fault is taken away)');
      }
      if (line.includes(' -- watch')) {
        check('the run has taken the platform out of its maintenance', !isDown());
        await checkMigrated(databases, check);
      }
      if (line.endsWith(' -- maintenance on')) check('the platform is in maintenance', isDown());
      if (line.endsWith(' -- maintenance off')) check('the platform is out of maintenance', !isDown());
      if (line.includes(' -- monitor --hours')) {
        await waitUntil('the monitoring has made a round', async () => ((await monitoring(runner))?.round ?? -1) >= 0);
        const { state } = (await monitoring(runner))!;
        check(`its first round has found no damage: it is ${state}`, state === 'watching');
      }
      if (line.includes(' -- restore')) {
        check('the platform is left in maintenance', isDown());
        await checkRestored(runner, backups, check);
      }
    },
  };
}

function saysBlocked(out: string | undefined): boolean {
  const kind = labelled(RUN_KINDS.migration);
  const said = runIsBlocked({ kind, migration: DEFAULT_WORKFLOW_ID, reason: '\0' }).text;
  return said.split('\0').every((part) => out?.includes(part));
}

/** Whether the migration, as `status` tells it, is in one of these states. */
async function standsIn(runner: CommandRunner, states: readonly string[]): Promise<boolean> {
  const { code, out } = await runner.ask(['status', '--json']);
  return code === 0 && states.includes((JSON.parse(out) as { state: string }).state);
}

function oneUser(databaseUrl: string): Promise<string | null> {
  const sql = `SELECT right(encode(legacy_key, 'hex'), 24) FROM migration_id_map WHERE collection = 'user' LIMIT 1`;
  return oneOf(databaseUrl, sql).catch(() => null);
}

/** Where the monitoring stands, as its `status` tells it; null when there is none. */
async function monitoring(runner: CommandRunner): Promise<{ readonly state: string; readonly round: number } | null> {
  const { out } = await runner.ask(['monitor', 'status', '--json']);
  // It ends with 1 while something is wrong, too.
  return out.startsWith('{') ? (JSON.parse(out) as { state: string; round: number }) : null;
}

/** The independent count of the demo, and the fate of everything that was spoiled on purpose. */
async function checkMigrated(databases: DemoDatabases, check: (what: string, isRight: boolean) => void): Promise<void> {
  const sql = 'SELECT id FROM migration_run ORDER BY started_at DESC LIMIT 1';
  const runId = (await oneOf(databases.databaseUrl, sql)) ?? '';
  const all = await checkDemo({ ...databases, runId }, data);
  const wrong = all.filter(({ isRight }) => !isRight);
  for (const { what, expected, found } of wrong.slice(0, 5)) say(`      ${what}: ${expected} expected, ${found} found`);
  check(
    `an independent count agrees in ${grouped(all.length - wrong.length)} of ${grouped(all.length)} figures`,
    wrong.length === 0,
  );
}

/** The target's tables against those of the backup that was made before anything else: by rows and checksums. */
async function checkRestored(
  runner: CommandRunner,
  backups: string,
  check: (what: string, isRight: boolean) => void,
): Promise<void> {
  const [first] = (await readdir(backups)).sort();
  const before = (await readManifest(join(backups, first!))).postgres!.tables;
  const { code, out } = await runner.run('npm run mongo-to-prisma -- backup --only postgres --json');
  const after = code === 0 ? (JSON.parse(out) as { postgres: { tables: typeof before } }).postgres.tables : {};
  for (const [table, { rows, checksum }] of Object.entries(before).filter(([, facts]) => facts.rows > 0)) {
    say(
      `      ${table}: ${rows} rows, ${checksum.slice(0, 16)}… before; ${after[table]?.checksum.slice(0, 16)}… after`,
    );
  }
  const names = Object.keys(before);
  const same = names.filter((name) => JSON.stringify(before[name]) === JSON.stringify(after[name]));
  check(
    `the target equals what it was before: ${same.length} of ${names.length} tables by rows and checksum`,
    same.length === names.length && Object.keys(after).length === names.length,
  );
}

function tellSummary(played: readonly Played[], checks: readonly { readonly isRight: boolean }[]): void {
  say('\nSummary');
  for (const section of [...new Set(played.map((one) => one.section))].sort((a, b) => a - b)) {
    const of = played.filter((one) => one.section === section);
    const count = (result: Played['result']) => of.filter((one) => one.result === result).length;
    const seconds = of.reduce((sum, one) => sum + one.seconds, 0);
    say(`  Section ${section}: ${count('right')} as they should be, ${count('wrong')} wrong, ${duration(seconds)}`);
  }
  say(`  ${checks.filter(({ isRight }) => isRight).length} of ${checks.length} checks passed.`);
}
