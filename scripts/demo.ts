import { Command, InvalidArgumentError } from 'commander';
import { MigrationError } from '../engine/common/errors.ts';
import { leavingAfterBatches, temporalPage } from '../engine/messages/commands/starting.ts';
import { NO_MONITOR_SETTINGS } from '../operations/monitor/settings.ts';
import { applyMigrations } from '../prisma/apply/apply-migrations.ts';
import { readConfiguration, type WorkerConfiguration } from '../worker/configuration.ts';
import { openConnections } from '../worker/connections.ts';
import { readEnvironment } from '../worker/environment.ts';
import { bridgeTemporalLog, createLog } from '../worker/logger.ts';
import { DEFAULT_WORKFLOW_ID } from '../worker/settings.ts';
import { clientOf, connectTemporal } from '../worker/temporal/connect.ts';
import { placeOf } from '../worker/temporal/local-temporal.ts';
import { runMigration } from './cli/connect/run-migration.ts';
import { operatorIdentity } from './cli/connect/temporal-access.ts';
import { EXIT } from './cli/exit-codes.ts';
import { counted, duration, grouped } from './cli/screen/figures.ts';
import type { Outcome } from './cli/screen/outcome.ts';
import { createScreen } from './cli/screen/screen.ts';
import type { Screen } from './cli/screen/screen-type.ts';
import { summaryOf } from './cli/screen/summary.ts';
import { heedSignals } from './cli/signals.ts';
import { fillMongoDB } from './demo/data/fill-mongodb.ts';
import { checkDemo } from './demo/demo-checks.ts';
import { createDatabases, type DemoDatabases } from './demo/demo-databases.ts';
import { type Servers, startServers } from './servers/servers.ts';

interface DemoFlags {
  readonly keep: boolean;
  readonly scale: number;
  readonly seed: number;
}

const flags = readFlags();
const startedAt = Date.now();
const screen = createScreen(process.stdout);
const leaving = heedSignals(() => screen.say(leavingAfterBatches().text));
process.exitCode = await main();

/** A whole migration on servers of its own: 0 only when everything is as it should be. */
async function main(): Promise<number> {
  try {
    step('Starting PostgreSQL, MongoDB and Temporal');
    const servers = await startServers({ report: (line) => screen.say(`  ${line} …`) });
    try {
      const databases = await createDatabases(servers);
      try {
        return await demonstrate(servers, databases);
      } finally {
        await databases.drop();
      }
    } finally {
      step('Stopping the servers');
      await servers.stop();
    }
  } catch (error) {
    if (!(error instanceof MigrationError)) throw error;
    process.stderr.write(`${error.message}\n`);
    return EXIT.failed;
  } finally {
    leaving.release();
  }
}

async function demonstrate(servers: Servers, databases: DemoDatabases): Promise<number> {
  step('Applying the migrations to PostgreSQL');
  await applyMigrations(databases.databaseUrl);
  step(`Filling MongoDB with the demo data (scale ${flags.scale}, seed ${flags.seed})`);
  await fillMongoDB(databases.mongodbUri, { scale: flags.scale, seed: flags.seed, report: fillTeller(screen) });
  if (leaving.signal.aborted) return EXIT.interrupted;
  step('Migrating through Temporal');
  if (servers.temporal.uiUrl !== null) screen.say(`  ${temporalPage({ url: servers.temporal.uiUrl }).text}`);
  const outcome = await migrate(servers, databases);
  if (outcome.state === 'detached') return EXIT.interrupted;
  const isRight = outcome.state === 'complete' && (await checkAll(outcome, databases));
  screen.say(`${isRight ? 'Everything is as it should be' : 'Not everything is as it should be'} (${elapsed()}).`);
  if (flags.keep) await keepUp(servers, databases);
  return isRight ? EXIT.done : EXIT.failed;
}

async function migrate(servers: Servers, { mongodbUri, databaseUrl }: DemoDatabases): Promise<Outcome> {
  const place = placeOf({ address: servers.temporal.address });
  const { reportsFolder, backupsFolder, stateFolder, logLevel } = readConfiguration({
    ...readEnvironment(),
    ...{ MONGODB_URI: undefined, SOURCE_URI: undefined, DATABASE_URL: undefined, TEMPORAL_ADDRESS: undefined },
  });
  const configuration: WorkerConfiguration = {
    ...{
      sourceUri: mongodbUri,
      databaseUrl,
      reportsFolder,
      backupsFolder,
      changeFeed: { feed: 'auto', changesFile: null },
      logLevel,
      stateFolder,
      metricsAddress: null,
      smokeTestsFile: null,
      temporal: { ...place, payloadKeys: [] },
      policies: {},
      maintenance: null,
      monitor: NO_MONITOR_SETTINGS,
    },
  };
  bridgeTemporalLog(createLog('warn', { destination: { write: (text) => screen.say(text) }, pretty: true }));
  const connections = openConnections(configuration);
  const connection = await connectTemporal(place);
  const client = clientOf(connection, place, operatorIdentity());
  try {
    const { outcome, facts } = await runMigration({
      ...{ configuration, temporal: { client, place }, connections, input: {}, screen },
      ...{ workflowId: DEFAULT_WORKFLOW_ID, signal: leaving.signal },
    });
    if (outcome.state !== 'detached') screen.say(`\n${summaryOf(outcome, facts)}\n`);
    return outcome;
  } finally {
    await connection.close();
    await connections.close();
  }
}

/** Tells what was compared, and every single thing that is wrong. */
async function checkAll(outcome: Outcome, databases: DemoDatabases): Promise<boolean> {
  step('Comparing with an independent count, and with what was spoiled on purpose');
  const checks = await checkDemo({ ...databases, runId: outcome.runId! }, { scale: flags.scale, seed: flags.seed });
  const wrong = checks.filter(({ isRight }) => !isRight);
  for (const { what, expected, found } of wrong) screen.say(`  ✗ ${what}: ${expected} expected, ${found} found`);
  screen.say(`  ${grouped(checks.length - wrong.length)} of ${counted(checks.length, 'check')} passed.`);
  return wrong.length === 0;
}

/** `--keep`: the servers stay up as long as this process. */
async function keepUp({ temporal }: Servers, { mongodbUri, databaseUrl }: DemoDatabases): Promise<void> {
  const lines = [
    '',
    'The servers stay up until Ctrl-C. In another terminal:',
    '',
    `  export MONGODB_URI='${mongodbUri}'`,
    `  export DATABASE_URL='${databaseUrl}'`,
    `  export TEMPORAL_ADDRESS='${temporal.address}'`,
    '',
    '  npm run migrate:prisma -- --dry-run',
    '  npm run migrate:prisma -- --limit 100 --dry-run',
    '  npm run mongo-to-prisma -- verify',
    '  npm run mongo-to-prisma -- status',
    '  psql "$DATABASE_URL"',
    ...(temporal.uiUrl === null ? [] : ['', temporalPage({ url: temporal.uiUrl }).text]),
  ];
  screen.say(lines.join('\n'));
  const alive = setInterval(() => {}, 60_000);
  if (!leaving.signal.aborted) await new Promise((left) => leaving.signal.addEventListener('abort', left));
  clearInterval(alive);
}

function step(what: string): void {
  screen.say(`\n▸ ${what} (${elapsed()})`);
}

function elapsed(): string {
  return duration((Date.now() - startedAt) / 1000);
}

function fillTeller(to: Screen) {
  return (collection: string, written: number, total: number) => {
    if (written === total) to.say(`  ${collection}: ${counted(total, 'document')}`);
  };
}

function readFlags(): DemoFlags {
  const number = (least: number, isWhole: boolean) => (text: string) => {
    const value = Number(text);
    if (text.trim() !== '' && value >= least && (Number.isInteger(value) || (!isWhole && Number.isFinite(value)))) {
      return value;
    }
    throw new InvalidArgumentError(`It must be a ${isWhole ? 'whole ' : ''}number from ${least} up.`);
  };
  return new Command('demo')
    .description('Migrates a realistic platform on its own servers, and checks the result.')
    .option('--keep', 'leave the servers up afterwards, until Ctrl-C', false)
    .option('--scale <n>', '1 gives 2,000 users and 3,000 payments', number(0.1, false), 1)
    .option('--seed <n>', 'the same seed gives the same data', number(0, true), 1)
    .allowExcessArguments(false)
    .showHelpAfterError('(--help shows the options)')
    .exitOverride((error) => process.exit(error.exitCode === 0 ? EXIT.done : EXIT.usage))
    .parse()
    .opts<DemoFlags>();
}
