import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Rules, withRules } from '../../../engine/plan/rules.ts';
import { openSource } from '../../../engine/source/open-source.ts';
import type { Source } from '../../../engine/source/source.ts';
import { type Baseline, takeBaseline } from '../../../operations/monitor/baseline.ts';
import { causesOf } from '../../../operations/monitor/causes.ts';
import { compareStage, type StageComparison } from '../../../operations/monitor/compare-stage.ts';
import { plan } from '../../../stages/plan.ts';
import { PLATFORM_RULES } from '../../../stages/platform-rules.ts';
import { collectionsOf, stageNamed } from '../../engine/small-platform.ts';
import { type Damage, keepTables } from '../../engine/verify/damage.ts';
import { writeDumpFolder } from '../../support/data/dump-writer.ts';
import { type Given, PlatformDocuments } from '../../support/data/platform-documents.ts';
import { type Engine, type Migration, openEngine } from '../../support/run-engine.ts';
import { DAMAGES, inPayment, LEGITIMATE, NOW } from './changes.ts';

/** Documents are of 2024; the platform writes since this moment. */
const SWITCHED = new Date('2025-01-01T00:00:00Z');
const make = new PlatformDocuments();
const part = <T extends object>(fields: T) => ({ _id: make.id(), ...fields });
const at = new Date('2024-01-01T10:00:00.000Z');
const reward = part({ title: 'LP', description: 'Black', amount: 20_000 });
const tour = make.funding({
  ...{ title: 'Tour', status: '진행중', currentAmount: 20_000 },
  rewards: [reward, part({ title: 'CD', description: 'Small', amount: 10_000 })],
  backers: [part({ user: make.backer, amount: 20_000, reward: reward._id, backedAt: at })],
  expenseRecords: [part({ category: '장비비', title: 'Amp', description: 'Loud', amount: 5, date: at })],
  revenueDistribution: { distributions: [part({ backer: make.backer, originalAmount: 20_000, status: '대기' })] },
  updates: [part({ title: 'News', content: 'Soon', createdAt: at })],
});
const done = make.funding({ title: 'Done', status: '완료' });
const ofTour = { projectId: tour.document['_id'], amount: 20_000 };
const pending = make.payment({ ...ofTour, paymentId: 'pending', rewardId: reward._id });
const paid = make.payment({ ...ofTour, paymentId: 'paid', status: 'completed', completedAt: at });
const refunded = make.payment({ ...ofTour, paymentId: 'refunded', status: 'refunded', refundAmount: 20_000 });
const others = [1, 2, 3].map((n) => make.payment({ paymentId: `other ${n}`, status: 'completed', completedAt: at }));
const NAMES = new Map<string, string>(
  Object.entries({ tour, done, pending, paid, refunded }).map(([name, given]) => [String(given.document['_id']), name]),
);

let engine: Engine;
let run: Migration;
let damage: Damage['damage'];
let mend: Damage['mend'];
const baselines = new Map<string, Baseline>();
const STAGES = ['fundingProject', 'payment'];
const TABLES = [...STAGES.flatMap((name) => stageNamed(name).tables.map(({ table }) => table)), 'migration_id_map'];

beforeAll(async () => {
  engine = await openEngine({ collections: collectionsOf(make.all) });
  run = await engine.migrate();
  for (const name of STAGES) {
    const signal = new AbortController().signal;
    baselines.set(name, await takeBaseline(watchOf(name), [run.runId], SWITCHED, () => {}, signal));
  }
  ({ damage, mend } = await keepTables(engine.target, TABLES));
});
afterAll(() => engine.close());

function watchOf(
  name: string,
  { source = engine.source, rules = PLATFORM_RULES }: { source?: Source; rules?: Rules } = {},
) {
  return { plan, stage: stageNamed(name), source, target: engine.target, rules };
}

/** One round of both stages. */
async function round(
  how: { source?: Source; rules?: Rules; samples?: number; locate?: boolean; recheck?: readonly string[] } = {},
) {
  const { samples = 100, locate = false, recheck = [] } = how;
  const moment = { switchedAt: SWITCHED.getTime(), now: Date.now() };
  const all: StageComparison[] = [];
  for (const name of STAGES) {
    const request = { samples, seed: randomUUID(), recheck, locate, moment };
    const { signal } = new AbortController();
    all.push(await compareStage(watchOf(name, how), baselines.get(name)!, request, () => {}, signal));
  }
  return all;
}

const told = (all: readonly StageComparison[]) =>
  all
    .flatMap(({ damages }) => damages)
    .map(({ kind, where, legacyId }) =>
      [kind, where, ...(legacyId === null ? [] : [NAMES.get(legacyId) ?? 'other'])].join(' '),
    )
    .sort();
/** What is told of it: one problem for each cause. */
const problems = (all: readonly StageComparison[]) =>
  all.flatMap(({ stage, damages }) =>
    causesOf(stageNamed(stage).collection, damages).map(({ kind, where }) => `${kind} ${where}`),
  );
const figures = (all: readonly StageComparison[]) => {
  const sum = (of: (one: StageComparison) => number) => all.reduce((total, one) => total + of(one), 0);
  return { changed: sum((one) => one.changed), deleted: sum((one) => one.deleted), added: sum((one) => one.added) };
};

describe('a round', () => {
  test('finds nothing where nobody has written', async () => {
    const all = await round();
    expect(told(all)).toEqual([]);
    expect(figures(all)).toEqual({ changed: 0, deleted: 0, added: 0 });
    expect(all.map(({ compared }) => compared)).toEqual([3, 6]);
  });

  test('is tried with at least six legitimate changes and twelve damages, each under a name of its own', () => {
    expect(new Set(LEGITIMATE.map(([what]) => what)).size).toBeGreaterThanOrEqual(6);
    expect(new Set(DAMAGES.map(([what]) => what)).size).toBeGreaterThanOrEqual(12);
  });

  test.each(LEGITIMATE)('counts it, and alerts nobody, when %s', async (_, sql, rows) => {
    await damage(...sql);
    try {
      const all = await round();
      expect(told(all)).toEqual([]);
      expect(figures(all)).toEqual({ changed: 0, deleted: 0, added: 0, ...rows });
    } finally {
      await mend();
    }
  });

  test('bears all legitimate changes that do not meet at once', async () => {
    const [completed, refund, , , pays, backs, , begins, , share] = LEGITIMATE.map(([, sql]) => sql);
    await damage(...[completed!, refund!, pays!, backs!, begins!, share!].flat());
    try {
      expect(told(await round())).toEqual([]);
    } finally {
      await mend();
    }
  });

  test.each(DAMAGES)('tells it, with its place and its document, when %s', async (_, sql, ...expected) => {
    await damage(...sql);
    try {
      expect(told(await round())).toEqual(expected.sort());
    } finally {
      await mend();
    }
  });

  test('tells damage beside legitimate changes of the same table', async () => {
    await damage(...LEGITIMATE[0]![1], ...LEGITIMATE[4]![1], inPayment('paid', 'amount = 1'));
    try {
      expect(told(await round())).toEqual(['sum Payment.amount', 'unexplained Payment.amount paid']);
    } finally {
      await mend();
    }
  });

  test('finds by its sums what no sample has met, and looks for the document when it is asked to', async () => {
    await damage(inPayment('paid', 'amount = 1'));
    try {
      expect(told(await round({ samples: 0 }))).toEqual(['sum Payment.amount']);
      expect(told(await round({ samples: 0, locate: true }))).toEqual([
        'sum Payment.amount',
        'unexplained Payment.amount paid',
      ]);
    } finally {
      await mend();
    }
  });

  test.each([
    ['a payment’s amount is changed', [inPayment('paid', 'amount = 1')], ['unexplained Payment.amount']],
    ['a reward is gone', [`DELETE FROM "FundingProjectReward" WHERE title = 'CD'`], ['missing FundingProjectReward']],
    ['news are gone', [`DELETE FROM "FundingProjectUpdate"`], ['missing FundingProjectUpdate']],
    [
      'the ID map has lost a pledge',
      [`DELETE FROM migration_id_map WHERE collection = 'fundingBacker'`],
      ['idMap fundingBacker'],
    ],
    ['a payment is gone', [`DELETE FROM "Payment" WHERE "paymentId" = 'paid'`], ['missing Payment']],
  ])('tells one problem when %s', async (_, sql, expected) => {
    await damage(...sql);
    try {
      expect(problems(await round())).toEqual(expected);
    } finally {
      await mend();
    }
  });

  test('tells of a sum that the damaged documents do not make up', async () => {
    await damage(inPayment('paid', 'amount = 1'), inPayment('pending', 'amount = 2'));
    try {
      const [[paidId]] = (await engine.target.query(`SELECT id FROM "Payment" WHERE "paymentId" = 'paid'`, [])) as [
        [string],
      ];
      const known = { samples: 0, recheck: [paidId] };
      expect(problems(await round(known)).sort()).toEqual(['sum Payment.amount', 'unexplained Payment.amount']);
      expect(problems(await round({ ...known, locate: true }))).toEqual(['unexplained Payment.amount']);
    } finally {
      await mend();
    }
  });

  test('follows other rules where they are declared', async () => {
    await damage(inPayment('pending', `"orderId" = 'x', ${NOW}`), `UPDATE "FundingProjectReward" SET title = 'x'`);
    try {
      const rules = withRules(PLATFORM_RULES, {
        Payment: { immutable: ['id'] },
        FundingProjectReward: { alone: true },
      });
      expect(told(await round({ rules }))).toEqual([]);
      expect(told(await round())).toContain('immutable Payment.orderId pending');
    } finally {
      await mend();
    }
  });

  test('tells each money column’s terms: what was moved, changed, added, and is there', async () => {
    await damage(...LEGITIMATE[2]![1], ...LEGITIMATE[4]![1]);
    try {
      const [, payments] = await round();
      const term = payments!.terms.find(({ where }) => where === 'Payment.amount');
      expect(term).toEqual({ where: 'Payment.amount', moved: '90000', changed: '5000', added: '20000', now: '115000' });
    } finally {
      await mend();
    }
  });
});

describe('the old database', () => {
  const withSource = async (
    change: (all: readonly Given[]) => readonly Given[],
    work: (source: Source) => Promise<void>,
  ) => {
    const folder = join(engine.folder, randomUUID());
    await writeDumpFolder(folder, 'platform', collectionsOf(change(make.all)));
    const source = await openSource(`dump:${folder}`, {
      spoolFolder: join(engine.folder, 'spool'),
      collections: plan.stages.map(({ collection }) => collection),
    });
    try {
      await work(source);
    } finally {
      await source.close();
    }
  };
  const changed = (given: Given, fields: object) => (all: readonly Given[]) =>
    all.map((one) => (one === given ? { ...one, document: { ...one.document, ...fields } } : one));

  test.each<[string, (all: readonly Given[]) => readonly Given[], string[]]>([
    ['a text is written', changed(paid, { message: 'x' }), ['sourceChanged payments paid']],
    [
      'an amount is written',
      changed(paid, { amount: 1 }),
      ['sourceChanged payments paid', 'sourceChanged payments.amount'],
    ],
    [
      'a document is deleted',
      (all) => all.filter((one) => one !== done),
      [
        'sourceChanged fundingprojects',
        'sourceChanged fundingprojects done',
        'sourceChanged fundingprojects.goalAmount',
      ],
    ],
    [
      'a document is inserted',
      (all) => [...all, { ...done, document: { ...done.document, _id: 'new', goalAmount: 0 } }],
      ['sourceChanged fundingprojects'],
    ],
  ])('is told to be written still when %s', async (_, change, expected) => {
    await withSource(change, async (source) => {
      const all = await round({ source });
      expect(told(all)).toEqual(expected);
      expect(problems(all)).toEqual([expected[0]!.replace(/(sourceChanged \w+).*/, '$1')]);
    });
  });
});

test('no damage holds a value, nor an _id that could be personal data', async () => {
  await damage(...DAMAGES.slice(0, 8).flatMap(([, sql]) => sql));
  try {
    const text = JSON.stringify((await round()).map(({ damages }) => damages));
    expect(text).not.toMatch(/20000|25000|민수|지은|example\.com|order-/);
    expect(others.every(({ document }) => !text.includes(`${document['paymentId']}`))).toBe(true);
  } finally {
    await mend();
  }
});
