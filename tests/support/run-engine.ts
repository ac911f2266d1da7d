import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { typeOfKey } from '../../engine/document/legacy-key.ts';
import { createMigration } from '../../engine/migration/create-migration.ts';
import { compareStage, copyStage, type MigratedStage, migrate } from '../../engine/migration/migrate.ts';
import { newSteps, type Step } from '../../engine/migration/step.ts';
import type { Plan } from '../../engine/plan/stage.ts';
import type { PreparedRun } from '../../engine/run/prepared-run.ts';
import { openSource } from '../../engine/source/open-source.ts';
import type { Source } from '../../engine/source/source.ts';
import { type Counters, readCheckpoints } from '../../engine/state/run/checkpoint.ts';
import { type PlannedPartition, savePlanned } from '../../engine/state/run/planned.ts';
import type { RunOptions } from '../../engine/state/run/run-options.ts';
import { openTarget, type Target } from '../../engine/target/target.ts';
import type { Difference } from '../../engine/verify/difference.ts';
import type { TargetTimeouts } from '../../prisma/connection/session-settings.ts';
import type { DemoOptions } from '../../scripts/demo/data/options.ts';
import { writeDemoDump } from '../../scripts/demo/data/write-dump.ts';
import { plan } from '../../stages/plan.ts';
import { type Collections, writeDumpFolder } from './data/dump-writer.ts';
import { letEnd } from './data/writers.ts';
import { createDatabase } from './servers/databases.ts';

/** A source beside an empty target, and the whole engine between them, without Temporal. */
export interface Engine {
  readonly plan: Plan;
  readonly source: Source;
  readonly target: Target;
  readonly databaseUrl: string;
  /** A folder of this engine's own. */
  readonly folder: string;
  /** Takes the target for a run: a new one, or an unfinished one of the same options. */
  prepare(options?: Partial<RunOptions>): Promise<PreparedRun>;
  /** Plans, copies and settles one stage. */
  copy(run: PreparedRun, stage: string, how?: CopyOptions): Promise<Counters>;
  /** Verifies every row of a stage. */
  verify(run: PreparedRun, stage: string): Promise<Difference[]>;
  /** A whole migration: every stage prepared, copied, settled and verified, and the target let go. */
  migrate(options?: Partial<RunOptions> & CopyOptions): Promise<Migration>;
  /** The same source and target under another plan, to be closed with this engine. */
  over(other: Plan): Omit<Engine, 'close'>;
  close(): Promise<void>;
}

export interface CopyOptions {
  /** Documents in one transaction; 50 unless given. */
  readonly batchSize?: number;
  /** How the stage's collection is cut into partitions; as the engine plans them unless given. */
  readonly partitions?: (source: Source, collection: string) => Promise<PlannedPartition[]>;
  /** The order in which partitions are copied, from their number; one after another unless given. */
  readonly order?: (partitions: number) => readonly number[];
  /** Length of a segment; 0 stops after every batch. */
  readonly milliseconds?: number;
}

/** What a migration did. */
export interface Migration extends PreparedRun {
  readonly counters: Readonly<Record<string, Counters>>;
  readonly differences: Readonly<Record<string, readonly Difference[]>>;
}

/** What an engine reads: demo data, collections to be dumped, a dump that is there (its folder), or whatever a URI names. */
export type Documents =
  | { readonly demo: DemoOptions }
  | { readonly collections: Collections }
  | { readonly dump: string }
  | { readonly sourceUri: string };

/**
 * Opens an engine over a source.
 * @param options.databaseUrl an empty target that is somebody else's; a database of its own unless given
 */
export async function openEngine(
  documents: Documents,
  options: { timeouts?: TargetTimeouts; plan?: Plan; databaseUrl?: string } = {},
): Promise<Engine> {
  const folder = await mkdtemp(join(tmpdir(), 'run-engine-'));
  const dump = 'dump' in documents ? documents.dump : join(folder, 'dump');
  if ('demo' in documents) await writeDemoDump(dump, documents.demo);
  if ('collections' in documents) await writeDumpFolder(dump, 'platform', documents.collections);
  const source = await openSource('sourceUri' in documents ? documents.sourceUri : `dump:${dump}`, {
    spoolFolder: join(folder, 'spool'),
    collections: (options.plan ?? plan).stages.map(({ collection }) => collection),
  });
  const database = options.databaseUrl === undefined ? await createDatabase() : null;
  const { timeouts, databaseUrl = database!.url } = options;
  const target = openTarget(databaseUrl, { connections: 4, ...(timeouts && { timeouts }) });
  const places = { databaseUrl, folder };
  const over = (other: Plan): Omit<Engine, 'close'> => ({ ...engineOver(source, target, other), ...places, over });
  return {
    ...over(options.plan ?? plan),
    async close() {
      await source.close();
      await target.close();
      await database?.drop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** The same engine on another source: what stands in the first one was mended meanwhile. */
export function engineReading(engine: Engine, source: Source): Engine {
  return { ...engine, ...engineOver(source, engine.target, engine.plan) };
}

function engineOver(
  source: Source,
  target: Target,
  over: Plan,
): Pick<Engine, 'plan' | 'source' | 'target' | 'prepare' | 'copy' | 'verify' | 'migrate'> {
  const migration = createMigration({ plan: over, target, source: async () => source });
  const prepare: Engine['prepare'] = (options) => {
    const claimant = { workflowId: 'mongo-to-prisma', workflowRunId: randomUUID(), namespaceId: 'tests' };
    return migration.prepare({ dryRun: false, limit: null, stages: null, ...options }, claimant, noWorkflow);
  };
  // Each step is newer than all before it, whichever method takes it.
  const steps = new Map<string, () => Step>();
  const nextOf = (run: PreparedRun): (() => Step) => {
    const key = `${run.runId} ${run.epoch}`;
    if (!steps.has(key)) steps.set(key, newSteps(run));
    return steps.get(key)!;
  };
  const cut = async (run: PreparedRun, name: string, partitions: CopyOptions['partitions']) => {
    if (partitions === undefined || (await readCheckpoints(target, run.runId, name)).length > 0) return;
    const { collection } = over.stages.find((stage) => stage.name === name)!;
    await savePlanned(target, nextOf(run)().writer, name, await partitions(source, collection));
  };
  const copy: Engine['copy'] = async (run, name, { partitions, ...how } = {}) => {
    await cut(run, name, partitions);
    return copyStage(migration, nextOf(run), name, how);
  };
  const verify: Engine['verify'] = (run, name) => compareStage(migration, nextOf(run), name);
  const migrateAll: Engine['migrate'] = async (options = {}) => {
    const { dryRun = false, limit = null, stages = null, partitions, ...how } = options;
    const run = await prepare({ dryRun, limit, stages });
    const chosen = over.stages.map(({ name }) => name).filter((name) => stages?.includes(name) ?? true);
    for (const name of chosen) await cut(run, name, partitions);
    const migrated = await migrate(migration, nextOf(run), { stages: chosen, compares: 'rows', ...how });
    await letEnd(target, run.runId, 'complete');
    const of = <T>(pick: (stage: MigratedStage) => T) =>
      Object.fromEntries(Object.entries(migrated).map(([name, stage]) => [name, pick(stage)]));
    return { ...run, counters: of(({ counters }) => counters), differences: of(({ differences }) => differences) };
  };
  return { plan: over, source, target, prepare, copy, verify, migrate: migrateAll };
}

const noWorkflow = async () => false;

/** Cuts a collection into ranges of `size` documents, however few there are. */
export function rangesOf(size: number): NonNullable<CopyOptions['partitions']> {
  return async (source, collection) => {
    const partitions: PlannedPartition[] = [];
    for await (const key of source.scanKeys(collection)) {
      const last = partitions.at(-1);
      const type = typeOfKey(key);
      const before = last?.selection as { type: string; upTo: PlannedPartition['selection'] } | undefined;
      if (last !== undefined && before?.type === type && last.total < size) {
        partitions[partitions.length - 1] = {
          selection: { ...last.selection, upTo: key } as PlannedPartition['selection'],
          total: last.total + 1,
        };
        continue;
      }
      const after = before?.type === type ? (last!.selection as { upTo: typeof key }).upTo : null;
      partitions.push({ selection: { type, after, upTo: key }, total: 1 });
    }
    return partitions;
  };
}

/** A target as far as it is only asked. */
type Asked = Pick<Target, 'query'>;

/** A document in quarantine, as tests compare it. */
export interface Quarantined {
  readonly stage: string;
  /** The bytes of its key, as hex. */
  readonly key: string;
  readonly code: string;
  readonly path: string | null;
  readonly sqlstate: string | null;
  readonly constraint: string | null;
  readonly cause: unknown;
  readonly state: string;
  /** The document's BSON, as hex. */
  readonly document: string;
}

/** The quarantine, in the order of stage and key. */
export async function quarantineOf(target: Asked): Promise<Quarantined[]> {
  const rows = await target.query(
    `SELECT stage, encode(legacy_key, 'hex'), code, path, sqlstate, constraint_name, cause, state, encode(document, 'hex')
     FROM migration_quarantine ORDER BY stage, legacy_key`,
    [],
  );
  return rows.map(([stage, key, code, path, sqlstate, constraint, cause, state, document]) => ({
    ...{ stage: stage!, key: key!, code: code!, path: path!, sqlstate: sqlstate!, constraint: constraint! },
    ...{ cause: cause === null ? null : JSON.parse(cause!), state: state!, document: document! },
  }));
}

/** One finding that was written down, as tests compare it. */
export interface Found {
  readonly stage: string;
  readonly key: string;
  readonly code: string;
  readonly path: string;
  /** BSON `{v: value}` as hex. */
  readonly old: string | null;
}

/** The findings that are kept one by one. */
export async function findingsOf(target: Asked): Promise<Found[]> {
  const rows = await target.query(
    `SELECT stage, encode(legacy_key, 'hex'), code, path, encode(old_value, 'hex') FROM migration_finding
     ORDER BY stage, legacy_key, path, code`,
    [],
  );
  return rows.map(([stage, key, code, path, old]) => ({
    ...{ stage: stage!, key: key!, code: code!, path: path!, old: old! },
  }));
}

/** A row as PostgreSQL writes it: numbers with all their digits, arrays and JSON as JSON text, times in ISO form. */
export type TextRow = Readonly<Record<string, string | null>>;

/** Every row of a table, by its id. */
export async function rowsOf(target: Asked, table: string): Promise<Map<string, TextRow>> {
  const rows = await target.query(
    `SELECT id, (SELECT json_object_agg(key, value) FROM jsonb_each_text(to_jsonb(held))) FROM "${table}" AS held`,
    [],
  );
  return new Map(rows.map(([id, row]) => [id!, JSON.parse(row!) as TextRow]));
}

/** All rows of all the plan's tables and the ID map as sorted lines: equal contents are equal lines. */
export async function contentsOf(target: Target, of: Plan = plan): Promise<string[]> {
  const lines: string[] = [];
  for (const { table } of of.stages.flatMap(({ tables }) => tables)) {
    const rows = await target.query(`SELECT held::text FROM "${table}" AS held ORDER BY id`, []);
    for (const [text] of rows) lines.push(`${table} ${text}`);
  }
  const map = await target.query(
    `SELECT concat_ws(' ', collection, parent_key, legacy_key, path, occurrence, prisma_id, source_hash, rows_hash)
     FROM migration_id_map ORDER BY prisma_id`,
    [],
  );
  for (const [text] of map) lines.push(`map ${text}`);
  return lines;
}
