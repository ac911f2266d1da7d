import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { rollbackObstructed, rowsCameFromOthers, rowsWereChanged } from '../../engine/messages/engine/run.ts';
import { rowsChanged, rowsChangedAtAbort } from '../../engine/messages/workflows/blocked.ts';
import { abortedAndRolledBack } from '../../engine/messages/workflows/progress.ts';
import { saying } from '../engine/messages/saying.ts';
import { type Content, contentOf, filledTables } from '../support/data/content.ts';
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
  const first = await platform.target();
  await (await first.start()).result();
  undisturbed = await contentOf(first);
  await first.close();
});
afterEach(() => target?.close());
afterAll(() => platform.close());

/** A migration that has copied and verified all its stages, and waits at its last gate. */
async function atTheEnd(segmentSeconds = 10): Promise<Handle> {
  target = await platform.target();
  const handle = await target.start(tuned({ gates: { complete: 'manual' } }, { segmentSeconds }));
  await untilProgress(handle, ({ gate }) => gate === 'complete');
  return handle;
}

async function end(handle: Handle): Promise<void> {
  await untilProgress(handle, ({ gate, refused }) => gate === 'complete' || refused.length > 0);
  await handle.executeUpdate('approve', { args: [{ gate: 'complete' }] });
  await handle.result();
}

const rollbackTo = (handle: Handle, message: unknown) =>
  handle.executeUpdate('rollbackToStage', { args: [message] as never });

const isObjected = ({ state, reason }: { state: string; reason: string | null }) =>
  state === 'blocked' && [rowsChanged, rowsChangedAtAbort].some((one) => saying(one).test(reason ?? ''));

describe('a rollback to a stage', () => {
  test('takes out that stage and the later ones, and writes the same again', async () => {
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
    await end(handle);
    expect(await contentOf(target)).toEqual(undisturbed);
  });

  test('tells on its way what is deleted and what is left', async () => {
    const handle = await atTheEnd(0);
    const seen: { stage: string; deleted: number }[] = [];
    await handle.signal('rollbackToStage', 'user');
    await untilProgress(handle, ({ rollback, state }) => {
      if (rollback !== null) seen.push(rollback);
      return state === 'running';
    });
    await end(handle);
    expect(seen.length).toBeGreaterThan(0);
    expect(await contentOf(target)).toEqual(undisturbed);
  });

  test('goes on in a new execution when its history gets long', async () => {
    target = await platform.target();
    const [input, snapshot] = tuned({ gates: { complete: 'manual' } }, { segmentSeconds: 0, historyEvents: 60 });
    const handle = await target.start([input, snapshot]);
    await untilProgress(handle, ({ gate }) => gate === 'complete');
    await platform.client.workflow.getHandle(handle.workflowId).signal('rollbackToStage', 'user');
    const current = platform.client.workflow.getHandle(handle.workflowId) as unknown as Handle;
    await untilProgress(current, ({ state }) => state === 'running');
    await end(current);
    expect(await contentOf(target)).toEqual(undisturbed);
  });
});

describe('rows that others have changed', () => {
  test('are told with their number before anything is deleted, and the rollback waits for force', async () => {
    const handle = await atTheEnd();
    await target.sql(`UPDATE "Payment" SET message = 'changed' WHERE id IN (SELECT id FROM "Payment" LIMIT 3)`);
    await target.sql(`DELETE FROM "ProjectNote" WHERE id = (SELECT min(id::text)::uuid FROM "ProjectNote")`);
    await target.sql(`INSERT INTO "User" (id, name, email, password, "createdAt", "updatedAt")
      VALUES (gen_random_uuid(), 'someone', 'someone@example.com', 'x', now(), now())`);
    const before = await contentOf(target);
    await handle.signal('rollbackToStage', 'user');
    const { reason } = await untilProgress(handle, isObjected);
    expect(reason).toContain(rowsWereChanged({ documents: 3, stage: 'payment' }).text);
    expect(reason).toContain(rowsWereChanged({ documents: 1, stage: 'project' }).text);
    expect(reason).toContain(rowsCameFromOthers({ rows: 1, table: 'User' }).text);
    expect(reason).toContain('{"force": true}');
    expect(await contentOf(target)).toEqual(before);

    await rollbackTo(handle, { stage: 'user', force: true, then: 'pause' });
    await untilProgress(handle, ({ state }) => state === 'paused');
    // What others have written stays theirs.
    expect(await target.sql('SELECT email FROM "User"')).toEqual([['someone@example.com']]);
    await target.sql('DELETE FROM "User"');
    await handle.executeUpdate('resume');
    await end(handle);
    expect(await contentOf(target)).toEqual(undisturbed);
  });

  test('let the rollback be given up by resume: the run goes on as it was', async () => {
    const handle = await atTheEnd();
    await target.sql(`UPDATE "Payment" SET message = 'changed' WHERE id = (SELECT min(id::text)::uuid FROM "Payment")`);
    const before = await contentOf(target);
    await rollbackTo(handle, 'payment');
    await untilProgress(handle, isObjected);
    await handle.executeUpdate('resume');
    await end(handle);
    expect(await contentOf(target)).toEqual(before);
  });

  test('hold back an abort with rollback, too', async () => {
    const handle = await atTheEnd();
    await target.sql(
      `UPDATE "Artist" SET location = 'elsewhere' WHERE id = (SELECT min(id::text)::uuid FROM "Artist")`,
    );
    await handle.executeUpdate('abort', { args: [{ rollback: true }] });
    const { reason } = await untilProgress(handle, isObjected);
    expect(reason).toContain(rowsWereChanged({ documents: 1, stage: 'artist' }).text);
    expect(reason).toMatch(saying(rowsChangedAtAbort));
    await handle.executeUpdate('abort', { args: [{ rollback: true, force: true }] });
    expect(await failureOf(handle)).toEqual({
      type: 'Aborted',
      message: abortedAndRolledBack().text,
    });
    expect(await filledTables(target)).toEqual([]);
  });
});

describe('rows of others that refer to what is to go', () => {
  test('block the rollback with the table and its constraint, until they are out of the way', async () => {
    const handle = await atTheEnd();
    await target.sql(
      'CREATE TABLE invoice (id int PRIMARY KEY, payment uuid CONSTRAINT of_payment REFERENCES "Payment")',
    );
    await target.sql('INSERT INTO invoice SELECT 1, id FROM "Payment" LIMIT 1');
    await rollbackTo(handle, 'payment');
    const { reason } = await untilProgress(handle, ({ state }) => state === 'blocked');
    expect(reason).toMatch(saying(rollbackObstructed, { stage: 'payment' }));
    expect(reason).toContain('of_payment');
    expect(reason).toContain('invoice');
    await target.sql('DROP TABLE invoice');
    await handle.executeUpdate('resume');
    await end(handle);
    expect(await contentOf(target)).toEqual(undisturbed);
  });

  test('are never deleted with a document that they hang on, even by force', async () => {
    const handle = await atTheEnd();
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
    await end(handle);
    expect(await contentOf(target)).toEqual(undisturbed);
  });
});

test('a rollback that is asked for again while it waits for force looks again', async () => {
  const handle = await atTheEnd();
  await target.sql(`UPDATE "Payment" SET message = 'changed' || message`);
  await rollbackTo(handle, 'payment');
  await untilProgress(handle, isObjected);
  await target.sql(`UPDATE "Payment" SET message = substr(message, 8)`);
  await rollbackTo(handle, 'payment');
  await end(handle);
  expect((await progressOf(handle)).state).toBe('complete');
  expect(await contentOf(target)).toEqual(undisturbed);
});
