import { afterEach, describe, expect, test } from '@jest/globals';
import { type Document, ObjectId } from 'bson';
import { settleContested } from '../../../engine/copy/conflicts/settle-contested.ts';
import { keyOf, showKey } from '../../../engine/document/legacy-key.ts';
import { withPolicies } from '../../../engine/plan/check/define-plan.ts';
import type { PlanPolicies } from '../../../engine/plan/policy/policies.ts';
import { collectFacts } from '../../../engine/report/facts/facts.ts';
import { settlementOf } from '../../../engine/state/run/checkpoint-names.ts';
import type { Target } from '../../../engine/target/target.ts';
import { verifyTotals } from '../../../engine/verify/totals/verify-totals.ts';
import { plan as strict } from '../../../stages/plan.ts';
import { PlatformDocuments } from '../../support/data/platform-documents.ts';
import { contentsOf, type Engine, findingsOf, openEngine, quarantineOf, rangesOf } from '../../support/run-engine.ts';
import { collectionsOf, column, copyOnce, fence, planned, usersOf } from '../small-platform.ts';

let engine: Engine;
afterEach(() => engine.close());

const idOf = (n: number) => new ObjectId(`65000000${'0'.repeat(12)}ab${n.toString(16).padStart(2, '0')}`);
const suffix = (n: number) => `-00ab${n.toString(16).padStart(2, '0')}`;
const SUFFIX: PlanPolicies = { stages: { user: { duplicate: { username: 'suffix' } } } };
const SKIP: PlanPolicies = { duplicate: 'skip' };

/** Users with ObjectIds that end in `00ab<n>`; a field of `undefined` is not there. */
async function users(policies: PlanPolicies, fields: Readonly<Record<number, Document>>, count: number): Promise<void> {
  const plan = withPolicies(strict, policies);
  const all = usersOf(count, (n) => ({ _id: idOf(n), ...fields[n] }));
  engine = await openEngine({ collections: { users: all } }, { plan });
}

const usernames = async () =>
  Object.fromEntries(await engine.target.query(`SELECT name, username FROM "User" ORDER BY name`, []));

/** Copies users one by one in the given order, each a partition of its own, settles, and compares. */
async function inOrder(order: readonly number[]): Promise<void> {
  const run = await engine.prepare();
  await engine.copy(run, 'user', { partitions: rangesOf(1), order: () => order });
  expect(await engine.verify(run, 'user')).toEqual([]);
  const totals = await verifyTotals(engine, run.runId, 'user', { limited: false });
  expect(totals.filter(({ agree }) => !agree)).toEqual([]);
}

const orders = [
  [0, 1, 2, 3],
  [3, 2, 1, 0],
  [2, 3, 0, 1],
  [1, 3, 2, 0],
];

describe('duplicate=suffix', () => {
  const same = { 1: { username: 'mina' }, 2: { username: 'mina' }, 3: { username: 'mina' } };

  test.each(orders)('gives each loser its own suffix, written in the order %i, %i, %i, %i', async (...order) => {
    await users(SUFFIX, same, 4);
    await inOrder(order);
    expect(await usernames()).toEqual({
      ...{ 'user 0': null, 'user 1': 'mina', 'user 2': `mina${suffix(2)}`, 'user 3': `mina${suffix(3)}` },
    });
    expect(await quarantineOf(engine.target)).toEqual([]);
    const rows = await engine.target.query(`SELECT code, path, note FROM migration_finding ORDER BY legacy_key`, []);
    expect(rows).toEqual(Array(2).fill(['duplicate=suffix', 'username', idOf(1).toHexString()]));
  });

  test.each(orders)(
    'yields to nobody’s own text: the first in _id order has it, in the order %i, %i, %i, %i',
    async (...order) => {
      // 2 becomes what 3 is named already; since 2 comes before 3 in _id order, 3 gets a suffix, too.
      await users(SUFFIX, { 1: { username: 'mina' }, 2: { username: 'mina' }, 3: { username: `mina${suffix(2)}` } }, 4);
      await inOrder(order);
      expect(await usernames()).toEqual({
        ...{ 'user 0': null, 'user 1': 'mina', 'user 2': `mina${suffix(2)}`, 'user 3': `mina${suffix(2)}${suffix(3)}` },
      });
    },
  );

  test.each(orders)(
    'goes to quarantine when the suffixed text is taken, too, in the order %i, %i, %i, %i',
    async (...order) => {
      await users(SUFFIX, { 0: { username: `mina${suffix(2)}` }, 1: { username: 'mina' }, 2: { username: 'mina' } }, 4);
      await inOrder(order);
      expect(await usernames()).toEqual({
        ...{ 'user 0': `mina${suffix(2)}`, 'user 1': 'mina', 'user 3': null },
      });
      expect(await quarantineOf(engine.target)).toMatchObject([
        {
          code: 'duplicate',
          state: 'open',
          key: keyOf(idOf(2)).toString('hex'),
          cause: { legacyId: showKey(keyOf(idOf(1))) },
        },
      ]);
    },
  );

  test.each(orders)('helps nobody whose other unique value is taken, in the order %i, %i, %i, %i', async (...order) => {
    // 2 loses by its e-mail, which no policy is about; so 3, which has the name of 2, keeps it.
    const fields = {
      1: { email: 'mina@example.com' },
      2: { email: 'mina@example.com', username: 'mina' },
      3: { username: 'mina' },
    };
    await users(SUFFIX, fields, 4);
    await inOrder(order);
    expect(await usernames()).toEqual({ 'user 0': null, 'user 1': null, 'user 3': 'mina' });
    expect(await quarantineOf(engine.target)).toMatchObject([{ code: 'duplicate', path: 'email', state: 'open' }]);
  });

  test('is not given where the model would not accept the text', async () => {
    const long = 'x'.repeat(24);
    await users(SUFFIX, { 0: { username: long }, 1: { username: long } }, 2);
    await inOrder([1, 0]);
    expect(await usernames()).toEqual({ 'user 0': long });
    expect(await quarantineOf(engine.target)).toMatchObject([{ code: 'duplicate', state: 'open' }]);
  });

  test('is made of the row’s id where the _id is no ObjectId, the same in every run', async () => {
    const plan = withPolicies(strict, SUFFIX);
    const all = usersOf(3, (n) => ({ _id: `user-${n}`, username: 'mina' }));
    engine = await openEngine({ collections: { users: all } }, { plan });
    await inOrder([2, 1, 0]);
    const first = await contentsOf(engine.target);
    const names = await usernames();
    expect(names).toMatchObject({ 'user 0': 'mina' });
    for (const name of ['user 1', 'user 2']) expect(names[name]).toMatch(/^mina-[0-9a-f]{6}$/);
    await engine.close();
    engine = await openEngine({ collections: { users: all } }, { plan });
    await inOrder([0, 1, 2]);
    expect(await contentsOf(engine.target)).toEqual(first);
  });

  test('holds in the next run, which moves nothing and verifies the suffixed rows', async () => {
    await users(SUFFIX, same, 4);
    await engine.migrate();
    const first = await contentsOf(engine.target);
    const { counters, differences } = await engine.migrate();
    expect(counters['user']).toMatchObject({ skipped: 4, written: 0 });
    expect(differences['user']).toEqual([]);
    expect(await contentsOf(engine.target)).toEqual(first);
  });

  test('of an attempt that dies between two groups is gone on with', async () => {
    const pairs = { 0: { username: 'a' }, 1: { username: 'b' }, 2: { username: 'a' }, 3: { username: 'b' } };
    await users(SUFFIX, pairs, 4);
    const { runId } = await engine.prepare();
    await planned(engine, runId, 'user', 1);
    for (const partition of [3, 2, 1, 0]) {
      await copyOnce(engine, runId, 'user', fence(1), { partition, milliseconds: 600_000 });
    }
    let left = 1;
    const dying: Target = {
      ...engine.target,
      transaction: (work) => {
        if (left-- === 0) throw new Error('died');
        return engine.target.transaction(work);
      },
    };
    const stage = engine.plan.stages[0]!;
    const context = { plan: engine.plan, stage, source: engine.source, skipExisting: true };
    await expect(settleContested({ ...context, target: dying }, runId, fence(1))).rejects.toThrow('died');
    await settleContested({ ...context, target: engine.target }, runId, fence(2));
    expect(Object.values(await usernames()).sort()).toEqual(['a', `a${suffix(2)}`, 'b', `b${suffix(3)}`]);
    const [counters] = await engine.target.query(
      `SELECT sum(written), sum(quarantined), sum(contested), sum(rows), sum((findings ->> 'duplicate=suffix')::int)
       FROM migration_partition WHERE stage IN ('user', $1)`,
      [settlementOf('user')],
    );
    expect(counters!.map(Number)).toEqual([4, 0, 0, 4, 2]);
  });
});

describe('the outcome', () => {
  test('is the same at every batch size, partitioning and order, counters and quarantine included', async () => {
    const plan = withPolicies(strict, { stages: { user: { duplicate: { username: 'suffix', email: 'skip' } } } });
    // Names among which suffixed ones are named by others, at times before them in _id order and at times after.
    const names = ['a', 'b', `a${suffix(4)}`, `b${suffix(9)}`, `a${suffix(13)}${suffix(17)}`];
    const all = usersOf(24, (n) => ({
      _id: idOf(n),
      username: names[(n * 7) % 5],
      email: `user${(n * 5) % 19}@x.com`,
    }));
    const ways = [
      { batchSize: 1000 },
      { batchSize: 1 },
      { batchSize: 3, partitions: rangesOf(4), order: (count: number) => [...Array(count).keys()].reverse() },
      { partitions: rangesOf(1), order: (count: number) => [...Array(count).keys()].map((n) => (n * 11) % count) },
    ];
    const outcomes: unknown[] = [];
    for (const way of ways) {
      engine = await openEngine({ collections: { users: all } }, { plan });
      const run = await engine.prepare();
      await engine.copy(run, 'user', way);
      expect(await engine.verify(run, 'user')).toEqual([]);
      const counters = await engine.target.query(
        `SELECT sum(written), sum(quarantined), sum(contested), sum(rows) FROM migration_partition
         WHERE stage IN ('user', 'settle:user')`,
        [],
      );
      outcomes.push({
        ...{ counters, rows: await contentsOf(engine.target), names: await usernames() },
        ...{ quarantine: await quarantineOf(engine.target), findings: await findingsOf(engine.target) },
      });
      expect(new Set((await quarantineOf(engine.target)).map(({ path, state }) => `${path} ${state}`))).toEqual(
        new Set(['email skipped', 'username open']),
      );
      if (outcomes.length < ways.length) await engine.close();
    }
    for (const outcome of outcomes.slice(1)) expect(outcome).toEqual(outcomes[0]);
  });
});

describe('duplicate=skip', () => {
  /** Payments of one paymentId, one that refers to nothing else twice, and a user and what hangs on it. */
  function platform(): PlatformDocuments {
    const make = new PlatformDocuments();
    make.payment({ paymentId: 'same', amount: 1000 });
    make.payment({ paymentId: 'same', amount: 2000, refundAmount: 300 });
    make.payment({ paymentId: 'same', amount: 4000 });
    make.user({ email: 'same@example.com' });
    const twin = make.user({ email: 'same@example.com' });
    make.project({ artist: twin.document['_id'], title: 'of a skipped user' });
    return make;
  }

  async function moved(): Promise<{ runId: string }> {
    engine = await openEngine({ collections: collectionsOf(platform().all) }, { plan: withPolicies(strict, SKIP) });
    return engine.migrate();
  }

  test('keeps the losers whole, as skipped, with the winner’s id and the value that both wanted', async () => {
    await moved();
    const held = (await quarantineOf(engine.target)).filter(({ stage }) => stage === 'payment');
    expect(held).toHaveLength(2);
    for (const one of held) {
      expect(one).toMatchObject({ code: 'duplicate', state: 'skipped', path: 'paymentId', sqlstate: '23505' });
      expect(one.document.length).toBeGreaterThan(400);
    }
    expect(await column(engine.target, `SELECT amount FROM "Payment" WHERE "paymentId" = 'same'`)).toEqual(['1000.00']);
    const found = (await findingsOf(engine.target)).filter(({ stage }) => stage === 'payment');
    expect(found.map(({ key, code, path }) => ({ key, code, path }))).toEqual(
      held.map(({ key }) => ({ key, code: 'duplicate=skip', path: 'paymentId' })),
    );
  });

  test('takes them out of the totals, which agree', async () => {
    const { runId } = await moved();
    const totals = await verifyTotals(engine, runId, 'payment', { limited: false });
    expect(totals.filter(({ agree }) => !agree)).toEqual([]);
    const term = (what: string, path: string) =>
      totals
        .filter((one) => one.what === what && one.path === path)
        .map(({ source, quarantined, found }) => [source, quarantined, found]);
    expect(term('documents', '')).toEqual([['3', '2', '1']]);
    expect(term('sum', 'amount')).toEqual([['7000', '6000', '1000']]);
    expect(term('sum', 'refundAmount')).toEqual([['300', '300', '0']]);
  });

  test('leaves nothing for people to deal with but what hangs on a skipped document', async () => {
    const { runId } = await moved();
    const facts = await collectFacts(engine.target, engine.plan, runId);
    const payments = facts.stages.find(({ name }) => name === 'payment')!;
    expect(payments).toMatchObject({ read: 3, written: 1, quarantined: 0, contested: 0 });
    const held = facts.quarantine.map(({ stage, code, state, documents }) => [stage, code, state, documents]);
    expect(held).toEqual([
      ['user', 'duplicate', 'skipped', 1],
      ['project', 'cascade', 'open', 1],
      ['payment', 'duplicate', 'skipped', 2],
    ]);
    const open = (await quarantineOf(engine.target)).filter(({ state }) => state === 'open');
    expect(open).toMatchObject([{ stage: 'project', cause: { collection: 'users', code: 'duplicate' } }]);
  });

  test('verifies row by row, and skips them again in the next run', async () => {
    engine = await openEngine({ collections: collectionsOf(platform().all) }, { plan: withPolicies(strict, SKIP) });
    const first = await engine.migrate();
    const before = await contentsOf(engine.target);
    const second = await engine.migrate();
    for (const { differences } of [first, second]) expect(Object.values(differences).flat()).toEqual([]);
    expect(await contentsOf(engine.target)).toEqual(before);
    const states = await column(
      engine.target,
      `SELECT state FROM migration_quarantine WHERE stage = 'payment' ORDER BY id`,
    );
    expect(states).toEqual(['retried', 'retried', 'skipped', 'skipped']);
  });

  test('and suffix may stand side by side, each for its own field', async () => {
    const policies: PlanPolicies = { stages: { user: { duplicate: { username: 'suffix', email: 'skip' } } } };
    await users(policies, { 0: { username: 'a' }, 1: { username: 'a', email: 'x' }, 2: { email: 'x' } }, 3);
    await inOrder([2, 1, 0]);
    expect(await usernames()).toEqual({ 'user 0': 'a', 'user 1': `a${suffix(1)}` });
    expect(await quarantineOf(engine.target)).toMatchObject([{ code: 'duplicate', path: 'email', state: 'skipped' }]);
  });
});
