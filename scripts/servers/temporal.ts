import { join } from 'node:path';
import { Connection } from '@temporalio/client';
import { ServerMissing } from '../../engine/common/errors.ts';
import { startingServer } from '../../engine/messages/commands/starting.ts';
import { localTemporal, namedServerSilent, namedTemporal } from '../../engine/messages/worker/servers.ts';
import {
  foreignServer,
  onFreePort,
  removeFolder,
  type ServerLife,
  startServer,
  temporaryFolder,
} from './local-server.ts';
import { freePort } from './ports.ts';
import { findTemporal } from './programs/temporal-program.ts';
import { type Report, reasonOf, silent } from './report.ts';

/** Names a server that is used instead of one started here. */
const SETTING = 'MONGO_TO_PRISMA_TEMPORAL_ADDRESS';

/** A Temporal server with the namespace `default`. */
export interface TemporalServer extends ServerLife {
  /** host:port of the gRPC service. */
  readonly address: string;
  /** The web interface's address; null when it is not served. */
  readonly uiUrl: string | null;
}

/** How to start it. */
export interface TemporalOptions {
  /** Where workflows survive the server; without it they are in memory and a restart loses them. */
  readonly dbFilename?: string;
  readonly ui: boolean;
  readonly report?: Report;
}

/**
 * Temporal's development server on free ports; or the server that MONGO_TO_PRISMA_TEMPORAL_ADDRESS names.
 *
 * @throws {ServerMissing} when there is none to be had, or it does not start
 */
export async function startTemporal({ dbFilename, ui, report = silent }: TemporalOptions): Promise<TemporalServer> {
  const external = process.env[SETTING];
  if (external) {
    await answers(external).catch((error: unknown) => {
      throw new ServerMissing(namedServerSilent({ setting: SETTING, why: reasonOf(error) }));
    });
    const where = { address: external, uiUrl: null };
    return foreignServer(namedTemporal({ setting: SETTING }), where);
  }
  const program = await findTemporal(report);
  report(startingServer({ server: 'Temporal' }).text);
  const folder = await temporaryFolder('temporal');
  try {
    return await onFreePort(() => serve(program, folder, ui, dbFilename));
  } catch (error) {
    await removeFolder(folder);
    throw error;
  }
}

async function serve(
  program: string,
  folder: string,
  ui: boolean,
  dbFilename: string | undefined,
): Promise<TemporalServer> {
  const [port, uiPort, httpPort, metricsPort] = [
    await freePort(),
    await freePort(),
    await freePort(),
    await freePort(),
  ];
  const address = `127.0.0.1:${port}`;
  const ports = ['--port', port, '--http-port', httpPort, '--metrics-port', metricsPort].map(String);
  const plan = {
    title: localTemporal(),
    spec: {
      command: program,
      args: [
        ...['server', 'start-dev', '--ip', '127.0.0.1', '--log-level', 'error', ...ports],
        ...(ui ? ['--ui-port', String(uiPort)] : ['--headless']),
        ...(dbFilename === undefined ? [] : ['--db-filename', dbFilename]),
      ],
      cwd: folder,
      env: temporalEnvironment(),
      logFile: join(folder, 'log'),
      stopSignal: 'SIGTERM',
      graceMs: 10_000,
      temporaryFolder: folder,
    },
    ready: () => answers(address),
  } as const;
  return startServer(plan, { address, uiUrl: ui ? `http://127.0.0.1:${uiPort}` : null });
}

/** TEMPORAL_* variables are a client's settings: a profile or an API key is nothing to a local server. */
function temporalEnvironment(): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('TEMPORAL_')));
}

/** The port answers before the namespace is there. */
async function answers(address: string): Promise<void> {
  const connection = await Connection.connect({ address, connectTimeout: '5s' });
  try {
    await connection.withDeadline(Date.now() + 5_000, () =>
      connection.workflowService.describeNamespace({ namespace: 'default' }),
    );
  } finally {
    await connection.close();
  }
}
