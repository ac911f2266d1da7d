import { afterEach, describe, expect, test } from '@jest/globals';
import { type Document, ObjectId } from 'bson';
import { demoDocuments } from '../../../scripts/demo/data/demo-documents.ts';
import { plan } from '../../../stages/plan.ts';
import { PlatformDocuments } from '../../support/data/platform-documents.ts';
import { type Engine, engineReading, type Migration, openEngine } from '../../support/run-engine.ts';
import { column } from '../small-platform.ts';
import { linesOf, noteDifferences, type Pieces, type Platform, passOver, sumsOf, unequal } from './reconciling.ts';

const open: Engine[] = [];
afterEach(async () => {
  for (const engine of open.splice(0)) await engine.close();
});

async function engineOn(collections: Platform): Promise<Engine> {
  const engine = await openEngine({ collections });
  open.push(engine);
  return engine;
}

interface Reconciled {
  readonly engine: Engine;
  readonly fresh: Engine;
  readonly run: Migration;
  readonly result: Awaited<ReturnType<typeof passOver>>;
}

/** Migrates the older platform, then brings it to the newer one in one pass, beside a migration of the newer one. */
async function reconciled(older: Platform, newer: Platform, pieces: Pieces = {}): Promise<Reconciled> {
  const [first, fresh] = [await engineOn(older), await engineOn(newer)];
  const run = await first.migrate();
  await fresh.migrate();
  const engine = engineReading(first, fresh.source);
  await noteDifferences(engine, run, first.source, fresh.source);
  return { engine, fresh, run, result: await passOver(engine, run, pieces) };
}

async function expectEqual({ engine, fresh, result }: Reconciled): Promise<void> {
  expect(result.differences).toEqual([]);
  const [left, right] = [await linesOf(engine), await linesOf(fresh)];
  expect(unequal(left, right)).toEqual({ left: [], right: [] });
  expect(left).toEqual(right);
  expect(await sumsOf(engine)).toEqual(await sumsOf(fresh));
}

/** The older platform, and a copy to be changed. */
function twice(make: (documents: PlatformDocuments) => void = () => {}): [Platform, Platform] {
  const platform = () => {
    const documents = new PlatformDocuments();
    make(documents);
    const collections: Platform = Object.fromEntries(plan.stages.map(({ collection }) => [collection, []]));
    for (const { collection, document } of documents.all) collections[collection]!.push(document);
    return collections;
  };
  return [platform(), platform()];
}

/** The n-th document of a collection. */
const nth = (platform: Platform, collection: string, n: number): Document => platform[collection]![n]!;
const without = (platform: Platform, collection: string, n: number): Document => platform[collection]!.splice(n, 1)[0]!;

describe('a pass over changed documents', () => {
  test('brings in what was inserted, changed and deleted in every stage', async () => {
    const demo = (): Platform =>
      Object.fromEntries(
        Object.entries(demoDocuments({ scale: 0.1, bad: false })).map(([name, all]) => [name, [...all]]),
      );
    const [older, newer] = [demo(), demo()];
    for (const { collection } of plan.stages) {
      const all = newer[collection]!;
      all[1]!['updatedAt'] = new Date('2025-05-05T05:05:05.005Z');
      const [gone] = older[collection]!.splice(2, 1);
      expect(gone).toBeDefined();
      if (collection === 'payments' || collection === 'projects') all.splice(5, 1);
    }
    await expectEqual(await reconciled(older, newer));
  });

  test('follows sub-documents that were added, changed, removed and put in another order', async () => {
    const [older, newer] = twice((make) => {
      const backers = [1, 2, 3].map((amount) => ({ _id: make.id(), user: make.backer, userName: 'a', amount }));
      make.funding({
        backers,
        updates: [
          { title: 'x', content: 'y' },
          { title: 'z', content: 'w' },
        ],
      });
    });
    const funding = nth(newer, 'fundingprojects', 1);
    const [one, two, three] = funding['backers'] as Document[];
    funding['backers'] = [{ ...three, amount: 30 }, one, { ...one, _id: new ObjectId('66000000000000000000aaaa') }];
    expect(two).toBeDefined();
    funding['updates'] = [{ title: 'z', content: 'w' }];
    await expectEqual(await reconciled(older, newer));
  });

  test('takes a reward from the payments that name it, and a pledge from those that were found by it', async () => {
    const [older, newer] = twice((make) => {
      const reward = make.id();
      const pledge = { _id: make.id(), user: make.backer, userName: '지은', amount: 10_000, reward };
      const rewards = [{ _id: reward, title: 'LP', description: 'Red', amount: 10_000 }];
      const projectId = make.funding({ rewards, backers: [pledge], currentAmount: 10_000 }).document['_id'];
      make.payment({ projectId, rewardId: reward });
    });
    const funding = nth(newer, 'fundingprojects', 1);
    Object.assign(funding, { rewards: [], backers: [], currentAmount: 0 });
    const pass = await reconciled(older, newer);
    await expectEqual(pass);
    expect(pass.result.applied['payment']).toBe(1);
    expect(pass.result.swept).toBe(2);
  });

  test('finds a pledge for a payment that had none', async () => {
    const [older, newer] = twice((make) => void make.payment({}));
    const pledge = { _id: new ObjectId(), user: nth(newer, 'users', 1)['_id'], userName: '지은', amount: 10_000 };
    Object.assign(nth(newer, 'fundingprojects', 0), { backers: [pledge], currentAmount: 10_000 });
    const pass = await reconciled(older, newer);
    await expectEqual(pass);
    expect(await column(pass.engine.target, 'SELECT "pledgeId" IS NULL FROM "Payment"')).toEqual(['f']);
  });

  test('sends to quarantine what required a user that was deleted, and empties what could do without', async () => {
    const [older, newer] = twice((make) => {
      const userId = make.user({}).document['_id'];
      make.profile({ userId });
      make.project({ artist: userId });
      make.project({ approvedBy: userId });
      const projectId = make.funding({ artist: userId }).document['_id'];
      make.payment({ projectId });
      make.payment({ backerId: userId });
    });
    without(newer, 'users', 2);
    const pass = await reconciled(older, newer);
    await expectEqual(pass);
    const codes = await column(pass.engine.target, 'SELECT stage || code FROM migration_quarantine ORDER BY 1');
    expect(codes).toEqual([
      ...['artistdangling', 'fundingProjectdangling', 'paymentcascade', 'paymentdangling', 'projectdangling'],
    ]);
  });

  test('withdraws a document that has become invalid with all that hangs on it, and brings it back when it is mended', async () => {
    const [valid, broken] = twice((make) => {
      const userId = make.user({}).document['_id'];
      make.profile({ userId });
      make.project({ tasks: [{ title: 'mix', assignee: userId }] });
      const projectId = make.funding({ artist: userId }).document['_id'];
      make.payment({ projectId });
    });
    nth(broken, 'users', 2)['name'] = '';
    await expectEqual(await reconciled(valid, broken));
    await expectEqual(await reconciled(broken, valid));
  });

  test('moves what a document that was not there kept in quarantine, and drops findings of what leads somewhere now', async () => {
    const [whole, lacking] = twice((make) => {
      const userId = make.user({}).document['_id'];
      make.profile({ userId });
      make.project({ approvedBy: userId });
      const projectId = make.funding({ artist: userId }).document['_id'];
      make.payment({ projectId });
    });
    without(lacking, 'users', 2);
    await expectEqual(await reconciled(lacking, whole));
  });
});

describe('unique values', () => {
  test('two users exchange their e-mail addresses, and nobody who refers to them is touched', async () => {
    const [older, newer] = twice((make) => {
      for (const email of ['a@example.com', 'b@example.com']) {
        make.project({ artist: make.user({ email }).document['_id'] });
      }
    });
    nth(newer, 'users', 2)['email'] = 'b@example.com';
    nth(newer, 'users', 3)['email'] = 'a@example.com';
    for (const batchSize of [1, 20]) {
      const pass = await reconciled(older, newer, { batchSize });
      await expectEqual(pass);
      expect(pass.result.applied).toMatchObject({ project: 0 });
    }
  });

  test('an order number is taken over from a payment that was deleted, and from one that took another', async () => {
    const [older, newer] = twice((make) => {
      for (const orderId of ['one', 'two', 'three', 'four']) make.payment({ orderId });
    });
    nth(newer, 'payments', 0)['orderId'] = 'two';
    nth(newer, 'payments', 1)['orderId'] = 'five';
    nth(newer, 'payments', 2)['orderId'] = 'four';
    without(newer, 'payments', 3);
    await expectEqual(await reconciled(older, newer));
    await expectEqual(await reconciled(older, newer, { batchSize: 1 }));
  });

  test('the next one moves when the winner of a duplicate is deleted, and yields when a lower _id comes', async () => {
    const [two, one] = twice((make) => {
      for (const name of ['first', 'second']) {
        const userId = make.user({ name, email: 'same@example.com' }).document['_id'];
        make.profile({ userId });
        make.payment({ backerId: userId });
      }
    });
    without(one, 'users', 2);
    await expectEqual(await reconciled(two, one));
    await expectEqual(await reconciled(one, two));
  });

  test('an artist’s profile takes the user of another', async () => {
    const [older, newer] = twice((make) => {
      for (const achievements of [[{ title: 'a' }], [{ title: 'b' }]]) make.profile({ achievements });
    });
    const [one, two] = newer['artists'] as [Document, Document];
    [one['userId'], two['userId']] = [two['userId'], one['userId']];
    await expectEqual(await reconciled(older, newer));
    await expectEqual(await reconciled(older, newer, { batchSize: 1 }));
  });
});
