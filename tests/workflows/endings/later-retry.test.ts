import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { ObjectId } from 'bson';
import { allChosen, allChosenButQuarantine, held } from '../../../engine/messages/engine/verdict.ts';
import { contentOf } from '../../support/data/content.ts';
import { type Flaws, fillWith } from '../../support/data/flawed-platform.ts';
import type { PlatformDocuments } from '../../support/data/platform-documents.ts';
import {
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
  target = await platform.target({ sourceUri: mongodb.url });
});
afterEach(async () => {
  await target.close();
  await mongodb.drop();
});

const migrate = async (of = target) => endOf(await of.start([]));
const retry = async (filter: { stage?: string; code?: string } = {}) => endOf(await target.start([{ retry: filter }]));

/** Every row but those of documents that are in quarantine no more. */
async function leftBy(of: MigrationTarget) {
  const { migration_quarantine: _, ...content } = await contentOf(of);
  const held = await of.sql(
    `SELECT stage, legacy_key, code, path, document FROM migration_quarantine WHERE state IN ('open', 'contested')
     ORDER BY 1, 2`,
  );
  return { content, held };
}

/** The target is as a migration of the source as it is now leaves it. */
async function expectAsIfAtOnce(): Promise<void> {
  const other = await platform.target({ sourceUri: mongodb.url });
  await migrate(other);
  const [left, expected] = [await leftBy(target), await leftBy(other)];
  await other.close();
  expect(left).toEqual(expected);
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
  await fillWith(mongodb.url, broken);
  const first = await migrate();
  await fillWith(mongodb.url, mended);
  const { stages, quarantined, verdict } = await retry();
  const retried = stages.map(({ name, read, verified }) => [name, read, verified]);
  const held = first.stages.flatMap(({ name, quarantined: each }) => (each > 0 ? [[name, each, each]] : []));
  expect(retried).toEqual(held);
  expect(quarantined).toBe(0);
  expect(verdict).toEqual({ state: 'verified', sentence: WHOLE, reasons: [], held: 0 });
  await expectAsIfAtOnce();
});

test('several rounds move what has been mended by then, and the last one leaves nothing', async () => {
  await fillWith(mongodb.url, { more: loner(''), title: { title: '' }, payment: { amount: 'much' } });
  await migrate();
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
    await fillWith(mongodb.url, { more: loner(''), title: { title: '' } });
    await migrate();
    await fillWith(mongodb.url, { more: loner('') });
    const { quarantined, verdict } = await retry({ stage: 'project' });
    expect(verdict).toEqual({
      ...{ state: 'quarantined', sentence: BUT_FOR_QUARANTINE, held: 1 },
      reasons: [held({ documents: 1 }).text],
    });
    expect(quarantined).toBe(1);
    await expectAsIfAtOnce();
  });

  test('says nothing of what a run before had left undone', async () => {
    await fillWith(mongodb.url, { title: { title: '' } });
    const before = await target.start([{ gates: { payment: 'manual' } }]);
    await untilProgress(before, ({ gate }) => gate === 'payment');
    await before.executeUpdate('abort');
    await failureOf(before);
    await fillWith(mongodb.url, {});
    expect((await retry()).verdict).toMatchObject({ state: 'verified', sentence: WHOLE });
  });

  test('of some stages, or of a limit, speaks of these only', async () => {
    await fillWith(mongodb.url, {});
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
  await fillWith(mongodb.url, flaws('', ''));
  expect((await migrate()).quarantined).toBe(3);
  await fillWith(mongodb.url, flaws('', '하나'));
  expect(await retry({ stage: 'user' })).toMatchObject({ quarantined: 1 });
  await expectAsIfAtOnce();
  await fillWith(mongodb.url, flaws('앨범', '하나'));
  expect(await retry()).toMatchObject({ quarantined: 0, verdict: { state: 'verified' } });
  await expectAsIfAtOnce();
});
