import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client, Connection } from '@temporalio/client';
import { msToTs } from '@temporalio/common/lib/time.js';
import { openTarget } from '../../engine/target/target.ts';
import { type DemoOptions, SMALL_DEMO } from '../../scripts/demo/data/options.ts';
import { writeDemoDump } from '../../scripts/demo/data/write-dump.ts';
import { carryOut } from '../../scripts/demo/runbook/carry-out.ts';
import { cacheFolder } from '../../scripts/servers/programs/cache.ts';
import { type Collections, withEmptyOnes, writeDumpFolder } from './data/dump-writer.ts';
import type { Asked } from './migration.ts';
import { bundled, project } from './scripts.ts';
import { createDatabase } from './servers/databases.ts';
import { temporalAddress } from './servers/servers.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

/** A command that runs. */
export interface RunningCommand {
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
  /** All that it has said so far, on both streams. */
  said(): string;
  /** Waits until it has said this. */
  until(pattern: RegExp, withinMs?: number): Promise<void>;
}

/** What a command left. */
export interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** An empty, migrated target that commands can be pointed at. */
export interface CommandTarget extends Asked {
  readonly databaseUrl: string;
  readonly environment: Environment;
  readonly reports: string;
}

/** A dump, a Temporal namespace that no other test file uses, and commands run with both. */
export interface Desk {
  readonly folder: string;
  readonly dump: string;
  readonly namespace: string;
  readonly client: Client;
  readonly environment: Environment;
  target(databaseUrl?: string): Promise<CommandTarget>;
  /** `mongo-to-prisma <args>` to its end, in this process unless the command needs one that is its own. */
  run(args: readonly string[], environment?: Environment): Promise<Ended>;
  /** The same in a process of its own. */
  start(args: readonly string[], environment?: Environment, entry?: string): RunningCommand;
  close(): Promise<void>;
}

/** Every command of the tests has the task queue `mongo-to-prisma`, so each test file needs a namespace of its own. */
export async function openDesk(
  documents: DemoOptions | { readonly collections: Collections } = SMALL_DEMO,
): Promise<Desk> {
  const folder = await mkdtemp(join(tmpdir(), 'command-line-test-'));
  const dump = join(folder, 'dump');
  if ('collections' in documents) await writeDumpFolder(dump, 'platform', withEmptyOnes(documents.collections));
  else await writeDemoDump(dump, documents);
  const connection = await Connection.connect({ address: temporalAddress() });
  const namespace = `test-${randomUUID()}`;
  await makeNamespace(connection, namespace);
  const environment = {
    SOURCE_URI: `dump:${dump}`,
    TEMPORAL_ADDRESS: temporalAddress(),
    TEMPORAL_NAMESPACE: namespace,
    // Dumps are unpacked in the test's own folder; programs stay where they are.
    XDG_CACHE_HOME: join(folder, 'cache'),
    MONGO_TO_PRISMA_CACHE: cacheFolder(),
    MONGO_TO_PRISMA_STATE: join(folder, 'state'),
  };
  // Commands in this process find their programs and unpack dumps as those in processes of their own do.
  const { XDG_CACHE_HOME, MONGO_TO_PRISMA_CACHE } = environment;
  Object.assign(process.env, { XDG_CACHE_HOME, MONGO_TO_PRISMA_CACHE });
  process.chdir(folder);
  const targets: (() => Promise<void>)[] = [];
  const running = new Set<RunningCommand>();
  const start: Desk['start'] = (args, more = {}, entry = 'scripts/cli.ts') => {
    const command = startCommand([entry, ...args], { ...environment, ...more }, folder);
    running.add(command);
    command.ended.finally(() => running.delete(command));
    return command;
  };
  return {
    folder,
    dump,
    namespace,
    client: new Client({ connection, namespace }),
    environment,
    start,
    run: (args, more = {}) =>
      isOfTheProcess(args, more)
        ? start(args, more).ended
        : carryOut(args, { ...process.env, ...environment, ...more }),
    target: async (databaseUrl) => {
      const database = databaseUrl === undefined ? await createDatabase() : null;
      const url = databaseUrl ?? database!.url;
      const own = openTarget(url, { connections: 1 });
      targets.push(async () => {
        await own.close();
        await database?.drop();
      });
      const reports = join(folder, `reports-${randomUUID()}`);
      return {
        databaseUrl: url,
        reports,
        environment: { DATABASE_URL: url, REPORTS_FOLDER: reports },
        sql: async (statement, params = []) => own.query(statement, params) as Promise<(string | null)[][]>,
      };
    },
    close: async () => {
      for (const command of running) {
        command.child.kill('SIGKILL');
        await command.ended;
      }
      const closed = await Promise.allSettled(targets.map((end) => end()));
      await connection.close();
      process.chdir(project);
      await rm(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
      for (const result of closed) if (result.status === 'rejected') throw result.reason;
    },
  };
}

/** A namespace can be used some moments after it was made. */
async function makeNamespace(connection: Connection, namespace: string): Promise<void> {
  await connection.workflowService.registerNamespace({
    namespace,
    workflowExecutionRetentionPeriod: msToTs('1 day'),
  });
  const { workflow } = new Client({ connection, namespace });
  const deadline = Date.now() + 60_000;
  for (;;) {
    const error = await workflow
      .getHandle('nothing')
      .describe()
      .catch((reason: Error) => reason);
    if ((error as Error).name === 'WorkflowNotFoundError' || Date.now() > deadline) return;
    await sleep(100);
  }
}

function startCommand(args: readonly string[], environment: Environment, folder: string): RunningCommand {
  const [entry, ...rest] = args;
  const child = spawn(process.execPath, [bundled(entry!), ...rest], {
    cwd: folder,
    env: { ...process.env, NODE_OPTIONS: '', ...environment } as NodeJS.ProcessEnv,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let [out, err] = ['', ''];
  child.stdout.on('data', (chunk) => {
    out += chunk;
  });
  child.stderr.on('data', (chunk) => {
    err += chunk;
  });
  const ended = new Promise<Ended>((resolve) => child.once('close', (code) => resolve({ code, out, err })));
  return {
    child,
    ended,
    said: () => out + err,
    until: async (pattern, withinMs = 40_000) => {
      const deadline = Date.now() + withinMs;
      while (!pattern.test(out + err)) {
        if (Date.now() > deadline || child.exitCode !== null)
          throw new Error(`It has not said ${pattern}: ${out}${err}`);
        await sleep(20);
      }
    },
  };
}

/** What of a command's environment is read by something else than the settings, or belongs to the process itself. */
const OF_THE_PROCESS =
  /^(OTEL_|PG|NODE_|MONGO_TO_PRISMA_(CACHE|DOWNLOADS|.*_URL|.*_ADDRESS)$|PATH$|TMPDIR$|METRICS_ADDRESS$)/;
/** Commands that last until they are ended, or leave a process behind. */
const LASTING = ['worker', 'temporal', 'codec-server'];

function isOfTheProcess([command]: readonly string[], environment: Environment): boolean {
  // Without an address the command starts a Temporal server that belongs to its process.
  const isWithoutTemporal = environment['TEMPORAL_ADDRESS'] === '';
  return (
    isWithoutTemporal ||
    LASTING.includes(command!) ||
    Object.keys(environment).some((name) => OF_THE_PROCESS.test(name))
  );
}
