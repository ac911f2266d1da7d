import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client, Connection } from '@temporalio/client';
import proto from '@temporalio/proto';
import { npmScript } from '../../scripts/cli/npm-script.ts';
import type { DemoOptions } from '../../scripts/demo/data/options.ts';
import { projectFolder } from '../../scripts/servers/project.ts';
import { DEFAULT_WORKFLOW_ID, TASK_QUEUE, WORKFLOW_TYPE } from '../../worker/settings.ts';
import type { MigrationInput, MigrationResult } from '../../workflows/messages/definitions.ts';

const { TaskQueueType } = proto.temporal.api.enums.v1;

/** Payments and all that they refer to: of each 100 documents so many. */
const SHARES = { users: 0.14, artists: 0.02, projects: 0.02, fundingprojects: 0.02, payments: 0.8 };

/** Demo data with so many payments. */
export function paymentsMix(payments: number): NonNullable<DemoOptions['mix']> {
  return { documents: Math.round(payments / SHARES.payments), shares: SHARES };
}

/**
 * Starts a worker as operators do, in a process of its own.
 * @param profile the folder that it writes a CPU profile into
 */
export function forkWorker(environment: Readonly<Record<string, string>>, profile?: string): ChildProcess {
  const profiling = profile === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${profile}`];
  const { environment: bounds, flags, file, args } = npmScript('worker');
  return fork(join(projectFolder, file), args, {
    env: { ...process.env, ...bounds, LOG_LEVEL: 'warn', ...environment },
    execArgv: [...flags, ...profiling],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
}

export async function endWorker(worker: ChildProcess): Promise<void> {
  worker.kill('SIGTERM');
  if (worker.exitCode === null) await once(worker, 'exit');
}

/** When a workflow was started and when it had ended, in milliseconds since 1970. */
interface Times {
  readonly started: number;
  readonly ended: number;
  /** The folder of its reports. */
  readonly reports: string;
}

/** Runs a migration to its end. @throws Error when the worker ends before it */
export async function migrateToEnd(address: string, worker: ChildProcess, input: MigrationInput = {}): Promise<Times> {
  const connection = await Connection.connect({ address });
  try {
    const { workflow } = new Client({ connection });
    const options = { taskQueue: TASK_QUEUE, workflowId: DEFAULT_WORKFLOW_ID, args: [input] };
    const gone = once(worker, 'exit').then(() =>
      Promise.reject(new Error('The worker has ended before the migration.')),
    );
    await Promise.race([polling(connection, worker.pid!), gone]);
    const started = Date.now();
    const { reports } = (await Promise.race([workflow.execute(WORKFLOW_TYPE, options), gone])) as MigrationResult;
    return { started, ended: Date.now(), reports };
  } finally {
    worker.removeAllListeners('exit');
    await connection.close();
  }
}

/** Settles when this very worker asks for work: its start is no part of what is measured. */
async function polling({ workflowService }: Connection, pid: number): Promise<void> {
  const taskQueue = { name: TASK_QUEUE };
  for (;;) {
    const { pollers: found } = await workflowService.describeTaskQueue({
      ...{ namespace: 'default', taskQueue },
      taskQueueType: TaskQueueType.TASK_QUEUE_TYPE_ACTIVITY,
    });
    // The one before it is named for a while, too; the SDK calls a worker by its process and host.
    if (found.some(({ identity }) => identity?.startsWith(`${pid}@`))) return;
    await sleep(100);
  }
}
