import { randomUUID } from 'node:crypto';

/** SQL as the platform's Prisma Client sends it: `updatedAt` is renewed. */
export const NOW = `"updatedAt" = now()`;
export const touchTour = `UPDATE "FundingProject" SET ${NOW} WHERE title = 'Tour'`;
export const inPayment = (paymentId: string, change: string) =>
  `UPDATE "Payment" SET ${change} WHERE "paymentId" = '${paymentId}'`;
/** A copy of a row under another id, with some columns changed. */
export const copyOf = (table: string, where: string, changes: string) =>
  `INSERT INTO "${table}" SELECT (jsonb_populate_record(held, '{"id": "${randomUUID()}"}'::jsonb || ${changes})).* FROM "${table}" AS held WHERE ${where} LIMIT 1`;

/** What the platform does, by which statements, and how many rows a round counts then. */
export type Change = readonly [
  what: string,
  sql: readonly string[],
  rows: Partial<Record<'changed' | 'deleted' | 'added', number>>,
];

export const LEGITIMATE: readonly Change[] = [
  [
    'a payment is completed',
    [inPayment('pending', `status = 'completed', "completedAt" = now(), ${NOW}`)],
    { changed: 1 },
  ],
  [
    'a payment is refunded',
    [inPayment('paid', `status = 'refunded', "refundAmount" = amount, "refundedAt" = now(), ${NOW}`)],
    { changed: 1 },
  ],
  [
    'a pending payment’s amount is corrected and paid',
    [inPayment('pending', `amount = 25000, status = 'completed', ${NOW}`)],
    { changed: 1 },
  ],
  [
    'several states are gone through between two rounds',
    [inPayment('pending', `status = 'refunded', ${NOW}`)],
    { changed: 1 },
  ],
  [
    'somebody pays',
    [
      copyOf(
        'Payment',
        `"paymentId" = 'paid'`,
        `jsonb_build_object('paymentId', 'new', 'orderId', 'new', 'createdAt', now(), 'updatedAt', now())`,
      ),
    ],
    { added: 1 },
  ],
  [
    'somebody backs a project',
    [
      copyOf('Pledge', `amount = 20000`, `jsonb_build_object('backedAt', now())`),
      `UPDATE "FundingProject" SET "currentAmount" = "currentAmount" + 20000, ${NOW} WHERE title = 'Tour'`,
    ],
    { changed: 1, added: 1 },
  ],
  [
    'a project succeeds',
    [`UPDATE "FundingProject" SET status = '성공', progress = 100, ${NOW} WHERE title = 'Tour'`],
    { changed: 1 },
  ],
  [
    'a new project begins',
    [copyOf('FundingProject', `title = 'Tour'`, `jsonb_build_object('createdAt', now(), 'updatedAt', now())`)],
    { added: 1 },
  ],
  ['news are taken back', [`DELETE FROM "FundingProjectUpdate"`, touchTour], { deleted: 1, changed: 1 }],
  [
    'a share is distributed',
    [
      `UPDATE "FundingProjectDistribution" SET status = '분배완료', "profitShare" = 100, "totalReturn" = 20100`,
      touchTour,
    ],
    { changed: 2 },
  ],
];

export type Wrong = readonly [what: string, sql: readonly string[], ...told: string[]];

export const DAMAGES: readonly Wrong[] = [
  [
    'a payment’s amount is changed behind everybody’s back',
    [inPayment('paid', 'amount = 1')],
    'sum Payment.amount',
    'unexplained Payment.amount paid',
  ],
  [
    'a completed payment’s amount is changed',
    [inPayment('paid', `amount = 1, ${NOW}`)],
    'immutable Payment.amount paid',
  ],
  [
    'a payment goes to another order',
    [inPayment('pending', `"orderId" = 'x', ${NOW}`)],
    'immutable Payment.orderId pending',
  ],
  [
    'a payment goes to another user',
    [inPayment('pending', `"backerId" = (SELECT id FROM "User" WHERE id <> "backerId" LIMIT 1), ${NOW}`)],
    'immutable Payment.backerId pending',
  ],
  [
    'a payment’s birth is changed',
    [inPayment('pending', `"createdAt" = now(), ${NOW}`)],
    'immutable Payment.createdAt pending',
  ],
  [
    'a refunded payment is pending again',
    [inPayment('refunded', `status = 'pending', ${NOW}`)],
    'transition Payment.status refunded',
  ],
  [
    'a finished project is in preparation again',
    [`UPDATE "FundingProject" SET status = '준비중', ${NOW} WHERE title = 'Done'`],
    'transition FundingProject.status done',
  ],
  ['a payment is gone', [`DELETE FROM "Payment" WHERE "paymentId" = 'paid'`], 'missing Payment paid'],
  ['a project is gone', [`DELETE FROM "FundingProject" WHERE title = 'Done'`], 'missing FundingProject done'],
  ['a pledge is gone, though its project was written', [`DELETE FROM "Pledge"`, touchTour], 'missing Pledge tour'],
  [
    'a text is changed without a newer updatedAt',
    [`UPDATE "FundingProject" SET title = 'x' WHERE title = 'Done'`],
    'unexplained FundingProject.title done',
  ],
  [
    'a reward is changed, and its project was not written',
    [`UPDATE "FundingProjectReward" SET amount = 1 WHERE title = 'LP'`],
    'sum FundingProjectReward.amount',
    'unexplained FundingProjectReward.amount tour',
  ],
  [
    'news are gone, and their project was not written',
    [`DELETE FROM "FundingProjectUpdate"`],
    'missing FundingProjectUpdate tour',
    'sum FundingProjectUpdate',
  ],
  ['a pledge’s amount is changed', [`UPDATE "Pledge" SET amount = 1`, touchTour], 'immutable Pledge.amount tour'],
  [
    'a payment has a time that has not come',
    [inPayment('paid', `"updatedAt" = now() + interval '1 day'`)],
    'future Payment.updatedAt paid',
  ],
  [
    'a time lies before it was moved',
    [inPayment('paid', `"updatedAt" = "updatedAt" - interval '9 hours'`)],
    'unexplained Payment.updatedAt paid',
  ],
  [
    'all times are off by nine hours',
    [`UPDATE "Payment" SET "createdAt" = "createdAt" + interval '9 hours'`],
    ...['other', 'other', 'other', 'paid', 'pending', 'refunded'].map((name) => `timeShift Payment.createdAt ${name}`),
  ],
  [
    'a payment says that it is older than the switch',
    [copyOf('Payment', `"paymentId" = 'paid'`, `'{"paymentId": "new", "orderId": "new"}'`)],
    'backdated Payment',
  ],
  [
    'a pledge is another project’s',
    [`UPDATE "Pledge" SET "projectId" = (SELECT id FROM "FundingProject" WHERE title = 'Done')`],
    'missing Pledge tour',
  ],
  [
    'the ID map has lost a pledge',
    [`DELETE FROM migration_id_map WHERE collection = 'fundingBacker'`],
    'backdated Pledge',
    'idMap fundingBacker',
    'sum Pledge',
    'sum Pledge.amount',
  ],
  [
    'the ID map has lost a payment’s project',
    [`DELETE FROM migration_id_map WHERE prisma_id IN (SELECT id FROM "FundingProject" WHERE title = 'Tour')`],
    ...['paid', 'pending', 'refunded'].map((name) => `idMap payments ${name}`),
    'backdated FundingProject',
    'idMap fundingProject',
    'sum FundingProject',
    'sum FundingProject.currentAmount',
    'sum FundingProject.goalAmount',
  ],
];
