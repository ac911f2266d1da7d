import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { workerAtWork } from '../../../engine/messages/worker/log.ts';
import { type ProcessExit, startProcess } from '../../../scripts/servers/processes.ts';
import { bundled, until } from '../scripts.ts';

/** What a worker process is started with. */
export interface WorkerPlace {
  /** How it is called in PostgreSQL's list of sessions, and its log file. */
  readonly name: string;
  /** Where its log, its reports and unpacked dumps go. */
  readonly folder: string;
  readonly databaseUrl: string;
  readonly sourceUri: string;
  readonly temporalAddress: string;
  /** Code of the workflows that is bundled already. */
  readonly workflowBundle: string;
  /** With timeouts longer than any test instead of short ones. */
  readonly isPatient: boolean;
}

/** A worker in a process of its own, which dies with this one. */
export interface WorkerProcess {
  readonly name: string;
  readonly pid: number;
  isAlive(): boolean;
  /** Waits until it polls for work. */
  ready(): Promise<void>;
  /** kill -9. */
  kill(): Promise<void>;
  /** SIGTERM, as a deployment does; answers how it ended. */
  shutDown(): Promise<ProcessExit>;
  /** SIGSTOP: it stands still and holds whatever it holds. */
  suspend(): void;
  /** SIGCONT: it goes on where it stood, as if nothing had happened. */
  wake(): void;
}

/** Starts a worker of the compiled code, as `npm run worker` does. */
export async function startWorkerProcess(place: WorkerPlace): Promise<WorkerProcess> {
  const { name, folder, workflowBundle, isPatient } = place;
  const logFile = join(folder, `${name}.log`);
  const started = await startProcess({
    command: process.execPath,
    args: [bundled('tests/support/servers/worker-main.ts')],
    cwd: folder,
    env: {
      ...process.env,
      NODE_OPTIONS: '',
      DATABASE_URL: place.databaseUrl,
      SOURCE_URI: place.sourceUri,
      TEMPORAL_ADDRESS: place.temporalAddress,
      REPORTS_FOLDER: join(folder, 'reports'),
      XDG_CACHE_HOME: join(folder, 'cache'),
      TEST_WORKFLOW_BUNDLE: workflowBundle,
      TEST_WORKER_IS_PATIENT: isPatient ? '1' : undefined,
    },
    logFile,
    stopSignal: 'SIGTERM',
    graceMs: 10_000,
  });
  const isAlive = () => !started.hasExited();
  return {
    name,
    pid: started.pid,
    isAlive,
    ready: () =>
      until(async () => {
        const log = await readFile(logFile, 'utf8');
        if (!isAlive()) throw new Error(`The worker ${name} ended while it was starting: ${log.slice(-1000)}`);
        return log.includes(workerAtWork().text);
      }, 60_000),
    kill: async () => {
      if (isAlive()) process.kill(started.pid, 'SIGKILL');
      await started.exited();
    },
    shutDown: async () => {
      if (isAlive()) process.kill(started.pid, 'SIGTERM');
      return started.exited();
    },
    suspend: () => process.kill(started.pid, 'SIGSTOP'),
    wake: () => process.kill(started.pid, 'SIGCONT'),
  };
}
