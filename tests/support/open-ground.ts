import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import type { WorkflowBundleOption } from '@temporalio/worker';
import { openTarget, type Target } from '../../engine/target/target.ts';
import { fillMongoDB } from '../../scripts/demo/data/fill-mongodb.ts';
import { SMALL_DEMO } from '../../scripts/demo/data/options.ts';
import { writeDemoDump } from '../../scripts/demo/data/write-dump.ts';
import { startTemporal, type TemporalServer } from '../../scripts/servers/temporal.ts';
import { TASK_QUEUE, WORKFLOW_TYPE } from '../../worker/settings.ts';
import { workflowBundle } from '../../worker/temporal/workflow-bundle.ts';
import type { MigrationInput, MigrationResult } from '../../workflows/messages/definitions.ts';
import type { migration } from '../../workflows/migration.ts';
import { type Content, contentOf, everything } from './data/content.ts';
import { fill } from './engine-alone.ts';
import { CLOSE_HEARTBEATS } from './faults/impatience.ts';
import { startTcpProxy, type TcpProxy, throughProxy } from './faults/tcp-proxy.ts';
import { lockTable, setTrap, type Trap, type TrapPlace } from './faults/trap.ts';
import type { Ground, GroundOptions, StartOptions } from './ground.ts';
import { endOf, type Handle, tuned } from './migration.ts';
import { startWorkerProcess, type WorkerProcess } from './servers/worker-process.ts';

/** Opens the ground, with one worker at work, and has the engine alone do what nothing disturbs. */
export async function openGround(options: GroundOptions): Promise<Ground> {
  const folder = await mkdtemp(join(tmpdir(), 'interrupts-test-'));
  await chmod(folder, 0o700);
  const temporalServer = await startTemporal({
    ui: false,
    ...(options.durableTemporal && { dbFilename: join(folder, 'temporal.db') }),
  });
  const [bundle, postgres, temporal, mongodb] = await Promise.all([
    workflowBundle(),
    startTcpProxy(Number(new URL(options.databaseUrl).port)),
    startTcpProxy(Number(temporalServer.address.split(':')[1])),
    options.mongoUrl === undefined ? null : startTcpProxy(Number(new URL(options.mongoUrl).port)),
  ]);
  const ground = new RealGround(options, { folder, temporalServer, postgres, temporal, mongodb });
  await ground.open(bundle);
  return ground;
}

interface Surroundings {
  readonly folder: string;
  readonly temporalServer: TemporalServer;
  readonly postgres: TcpProxy;
  readonly temporal: TcpProxy;
  readonly mongodb: TcpProxy | null;
}

class RealGround implements Ground {
  readonly workers: WorkerProcess[] = [];
  readonly folder: string;
  readonly temporalServer: TemporalServer;
  readonly postgres: TcpProxy;
  readonly temporal: TcpProxy;
  readonly mongodb: TcpProxy | null;
  readonly options: GroundOptions;
  undisturbed: Content = {};
  #target: Target;
  #client: Client | null = null;
  #traps: Trap[] = [];
  #handles: Handle[] = [];
  #strangers: WorkerProcess[] = [];
  #named = 0;
  #sourceUri = '';

  constructor(options: GroundOptions, around: Surroundings) {
    this.options = options;
    this.folder = around.folder;
    this.temporalServer = around.temporalServer;
    this.postgres = around.postgres;
    this.temporal = around.temporal;
    this.mongodb = around.mongodb;
    this.#target = openTarget(options.databaseUrl, { connections: 1 });
  }

  async open(bundle: WorkflowBundleOption): Promise<void> {
    const code = 'codePath' in bundle ? await readFile(bundle.codePath) : bundle.code;
    await writeFile(join(this.folder, 'workflows.js'), code);
    const { data = SMALL_DEMO, mongoUrl } = this.options;
    if (mongoUrl === undefined) {
      await writeDemoDump(join(this.folder, 'dump'), data);
      this.#sourceUri = `dump:${join(this.folder, 'dump')}`;
    } else {
      await fillMongoDB(mongoUrl, { ...data, replace: true, report: () => {} });
      this.#sourceUri = throughProxy(mongoUrl, this.mongodb!);
    }
    await this.addWorker();
    await fill(this.databaseUrl, this.#sourceUri, { stages: this.options.input?.stages ?? null });
    this.undisturbed = await contentOf(this);
  }

  async addWorker({ isPatient = false } = {}): Promise<WorkerProcess> {
    this.#named += 1;
    const worker = await this.#startWorker(`worker-${this.#named}`, this.options.databaseUrl, isPatient);
    this.workers.push(worker);
    return worker;
  }

  async addStranger(databaseUrl: string): Promise<WorkerProcess> {
    this.#named += 1;
    const stranger = await this.#startWorker(`stranger-${this.#named}`, databaseUrl, false);
    this.#strangers.push(stranger);
    return stranger;
  }

  #startWorker(name: string, databaseUrl: string, isPatient: boolean): Promise<WorkerProcess> {
    return startWorkerProcess({
      name,
      folder: this.folder,
      databaseUrl: throughProxy(databaseUrl, this.postgres, { application_name: name }),
      sourceUri: this.#sourceUri,
      temporalAddress: `127.0.0.1:${this.temporal.port}`,
      workflowBundle: join(this.folder, 'workflows.js'),
      isPatient,
    });
  }

  workerOf(application: string): WorkerProcess {
    const worker = this.workers.find(({ name }) => name === application);
    if (worker === undefined) throw new Error(`No worker is called ${application}.`);
    return worker;
  }

  async replace(worker: WorkerProcess): Promise<WorkerProcess> {
    await worker.kill();
    this.#forget(worker);
    return this.addWorker();
  }

  suspend(worker: WorkerProcess): void {
    worker.suspend();
    // Its polls would go on being answered for a minute; each answer is a step that nobody takes.
    this.temporal.cut();
  }

  #forget(worker: WorkerProcess): void {
    this.workers.splice(this.workers.indexOf(worker), 1);
  }

  async start(input?: MigrationInput, options?: StartOptions): Promise<Handle> {
    await this.#empty();
    return this.startAgain(input, options);
  }

  async startAgain(input: MigrationInput = {}, { tuning = {} }: StartOptions = {}): Promise<Handle> {
    this.#client ??= new Client({ connection: await Connection.connect({ address: this.temporalServer.address }) });
    const all = { ...this.options.input, ...input };
    const handle = await this.#client.workflow.start<typeof migration>(WORKFLOW_TYPE, {
      taskQueue: TASK_QUEUE,
      workflowId: `interrupted-${randomUUID()}`,
      args: tuned(all, { ...CLOSE_HEARTBEATS, ...tuning }) as unknown as [],
      workflowExecutionTimeout: '10 minutes',
    });
    this.#handles.push(handle);
    return handle;
  }

  async #empty(): Promise<void> {
    const tables = await this.sql(
      `SELECT string_agg(format('%I', tablename), ', ') FROM pg_tables
       WHERE schemaname = 'public' AND tablename <> '_prisma_migrations'`,
    );
    await this.sql(`TRUNCATE ${tables[0]![0]}`);
  }

  get databaseUrl(): string {
    return this.options.databaseUrl;
  }

  async vacate(): Promise<void> {
    for (const handle of this.#handles.splice(0)) await handle.terminate().catch(() => {});
    for (const worker of [...this.workers]) await this.#drop(worker);
    this.postgres.cut();
    const own = this.#target;
    this.#target = openTarget(this.databaseUrl, { connections: 1 });
    await own.close();
  }

  async filledTablesOf(databaseUrl: string): Promise<string[]> {
    const other = openTarget(databaseUrl, { connections: 1 });
    try {
      const sql = (statement: string, params: readonly unknown[] = []) =>
        other.query(statement, params) as Promise<(string | null)[][]>;
      const all = Object.entries(await everything({ sql }));
      return all.flatMap(([table, text]) => (table === '_prisma_migrations' || text.startsWith('0 ') ? [] : [table]));
    } finally {
      await other.close();
    }
  }

  async trap(place: TrapPlace): Promise<Trap> {
    const trap = await setTrap(this.options.databaseUrl, place);
    this.#traps.push(trap);
    return trap;
  }

  async lock(table: string): Promise<Trap> {
    const trap = await lockTable(this.options.databaseUrl, table);
    this.#traps.push(trap);
    return trap;
  }

  async sql(statement: string, params: readonly unknown[] = []): Promise<(string | null)[][]> {
    return this.#target.query(statement, params) as Promise<(string | null)[][]>;
  }

  async expectWhole(handle: Handle): Promise<MigrationResult> {
    const result = await endOf(handle);
    for (const stage of result.stages) {
      const { name, state, total, read, differences, verified, written, quarantined, skipped } = stage;
      assert.deepEqual(
        { name, state, read, differences, verified, dealtWith: written + quarantined + skipped },
        { name, state: 'complete', read: total, differences: 0, verified: total, dealtWith: total },
      );
    }
    await this.expectContent();
    return result;
  }

  async expectContent(content: Content = this.undisturbed): Promise<void> {
    assert.deepEqual(await contentOf(this), content);
    assert.deepEqual(await this.sql('SELECT count(*) FROM migration_run WHERE lease IS NOT NULL'), [['0']]);
  }

  async tidy(): Promise<void> {
    for (const proxy of [this.postgres, this.temporal, this.mongodb]) proxy?.heal();
    for (const trap of this.#traps.splice(0)) await trap.open().catch(() => {});
    for (const handle of this.#handles.splice(0)) await handle.terminate().catch(() => {});
    for (const stranger of this.#strangers.splice(0)) await stranger.kill();
    for (const worker of [...this.workers]) if (!worker.isAlive()) this.#forget(worker);
    for (const worker of this.workers) worker.wake();
    // Sessions of dead workers go as soon as their statement is over.
    await this.sql(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
       WHERE application_name LIKE 'worker-%' AND datname = current_database() AND application_name <> ALL ($1)`,
      [this.workers.map(({ name }) => name)],
    );
    await this.#removeTraps();
    if (this.workers.length === 0) await this.addWorker();
    for (const worker of this.workers.slice(1)) await this.#drop(worker);
  }

  async #removeTraps(): Promise<void> {
    const left = await this.sql(
      `SELECT format('DROP FUNCTION %s CASCADE', oid::regprocedure) FROM pg_proc WHERE starts_with(proname, 'trap_')`,
    );
    for (const [drop] of left) await this.sql(drop!);
  }

  async #drop(worker: WorkerProcess): Promise<void> {
    await worker.kill();
    this.#forget(worker);
  }

  async close(): Promise<void> {
    for (const worker of [...this.workers]) await this.#drop(worker);
    await this.#client?.connection.close();
    await this.#target.close();
    for (const proxy of [this.postgres, this.temporal, this.mongodb]) await proxy?.close();
    await this.temporalServer.stop();
    await rm(this.folder, { recursive: true, force: true });
  }
}
