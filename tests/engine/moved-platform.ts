import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { partitionsOfKeys } from '../../engine/copy/partitions.ts';
import type { LegacyKey } from '../../engine/document/legacy-key.ts';
import { createMigration } from '../../engine/migration/create-migration.ts';
import { migrate } from '../../engine/migration/migrate.ts';
import { newSteps } from '../../engine/migration/step.ts';
import { openSource } from '../../engine/source/open-source.ts';
import type { Source } from '../../engine/source/source.ts';
import { savePlanned } from '../../engine/state/run/planned.ts';
import { insertRun } from '../../engine/state/run/run.ts';
import { touching } from '../../engine/state/run/run-writer.ts';
import { openTarget, type Target } from '../../engine/target/target.ts';
import type { DemoOptions } from '../../scripts/demo/data/options.ts';
import { writeDemoDump } from '../../scripts/demo/data/write-dump.ts';
import { plan } from '../../stages/plan.ts';
import { type Collections, writeDumpFolder } from '../support/data/dump-writer.ts';
import { writerOf } from '../support/data/writers.ts';
import { createDatabase } from '../support/servers/databases.ts';

/** A target that the engine fills from a source, for tests of what comes after the copy. */
export interface MovedPlatform {
  readonly source: Source;
  readonly target: Target;
  readonly sourceUri: string;
  readonly databaseUrl: string;
  /** Folder of this platform's own. */
  readonly folder: string;
  /** Copies and settles all stages in a run of its own; with `selected`, only these documents of each stage. */
  move(selected?: ReadonlyMap<string, readonly LegacyKey[]>): Promise<string>;
  close(): Promise<void>;
}

/** A target beside a dump of the demo data, or of the given collections. */
export async function platformOfDump(
  documents: DemoOptions | { readonly collections: Collections },
): Promise<MovedPlatform> {
  const folder = await mkdtemp(join(tmpdir(), 'moved-platform-'));
  const dump = join(folder, 'dump');
  if ('collections' in documents) await writeDumpFolder(dump, 'platform', documents.collections);
  else await writeDemoDump(dump, documents);
  return platformOf(`dump:${dump}`, folder);
}

/** A target beside a source. */
export async function platformOf(uri: string, folder: string): Promise<MovedPlatform> {
  const database = await createDatabase();
  const source = await openSource(uri, {
    spoolFolder: join(folder, 'spool'),
    collections: plan.stages.map(({ collection }) => collection),
  });
  const target = openTarget(database.url, { connections: 4 });
  return {
    source,
    target,
    folder,
    sourceUri: uri,
    databaseUrl: database.url,
    move: (selected) => move(source, target, selected),
    async close() {
      await source.close();
      await target.close();
      await database.drop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function move(
  source: Source,
  target: Target,
  selected: ReadonlyMap<string, readonly LegacyKey[]> | undefined,
): Promise<string> {
  const runId = randomUUID();
  // One run at a time holds a target.
  await target.query('UPDATE migration_run SET lease = NULL', []);
  await insertRun(touching(target.query), {
    id: runId,
    workflowId: 'mongo-to-prisma',
    workflowRunId: randomUUID(),
    namespaceId: 'tests',
    plan: plan.name,
    options: { dryRun: false, limit: null, stages: null },
    sourceFingerprint: await source.fingerprint(),
    sourceLabel: source.label,
    transformHashes: {},
  });
  for (const { name } of selected === undefined ? [] : plan.stages) {
    await savePlanned(target, writerOf({ runId }), name, partitionsOfKeys(selected?.get(name) ?? []));
  }
  const migration = createMigration({ plan, target, source: async () => source });
  const stages = plan.stages.map(({ name }) => name);
  await migrate(migration, newSteps({ runId, epoch: 1 }), { stages, batchSize: 200, compares: 'nothing' });
  return runId;
}
