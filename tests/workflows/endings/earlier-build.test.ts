import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import type { Client } from '@temporalio/client';
import { leaseHeld, reconciliationUnfinished, sourceUnproved } from '../../../engine/messages/engine/run.ts';
import { schemaNotCurrent } from '../../../engine/messages/engine/target.ts';
import { rowsDiffer } from '../../../engine/messages/workflows/blocked.ts';
import type { MigrationInput, MigrationResult } from '../../../workflows/messages/definitions.ts';
import { saying } from '../../engine/messages/saying.ts';
import { type Content, contentOf, everything, filledTables } from '../../support/data/content.ts';
import { earlierDump, restoreScene, type Scene } from '../../support/data/earlier-build.ts';
import { filledTarget } from '../../support/engine-alone.ts';
import {
  endOf,
  failureOf,
  type MigrationTarget,
  openPlatform,
  type Platform,
  untilProgress,
} from '../../support/migration.ts';
import type { TestDatabase } from '../../support/servers/databases.ts';

type Dump = 'platform' | 'later';

let platform: Platform;
let namespaceId: string;
const fresh = {} as Record<Dump, { content: Content; verdict: MigrationResult['verdict'] }>;
const restored: TestDatabase[] = [];

beforeAll(async () => {
  platform = await openPlatform({ collections: {} });
  namespaceId = await idOfNamespace(platform.client);
  for (const dump of ['platform', 'later'] as const) {
    const target = await platform.target({ sourceUri: earlierDump(dump) });
    const { verdict } = await endOf(await target.start([]));
    fresh[dump] = { content: await unworded(target), verdict };
    await target.close();
  }
});
afterEach(async () => {
  for (const database of restored.splice(0)) await database.drop();
});
afterAll(() => platform.close());

async function idOfNamespace({ connection }: Client): Promise<string> {
  const { namespaceInfo } = await connection.workflowService.describeNamespace({ namespace: 'default' });
  return namespaceInfo!.id!;
}

/** A target of the earlier build, with a worker of this one that reads a dump. */
async function taken(scene: Scene, dump: Dump, how: { isCurrent?: boolean; elsewhere?: boolean } = {}) {
  const database = await restoreScene(scene, { ...how, ...(!how.elsewhere && { namespaceId }) });
  restored.push(database);
  return platform.target({ databaseUrl: database.url, sourceUri: earlierDump(dump) });
}

/** What a target holds, but for the wording of why documents are in quarantine, which is the build's. */
async function unworded(target: MigrationTarget): Promise<Content> {
  await target.sql('UPDATE migration_quarantine SET message = NULL');
  return contentOf(target);
}

/** What a run has left beside what a migration of the same dump by this build leaves. */
async function expectAsFresh(target: MigrationTarget, { verdict }: MigrationResult, dump: Dump): Promise<void> {
  // Earlier runs keep theirs, and tell that a later one has been refused these documents again.
  await target.sql(`DELETE FROM migration_quarantine WHERE state = 'retried'`);
  expect(verdict).toEqual(fresh[dump].verdict);
  expect(await unworded(target)).toEqual(fresh[dump].content);
  expect(await target.sql('SELECT count(*) FROM migration_run WHERE lease IS NOT NULL')).toEqual([['0']]);
}

test('the sources have what earlier builds met, too: documents in quarantine, leftovers, keys of other types', () => {
  const { platform: first, later } = fresh;
  expect(first.verdict).toMatchObject({ state: 'quarantined' });
  expect(later.content).not.toEqual(first.content);
});

test('a new run over the target of an aborted one ends as a migration of this build does', async () => {
  const target = await taken('aborted', 'platform');
  await expectAsFresh(target, await endOf(await target.start([])), 'platform');
  await target.close();
});

test.each(['stopped', 'verifying'] as const)(
  'a new run over the target of a %s one compares again what that has compared, and ends as a migration of this build does',
  async (scene) => {
    const target = await taken(scene, 'platform');
    const [first] = await target.sql('SELECT id::text, name FROM "User" ORDER BY id LIMIT 1');
    const rename = (name: string) => target.sql('UPDATE "User" SET name = $2 WHERE id = $1::uuid', [first![0], name]);
    await rename('another');
    const handle = await target.start([]);
    const { reason } = await untilProgress(handle, ({ state }) => state === 'blocked');
    expect(reason).toMatch(saying(rowsDiffer, { stage: 'user' }));
    await rename(first![1]!);
    await handle.signal('resume');
    await expectAsFresh(target, await endOf(handle), 'platform');
    await target.close();
  },
);

test('a new run over the target of a complete one leaves what it would over one of its own build', async () => {
  const own = await filledTarget(platform, { sourceUri: earlierDump('platform') });
  const { verdict } = await endOf(await own.start([]));
  const target = await taken('complete', 'platform');
  expect((await endOf(await target.start([]))).verdict).toEqual(verdict);
  expect(await unworded(target)).toEqual(await unworded(own));
  await own.close();
  await target.close();
});

test('a run whose workflow is in another Temporal is not taken before somebody releases it', async () => {
  const target = await taken('stopped', 'platform', { elsewhere: true });
  const before = await everything(target);
  const { type, message } = await failureOf(await target.start([]));
  expect(type).toBe('LeaseHeld');
  expect(message).toMatch(saying(leaseHeld));
  expect(await everything(target)).toEqual(before);
  await target.close();
});

test('a target whose schema is not brought up to date is refused before anything is written', async () => {
  const target = await taken('stopped', 'platform', { isCurrent: false });
  const before = await everything(target);
  const { message } = await failureOf(await target.start([]));
  expect(message).toMatch(saying(schemaNotCurrent));
  expect(await everything(target)).toEqual(before);
  await target.close();
});

const WAITS: MigrationInput = { gates: { fundingProject: 'manual' } };
const AT_GATE = ({ gate }: { gate: string | null }) => gate === 'fundingProject';

test.each(['stopped', 'aborted'] as const)(
  'a run over a %s one is rolled back to a stage, and finishes',
  async (scene) => {
    const target = await taken(scene, 'platform');
    const handle = await target.start([WAITS]);
    await untilProgress(handle, AT_GATE);
    await handle.executeUpdate('rollbackToStage', { args: [{ stage: 'artist', includeEarlier: true }] as never });
    await untilProgress(handle, AT_GATE);
    await handle.executeUpdate('approve', { args: ['fundingProject'] as never });
    await expectAsFresh(target, await endOf(handle), 'platform');
    await target.close();
  },
);

test.each(['stopped', 'aborted', 'complete'] as const)(
  'a run over a %s one is aborted with everything',
  async (scene) => {
    const target = await taken(scene, 'platform');
    const handle = await target.start([WAITS]);
    await untilProgress(handle, AT_GATE);
    await handle.executeUpdate('abort', { args: [{ rollback: true, includeEarlier: true }] as never });
    expect(await failureOf(handle)).toMatchObject({ type: 'Aborted' });
    expect((await filledTables(target)).filter((table) => table !== 'migration_target')).toEqual([]);
    await target.close();
  },
);

test.each(['complete', 'torn', 'reconciled'] as const)('a %s run is reconciled', async (scene) => {
  const target = await taken(scene, 'later');
  // One that was ended in its middle is ended by another reconciliation only.
  if (scene === 'torn') {
    const before = await contentOf(target);
    expect(await failureOf(await target.start([]))).toMatchObject({
      type: 'StagesUnfit',
      message: expect.stringMatching(saying(reconciliationUnfinished)),
    });
    expect(await contentOf(target)).toEqual(before);
  }
  const handle = await target.start([{ reconcile: 'fingerprint' }]);
  // The earlier build kept no identity of its source: another fingerprint could be another platform.
  if (scene === 'complete') {
    const { gate, reason } = await untilProgress(handle, (progress) => progress.gate !== null);
    expect(reason).toMatch(saying(sourceUnproved));
    await handle.executeUpdate('approve', { args: [{ gate }] as never });
  }
  await expectAsFresh(target, await endOf(handle), 'later');
  await target.close();
});

test('documents that an earlier run has in quarantine are tried again', async () => {
  const target = await taken('complete', 'platform');
  const { verdict } = await endOf(await target.start([{ retry: { stage: 'payment' } }]));
  expect(verdict).toMatchObject({ state: 'quarantined' });
  const states = await target.sql(`SELECT DISTINCT state FROM migration_quarantine WHERE stage = 'payment' ORDER BY 1`);
  expect(states).toEqual([['open'], ['retried']]);
  await target.close();
});
