import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
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

/** A statement that is on its way. */
interface Late {
  readonly what: string;
  readonly letArrive: () => Promise<void>;
}

/** Waits, once it is called, for a statement, and holds it on its way. */
type Watch = () => Promise<{ readonly held: Promise<Late['letArrive']> }>;

const statement =
  (...parts: readonly string[]): Watch =>
  async () => ({ held: ground.postgres.holdRequest(says(...parts)) });

/** The commit of the transaction that inserts into a table. */
const commitAfter =
  (table: string): Watch =>
  async () => {
    const trap = await ground.trap({ event: 'INSERT', table });
    const meet = async () => {
      await trap.sprung();
      const held = ground.postgres.holdRequest(says('COMMIT\0'));
      await trap.open();
      return held;
    };
    return { held: meet() };
  };

/** The only worker at work stands still with each of these statements on the way, and another one takes its place. */
async function holdEach(statements: Readonly<Record<string, Watch>>, begin: () => Promise<unknown>): Promise<Late[]> {
  const late: Late[] = [];
  for (const [what, watch] of Object.entries(statements)) {
    const { held } = await watch();
    await (late.length === 0 ? begin() : ground.addWorker());
    late.push({ what, letArrive: await held });
    ground.suspend(ground.workers.at(-1)!);
  }
  await ground.addWorker();
  return late;
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

/** Nothing at all is different once each has arrived. */
async function expectUnmoved(late: readonly Late[]): Promise<void> {
  const before = await everything(ground);
  for (const { what, letArrive } of late) {
    await letArrive();
    expect({ what, content: await everything(ground) }).toEqual({ what, content: before });
  }
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

test('of steps of a stage, of a rollback and of a retry', async () => {
  let handle!: Handle;
  const late = await holdEach(
    {
      'a batch and its checkpoint': statement('UPDATE migration_partition SET last_key'),
      'how a stage is cut': statement(RUN, 'planned.artist'),
      'that a stage is begun': statement(RUN, 'stages.artist'),
      'a commit': commitAfter('Artist'),
      'totals that were compared': statement(RUN, 'facts.totals.artist'),
    },
    async () => {
      handle = await ground.start(AT_LAST);
    },
  );
  await atLastGate(handle);
  await expectUnmoved(late);
  const begins = statement(RUN, 'epoch = epoch + 1');
  for (const send of [() => handle.signal('rollbackToStage', 'artist'), () => handle.signal('retryQuarantine', {})]) {
    const begun = await holdEach({ [`that it begins: ${send}`]: begins }, send);
    await atLastGate(handle);
    await expectUnmoved(begun);
  }
  await expectUsable(handle);
});

test('of an end, while a reconciliation is at work, and of a reconciliation that is begun', async () => {
  const handle = await ground.start(AT_LAST);
  await atLastGate(handle);
  const late = await holdEach(
    {
      'that it is judged': statement(RUN, 'epoch = epoch + 1'),
      'the verdict': statement(RUN, 'verdict = '),
      'that the target is let go': statement(RUN, 'lease = NULL'),
    },
    () => handle.signal('approve', 'complete'),
  );
  await ground.expectWhole(handle);
  const next = await ground.startAgain({ reconcile: 'fingerprint', ...AT_LAST });
  await untilProgress(next, ({ gate }) => gate === 'complete');
  await expectUnmoved(late);
  await next.signal('approve', 'complete');
  await next.result();
  expect(await ground.sql('SELECT count(*) FROM migration_run WHERE lease IS NOT NULL')).toEqual([['0']]);
  const { migration_quarantine: _held, ...content } = await contentOf(ground);
  expect(ground.undisturbed).toMatchObject(content);

  let another!: Handle;
  const begun = await holdEach({ 'that it begins': statement(RUN, 'source_fingerprint = ') }, async () => {
    another = await ground.startAgain({ reconcile: 'fingerprint', ...AT_LAST });
  });
  await untilProgress(another, ({ gate }) => gate === 'complete');
  await expectUnmoved(begun);
  await another.signal('approve', 'complete');
  await another.result();
  await (await ground.startAgain({ retry: {} })).result();
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
