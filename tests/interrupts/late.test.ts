import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import type { MigrationInput } from '../../workflows/messages/definitions.ts';
import { contentOf, everything } from '../support/data/content.ts';
import type { Ground } from '../support/ground.ts';
import { failureOf, type Handle, untilProgress } from '../support/migration.ts';
import { openGround } from '../support/open-ground.ts';
import { createDatabase, type TestDatabase } from '../support/servers/databases.ts';

/** Statements that arrive late: their worker stands still, and another one has done its work long since. */
let database: TestDatabase;
let ground: Ground;

beforeAll(async () => {
  database = await createDatabase();
  ground = await openGround({ databaseUrl: database.url, input: { batchSize: 40 } });
});

afterEach(() => ground.tidy());

afterAll(async () => {
  await ground?.close();
  await database?.drop();
});

const AT_LAST: MigrationInput = { gates: { complete: 'manual' } };

const says =
  (...parts: readonly string[]) =>
  (request: Buffer): boolean =>
    parts.every((part) => request.includes(part));

/** The only worker stands still with its statement on the way, and another one takes its place. */
async function replaceSender(held: Promise<() => Promise<void>>): Promise<() => Promise<void>> {
  const letArrive = await held;
  ground.suspend(ground.workers.at(-1)!);
  await ground.addWorker();
  return letArrive;
}

const atLastGate = (handle: Handle) =>
  untilProgress(handle, ({ gate, retries, rollback, stages }) =>
    [
      gate === 'complete',
      retries.length === 0,
      rollback === null,
      stages.every(({ state }) => state === 'complete'),
    ].every(Boolean),
  );

/** Nothing at all is different once it has arrived. */
async function expectUnmoved(letArrive: () => Promise<void>): Promise<void> {
  const before = await everything(ground);
  await letArrive();
  expect(await everything(ground)).toEqual(before);
}

/** A rollback and a retry do their work still, and nothing is lost or twice. */
async function expectUsable(handle: Handle): Promise<void> {
  await handle.executeUpdate('rollbackToStage', { args: ['payment'] });
  await atLastGate(handle);
  await handle.executeUpdate('retryQuarantine', { args: [{}] as never });
  await atLastGate(handle);
  const [row] = await ground.sql(
    `SELECT count(*) > 0, bool_and(done) FROM migration_partition WHERE key_type = 'retry'`,
  );
  expect(row).toEqual(['t', 't']);
  await handle.signal('approve', 'complete');
  await ground.expectWhole(handle);
}

const RUN = 'UPDATE migration_run SET';

test.each([
  ['that a stage is begun', says(RUN, 'stages.artist')],
  ['how a stage is cut', says(RUN, 'planned.artist')],
  ['totals that were compared', says(RUN, 'facts.totals.artist')],
  ['a batch and its checkpoint', says('UPDATE migration_partition SET last_key')],
])('of a step that tells %s', async (_, isIt) => {
  const held = ground.postgres.holdRequest(isIt);
  const handle = await ground.start(AT_LAST);
  const letArrive = await replaceSender(held);
  await atLastGate(handle);
  await expectUnmoved(letArrive);
  await expectUsable(handle);
});

test('of a commit', async () => {
  const trap = await ground.trap({ event: 'INSERT', table: 'Artist' });
  const handle = await ground.start(AT_LAST);
  await trap.sprung();
  const held = ground.postgres.holdRequest(says('COMMIT\0'));
  await trap.open();
  const letArrive = await replaceSender(held);
  await atLastGate(handle);
  await expectUnmoved(letArrive);
  await expectUsable(handle);
});

test.each([
  ['a rollback', (handle: Handle) => handle.signal('rollbackToStage', 'artist')],
  ['a retry', (handle: Handle) => handle.signal('retryQuarantine', {})],
])('of the beginning of %s', async (_, send) => {
  const handle = await ground.start(AT_LAST);
  await atLastGate(handle);
  const held = ground.postgres.holdRequest(says(RUN, 'epoch = epoch + 1'));
  await send(handle);
  const letArrive = await replaceSender(held);
  await atLastGate(handle);
  await expectUnmoved(letArrive);
  await expectUsable(handle);
});

describe('of an end', () => {
  test.each([
    ['that is judged', says(RUN, 'epoch = epoch + 1')],
    ['that is kept', says(RUN, 'verdict = ')],
    ['that lets go of the target', says(RUN, 'lease = NULL')],
  ])('%s, which comes while a reconciliation is at work', async (_, isIt) => {
    const handle = await ground.start(AT_LAST);
    await atLastGate(handle);
    const held = ground.postgres.holdRequest(isIt);
    await handle.signal('approve', 'complete');
    const letArrive = await replaceSender(held);
    await ground.expectWhole(handle);
    const next = await ground.startAgain({ reconcile: 'fingerprint', ...AT_LAST });
    await untilProgress(next, ({ gate }) => gate === 'complete');
    await expectUnmoved(letArrive);
    await next.signal('approve', 'complete');
    await next.result();
    expect(await ground.sql('SELECT count(*) FROM migration_run WHERE lease IS NOT NULL')).toEqual([['0']]);
    const { migration_quarantine: _held, ...content } = await contentOf(ground);
    expect(ground.undisturbed).toMatchObject(content);
  });
});

test('of a reconciliation that is begun', async () => {
  await (await ground.start()).result();
  const held = ground.postgres.holdRequest(says(RUN, 'source_fingerprint = '));
  const handle = await ground.startAgain({ reconcile: 'fingerprint', ...AT_LAST });
  const letArrive = await replaceSender(held);
  await untilProgress(handle, ({ gate }) => gate === 'complete');
  await expectUnmoved(letArrive);
  await handle.signal('approve', 'complete');
  await handle.result();
  const again = await ground.startAgain({ retry: {} });
  await again.result();
});

test('a worker that stands still between two batches, while its run is aborted, commits nothing when it wakes', async () => {
  const [impatient] = ground.workers;
  // An impatient one would give its connection up while it stands still, and the fence were not asked.
  const worker = await ground.addWorker({ isPatient: true });
  await Promise.all([worker.ready(), impatient!.kill()]);
  const trap = await ground.trap({ event: 'INSERT', table: 'User' });
  const handle = await ground.start({}, { tuning: { segmentSeconds: 600 } });
  await trap.sprung();
  const answered = ground.postgres.holdAnswerTo(says('COMMIT\0'));
  await trap.open();
  await answered;
  ground.suspend(worker);
  await ground.addWorker();
  await handle.signal('abort', {});
  expect((await failureOf(handle)).type).toBe('Aborted');
  const before = await everything(ground);
  ground.postgres.heal();
  const next = ground.postgres.holdRequest(says('UPDATE migration_partition SET last_key'));
  // Nothing reports to it that the run is over.
  ground.temporal.refuse();
  worker.wake();
  const letNext = await next;
  ground.temporal.heal();
  const over = ground.postgres.holdRequest((request) => /(COMMIT|ROLLBACK)\0/.test(request.toString('latin1')));
  await letNext();
  await (await over)();
  expect(await everything(ground)).toEqual(before);
  // Those that are left are impatient again.
  await worker.kill();
  await (await ground.startAgain()).result();
  const { migration_quarantine: _, ...content } = await contentOf(ground);
  expect(ground.undisturbed).toMatchObject(content);
});
