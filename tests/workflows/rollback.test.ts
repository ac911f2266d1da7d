import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { rollbackObstructed, rowsCameFromOthers, rowsWereChanged } from '../../engine/messages/engine/run.ts';
import { rowsChanged, rowsChangedAtAbort } from '../../engine/messages/workflows/blocked.ts';
import { abortedAndRolledBack } from '../../engine/messages/workflows/progress.ts';
import type { Tuning } from '../../workflows/state/snapshot.ts';
import { saying } from '../engine/messages/saying.ts';
import { type Content, contentOf, filledTables } from '../support/data/content.ts';
import { afresh } from '../support/engine-alone.ts';
import {
  failureOf,
  type Handle,
  type MigrationTarget,
  openPlatform,
  type Platform,
  progressOf,
  tuned,
  untilProgress,
} from '../support/migration.ts';

let platform: Platform;
let undisturbed: Content;
let target: MigrationTarget;

beforeAll(async () => {
  platform = await openPlatform();
  undisturbed = await afresh(platform, contentOf);
});
afterEach(() => target?.close());
afterAll(() => platform.close());

const AT_GATE = ({ gate }: { gate: string | null }) => gate === 'complete';

/** A migration that has copied and verified all its stages, and waits at its last gate. */
async function atTheEnd(tuning: Partial<Tuning> = {}): Promise<Handle> {
  target = await platform.target();
  const handle = await target.start(tuned({ gates: { complete: 'manual' } }, tuning));
  await untilProgress(handle, AT_GATE);
  return handle;
}

/** It has come to its last gate once more, and nobody could tell what was rolled back. */
async function expectUndisturbed(handle: Handle): Promise<void> {
  await untilProgress(handle, ({ gate, refused }) => gate === 'complete' || refused.length > 0);
  expect(await contentOf(target)).toEqual(undisturbed);
}

async function end(handle: Handle): Promise<void> {
  await handle.executeUpdate('approve', { args: [{ gate: 'complete' }] });
  await handle.result();
  expect((await progressOf(handle)).state).toBe('complete');
  expect(await contentOf(target)).toEqual(undisturbed);
}

const rollbackTo = (handle: Handle, message: unknown) =>
  handle.executeUpdate('rollbackToStage', { args: [message] as never });

const isObjected = ({ state, reason }: { state: string; reason: string | null }) =>
  state === 'blocked' && [rowsChanged, rowsChangedAtAbort].some((one) => saying(one).test(reason ?? ''));

test('a rollback takes out a stage and the later ones, never rows of others, and the same is written again', async () => {
  const handle = await atTheEnd();
  await rollbackTo(handle, { stage: 'project', then: 'pause' });
  await untilProgress(handle, ({ state }) => state === 'paused');
  expect((await filledTables(target)).filter((table) => !table.startsWith('migration'))).toEqual([
    'Artist',
    'ArtistAchievement',
    'User',
  ]);
  const held = await target.sql(`SELECT DISTINCT stage FROM migration_quarantine ORDER BY 1`);
  expect(held).toEqual([['artist'], ['user']]);
  // Checkpoints are set back, not deleted: what comes back from the dead finds its fence gone.
  const [reset] = await target.sql(
    `SELECT count(*) FROM migration_partition WHERE stage = 'project' AND last_key IS NULL AND read = 0 AND NOT done`,
  );
  expect(Number(reset![0])).toBeGreaterThan(0);
  await handle.executeUpdate('resume');
  await expectUndisturbed(handle);

  // Rows of others that refer to what is to go block it with the table and its constraint, until they are out of the way.
  await target.sql(
    'CREATE TABLE invoice (id int PRIMARY KEY, payment uuid CONSTRAINT of_payment REFERENCES "Payment")',
  );
  await target.sql('INSERT INTO invoice SELECT 1, id FROM "Payment" LIMIT 1');
  await rollbackTo(handle, 'payment');
  const obstructed = await untilProgress(handle, ({ state, gate }) => state === 'blocked' && gate === null);
  expect(obstructed.reason).toMatch(saying(rollbackObstructed, { stage: 'payment' }));
  expect(obstructed.reason).toContain('of_payment');
  expect(obstructed.reason).toContain('invoice');
  await target.sql('DROP TABLE invoice');
  await handle.executeUpdate('resume');
  await expectUndisturbed(handle);

  // They are never deleted with a document that they hang on, even by force.
  await target.sql(`INSERT INTO "ProjectNote" (id, "projectId", content, "createdAt")
    SELECT gen_random_uuid(), id, 'by the new platform', now() FROM "Project" LIMIT 1`);
  await rollbackTo(handle, 'project');
  const { reason } = await untilProgress(handle, isObjected);
  expect(reason).toContain(rowsCameFromOthers({ rows: 1, table: 'ProjectNote' }).text);
  await rollbackTo(handle, { stage: 'project', force: true });
  const blocked = await untilProgress(handle, ({ state, reason: why }) => state === 'blocked' && !/force/.test(why!));
  expect(blocked.reason).toMatch(saying(rollbackObstructed, { stage: 'project' }));
  const theirs = await target.sql(`SELECT 1 FROM "ProjectNote" WHERE content = 'by the new platform'`);
  expect(theirs).toHaveLength(1);
  await target.sql(`DELETE FROM "ProjectNote" WHERE content = 'by the new platform'`);
  await handle.executeUpdate('resume');
  await expectUndisturbed(handle);
  await end(handle);
});

test('a rollback tells on its way what is deleted and what is left, and goes on in a new execution', async () => {
  const first = await atTheEnd({ segmentSeconds: 0, historyEvents: 60 });
  const handle = platform.client.workflow.getHandle(first.workflowId) as unknown as Handle;
  const { runId } = await handle.describe();
  const seen: { stage: string; deleted: number }[] = [];
  await handle.signal('rollbackToStage', 'user');
  await untilProgress(handle, ({ rollback, state }) => {
    if (rollback !== null) seen.push(rollback);
    return state === 'running';
  });
  expect(seen.length).toBeGreaterThan(0);
  expect((await handle.describe()).runId).not.toBe(runId);
  await expectUndisturbed(handle);
  await end(handle);
});

test('a rollback waits for force where others have changed rows, and so does an abort with rollback', async () => {
  const handle = await atTheEnd();
  await target.sql(`UPDATE "Payment" SET message = 'changed' || message`);
  const before = await contentOf(target);
  expect(before).not.toEqual(undisturbed);
  await rollbackTo(handle, 'payment');
  await untilProgress(handle, isObjected);
  // By resume it is given up: the run goes on as it was.
  await handle.executeUpdate('resume');
  await untilProgress(handle, AT_GATE);
  expect(await contentOf(target)).toEqual(before);

  // It looks again when it is asked for again.
  await rollbackTo(handle, 'payment');
  await untilProgress(handle, isObjected);
  await target.sql(`UPDATE "Payment" SET message = substr(message, 8)`);
  await rollbackTo(handle, 'payment');
  await expectUndisturbed(handle);

  // They are told with their number before anything is deleted.
  await target.sql(`UPDATE "Payment" SET message = 'changed' WHERE id IN (SELECT id FROM "Payment" LIMIT 3)`);
  await target.sql(`DELETE FROM "ProjectNote" WHERE id = (SELECT min(id::text)::uuid FROM "ProjectNote")`);
  await target.sql(`INSERT INTO "User" (id, name, email, password, "createdAt", "updatedAt")
    VALUES (gen_random_uuid(), 'someone', 'someone@example.com', 'x', now(), now())`);
  const changed = await contentOf(target);
  await handle.signal('rollbackToStage', 'user');
  const { reason } = await untilProgress(handle, isObjected);
  expect(reason).toContain(rowsWereChanged({ documents: 3, stage: 'payment' }).text);
  expect(reason).toContain(rowsWereChanged({ documents: 1, stage: 'project' }).text);
  expect(reason).toContain(rowsCameFromOthers({ rows: 1, table: 'User' }).text);
  expect(reason).toContain('{"force": true}');
  expect(await contentOf(target)).toEqual(changed);
  await rollbackTo(handle, { stage: 'user', force: true, then: 'pause' });
  await untilProgress(handle, ({ state }) => state === 'paused');
  // What others have written stays theirs.
  expect(await target.sql('SELECT email FROM "User"')).toEqual([['someone@example.com']]);
  await target.sql('DELETE FROM "User"');
  await handle.executeUpdate('resume');
  await expectUndisturbed(handle);

  await target.sql(`UPDATE "Artist" SET location = 'elsewhere' WHERE id = (SELECT min(id::text)::uuid FROM "Artist")`);
  await handle.executeUpdate('abort', { args: [{ rollback: true }] });
  const held = await untilProgress(handle, isObjected);
  expect(held.reason).toContain(rowsWereChanged({ documents: 1, stage: 'artist' }).text);
  expect(held.reason).toMatch(saying(rowsChangedAtAbort));
  await handle.executeUpdate('abort', { args: [{ rollback: true, force: true }] });
  expect(await failureOf(handle)).toEqual({
    type: 'Aborted',
    message: abortedAndRolledBack().text,
  });
  expect(await filledTables(target)).toEqual([]);
});
