import { spawn } from 'node:child_process';
import { mkdir, open, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { ServerMissing } from '../../../engine/common/errors.ts';
import { localNotRestarted, localRestarting, startingServer } from '../../../engine/messages/commands/starting.ts';
import { plain } from '../../../engine/messages/message.ts';
import { localTemporal } from '../../../engine/messages/worker/servers.ts';
import { localNotUp } from '../../../engine/messages/worker/temporal.ts';
import { withLock } from '../../../engine/source/dump/spool/spool-lock.ts';
import {
  findLocalTemporal,
  isAlive,
  type LocalSettings,
  type LocalTemporal,
  localPlaceOf,
  localTemporalFile,
  readLocalTemporal,
} from '../../../worker/temporal/local-temporal.ts';
import { projectFolder } from '../../servers/project.ts';
import { type Report, reasonOf } from '../../servers/report.ts';
import { startTemporal, type TemporalServer } from '../../servers/temporal.ts';

/** A local Temporal server that this process may use. */
export interface KeptTemporal extends LocalTemporal {
  /** True when this process started it. */
  readonly isOwn: boolean;
  /** Ends it when this process started it. Its database stays: the next one goes on from there. */
  release(): Promise<void>;
}

const STOP_WITHIN_MS = 20_000;

/**
 * The local Temporal server of this project and target: the one that runs, or a new one over the database of its folder,
 * so that a migration outlives it. It ends with this process, however this process ends; when it ends before, it is
 * started again.
 * @throws ServerMissing when there is none to be had; ConfigurationError, TemporalUnavailable as `localPlaceOf`
 */
export async function keepLocalTemporal(settings: LocalSettings, report: Report): Promise<KeptTemporal> {
  const place = localPlaceOf(settings);
  const { folder } = place;
  await mkdir(folder, { recursive: true, mode: 0o700 });
  let running: LocalTemporal | null = null;
  let started: TemporalServer | null = null;
  const isThere = async () => {
    running = await readLocalTemporal(folder);
    return running !== null;
  };
  // Two servers over one database would spoil it.
  await withLock(join(folder, 'temporal.lock'), isThere, async () => {
    started = await startTemporal({ dbFilename: join(folder, 'temporal.db'), ui: true, report });
    const { pid, address, uiUrl } = started;
    const local = { ...place, pid: pid ?? process.pid, keeper: process.pid, address, uiUrl };
    await writeState(local);
    running = local;
  });
  const own = started as TemporalServer | null;
  const local = running as unknown as LocalTemporal;
  let isReleased = false;
  if (own !== null) void keepUp(own, () => isReleased, { local, report });
  return {
    ...local,
    isOwn: own !== null,
    release: async () => {
      if (own === null) return;
      isReleased = true;
      await rm(localTemporalFile(folder), { force: true });
      await own.stop();
    },
  };
}

/** Starts the server again, over its database and on its port, whenever it has ended before it was released. */
async function keepUp(
  server: TemporalServer,
  isReleased: () => boolean,
  { local, report }: { local: LocalTemporal; report: Report },
): Promise<void> {
  for (;;) {
    await server.ended();
    if (isReleased()) return;
    report(localRestarting().text);
    try {
      await server.restart();
    } catch (error) {
      report(localNotRestarted({ why: reasonOf(error) }).text);
      return;
    }
    if (isReleased()) return server.stop();
    await writeState({ ...local, pid: server.pid ?? process.pid });
  }
}

async function writeState({ folder, ...local }: LocalTemporal): Promise<void> {
  const file = localTemporalFile(folder);
  await writeFile(`${file}.new`, `${JSON.stringify(local)}\n`, { mode: 0o600 });
  await rename(`${file}.new`, file);
}

/**
 * Asks the command that keeps the local server to end it.
 * @returns false when none runs
 */
export async function stopLocalTemporal(settings: LocalSettings): Promise<boolean> {
  const local = await findLocalTemporal(settings);
  if (local === null) return false;
  process.kill(local.keeper, 'SIGTERM');
  const deadline = Date.now() + STOP_WITHIN_MS;
  while (isAlive(local.pid) && Date.now() < deadline) await sleep(100);
  return true;
}

const START_WITHIN_MS = 600_000;

/**
 * Has the local server kept by a process of its own, which stays when this one ends.
 * @throws ServerMissing with that process's own words when it does not come up
 */
export async function keepInBackground(settings: LocalSettings, report: Report): Promise<LocalTemporal> {
  const { folder } = localPlaceOf(settings);
  const running = await readLocalTemporal(folder);
  if (running !== null) return running;
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const logFile = join(folder, 'temporal.log');
  const log = await open(logFile, 'w', 0o600);
  report(startingServer({ server: localTemporal() }).text);
  const env = { ...process.env, MONGO_TO_PRISMA_STATE: settings.stateFolder, DATABASE_URL: settings.databaseUrl! };
  const keeper = spawn(process.execPath, [...commandLine(), 'temporal'], {
    detached: true,
    stdio: ['ignore', log.fd, log.fd],
    env,
  });
  keeper.unref();
  await log.close();
  const deadline = Date.now() + START_WITHIN_MS;
  while (Date.now() < deadline) {
    const local = await readLocalTemporal(folder);
    if (local !== null) return local;
    if (keeper.exitCode !== null || keeper.signalCode !== null) break;
    await sleep(200);
  }
  const words = (await readFile(logFile, 'utf8')).trim().split('\n').at(-1) ?? '';
  throw new ServerMissing(words === '' ? localNotUp() : plain(words));
}

/** How this very command line is started by Node: from the sources, or compiled. */
function commandLine(): string[] {
  if (import.meta.url.endsWith('.js')) return [fileURLToPath(new URL('../../cli.js', import.meta.url))];
  const scripts = join(projectFolder, 'scripts');
  return [join(scripts, 'bootstrap.mjs'), join(scripts, 'cli.ts')];
}
