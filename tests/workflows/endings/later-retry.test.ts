import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { ObjectId } from 'bson';
import { allChosen, allChosenButQuarantine, held as stillHeld } from '../../../engine/messages/engine/verdict.ts';
import { plan } from '../../../stages/plan.ts';
import { contentOf } from '../../support/data/content.ts';
import { type Flaws, fillWith } from '../../support/data/flawed-platform.ts';
import type { PlatformDocuments } from '../../support/data/platform-documents.ts';
import { afresh, filledTarget } from '../../support/engine-alone.ts';
import {
  type Asked,
  endOf,
  failureOf,
  type MigrationTarget,
  openPlatform,
  type Platform,
  untilProgress,
} from '../../support/migration.ts';
import { createMongoDatabase, type TestDatabase } from '../../support/servers/databases.ts';

/** Quarantines that a later run tries again while most stages have none. */
let platform: Platform;
let mongodb: TestDatabase;
let target: MigrationTarget;

beforeAll(async () => {
  platform = await openPlatform({ collections: {} });
});
afterAll(() => platform.close());
beforeEach(async () => {
  mongodb = await createMongoDatabase();
});
afterEach(async () => {
  await target.close();
  await mongodb.drop();
});

/** A target that holds what could be moved of a platform with these flaws. */
async function migrate(flaws: Flaws): Promise<void> {
  await fillWith(mongodb.url, flaws);
  target = await filledTarget(platform, { sourceUri: mongodb.url });
}

/** A target that holds nothing yet. */
async function begin(flaws: Flaws): Promise<void> {
  await fillWith(mongodb.url, flaws);
  target = await platform.target({ sourceUri: mongodb.url });
}

/** How many documents of each stage are in quarantine, as numbers tried and compared of those stages. */
async function heldByStage() {
  const rows = await target.sql('SELECT stage, count(*) FROM migration_quarantine GROUP BY 1');
  const held = new Map(rows.map(([stage, count]) => [stage, Number(count)]));
  return plan.stages.flatMap(({ name }) => (held.has(name) ? [[name, held.get(name), held.get(name)]] : []));
}

const retry = async (filter: { stage?: string; code?: string } = {}) => endOf(await target.start([{ retry: filter }]));

/** Every row but those of documents that are in quarantine no more. */
async function leftBy(of: Asked) {
  const { migration_quarantine: _, ...content } = await contentOf(of);
  const held = await of.sql(
    `SELECT stage, legacy_key, code, path, document FROM migration_quarantine WHERE state IN ('open', 'contested')
     ORDER BY 1, 2`,
  );
  return { content, held };
}

/** The target is as a migration of the source as it is now leaves it. */
async function expectAsIfAtOnce(): Promise<void> {
  expect(await leftBy(target)).toEqual(await afresh({ sourceUri: mongodb.url }, leftBy));
}

const WHOLE = allChosen().text;
const BUT_FOR_QUARANTINE = allChosenButQuarantine().text;

/** A user on whom nothing hangs. */
const loner = (name: string) => (make: PlatformDocuments) => make.user({ name });

/** What lies in quarantine, and the source once that is mended. */
const PLACES: readonly (readonly [where: string, broken: Flaws, mended: Flaws])[] = [
  ['the first stage only', { more: loner('') }, { more: loner('하나') }],
  ['a middle stage only', { title: { title: '' } }, {}],
  ['the last stage only', { payment: { amount: 'much' } }, {}],
  [
    'the first and the last one',
    { more: loner(''), payment: { amount: 'much' } },
    { more: loner('하나'), payment: { amount: 20_000 } },
  ],
];

test.each(PLACES)('what lies in quarantine of %s is moved, and the run comes to its end', async (_, broken, mended) => {
  await migrate(broken);
  const held = await heldByStage();
  await fillWith(mongodb.url, mended);
  const { stages, quarantined, verdict } = await retry();
  const retried = stages.map(({ name, read, verified }) => [name, read, verified]);
  expect(held.length).toBeGreaterThan(0);
  expect(retried).toEqual(held);
  expect(quarantined).toBe(0);
  expect(verdict).toEqual({ state: 'verified', sentence: WHOLE, reasons: [], held: 0 });
  await expectAsIfAtOnce();
});

test('several rounds move what has been mended by then, and the last one leaves nothing', async () => {
  await migrate({ more: loner(''), title: { title: '' }, payment: { amount: 'much' } });
  const rounds: readonly (readonly [Flaws, number])[] = [
    [{ more: loner(''), title: { title: '' }, payment: { amount: 'much' } }, 3],
    [{ more: loner(''), title: { title: '' } }, 2],
    [{ more: loner('하나'), title: { title: '' } }, 1],
    [{ more: loner('하나') }, 0],
  ];
  for (const [flaws, held] of rounds) {
    await fillWith(mongodb.url, flaws);
    const { quarantined, verdict } = await retry();
    expect([quarantined, verdict!.held, verdict!.state]).toEqual([held, held, held > 0 ? 'quarantined' : 'verified']);
  }
  await expectAsIfAtOnce();
  expect(await failureOf(await target.start([{ retry: {} }]))).toMatchObject({ type: 'StagesUnfit' });
});

describe('the verdict', () => {
  test('counts what earlier runs still hold, and not only what was tried again', async () => {
    await migrate({ more: loner(''), title: { title: '' } });
    await fillWith(mongodb.url, { more: loner('') });
    const { quarantined, verdict } = await retry({ stage: 'project' });
    expect(verdict).toEqual({
      ...{ state: 'quarantined', sentence: BUT_FOR_QUARANTINE, held: 1 },
      reasons: [stillHeld({ documents: 1 }).text],
    });
    expect(quarantined).toBe(1);
    await expectAsIfAtOnce();
  });

  test('says nothing of what a run before had left undone', async () => {
    await begin({ title: { title: '' } });
    const before = await target.start([{ gates: { payment: 'manual' } }]);
    await untilProgress(before, ({ gate }) => gate === 'payment');
    await before.executeUpdate('abort');
    await failureOf(before);
    await fillWith(mongodb.url, {});
    expect((await retry()).verdict).toMatchObject({ state: 'verified', sentence: WHOLE });
  });

  test('of some stages, or of a limit, speaks of these only', async () => {
    await begin({});
    const limited = await endOf(await target.start([{ stages: ['user', 'artist'] }]));
    expect(limited.verdict).toMatchObject({ state: 'verified', sentence: WHOLE });
  });
});

test('references that lead nowhere stay so in documents that were moved before, whatever is tried again beside them', async () => {
  const [nobody, somebody] = [new ObjectId(), new ObjectId()];
  const flaws = (title: string, name: string): Flaws => ({
    title: { title },
    more: (make) => {
      make.user({ _id: somebody, name });
      make.project({ approvedBy: nobody });
      make.project({ approvedBy: somebody });
    },
  });
  await migrate(flaws('', ''));
  expect((await leftBy(target)).held).toHaveLength(3);
  await fillWith(mongodb.url, flaws('', '하나'));
  expect(await retry({ stage: 'user' })).toMatchObject({ quarantined: 1 });
  await expectAsIfAtOnce();
  await fillWith(mongodb.url, flaws('앨범', '하나'));
  expect(await retry()).toMatchObject({ quarantined: 0, verdict: { state: 'verified' } });
  await expectAsIfAtOnce();
});
