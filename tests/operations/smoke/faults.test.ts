import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { SmokeFacts } from '../../../engine/verdict/smoke-record.ts';
import { dumpModels } from '../../../operations/smoke/legacy/dump-models.ts';
import { questions } from '../../../operations/smoke/questions/index.ts';
import { runSmokeTests } from '../../../operations/smoke/run.ts';
import { plan } from '../../../stages/plan.ts';
import { type MovedPlatform, platformOfDump } from '../../engine/moved-platform.ts';
import { small } from './small-platform.ts';

const moved = plan.stages.map(({ name }) => name) as never;

let platform: MovedPlatform;

beforeAll(async () => {
  platform = await platformOfDump({ collections: small });
  await platform.move();
});
afterAll(() => platform.close());

function ask(): Promise<SmokeFacts> {
  const context = { ...platform, models: dumpModels(platform.source), limited: false, moved };
  return runSmokeTests(context, questions, { seed: 1, samples: 50 });
}

/** A fault: what is done to the target, how it is taken back, and the question and path that have to name it. */
const faults: readonly [string, { harm: string; mend: string; names: readonly (readonly [string, string])[] }][] = [
  [
    'an e-mail address is another one',
    {
      harm: `UPDATE "User" SET email = 'other@example.com' WHERE email = 'mina@example.com'`,
      mend: `UPDATE "User" SET email = 'mina@example.com' WHERE email = 'other@example.com'`,
      names: [['login', '']],
    },
  ],
  [
    'a password hash is that of somebody else',
    {
      harm: `UPDATE "User" SET password = '$2b$10$hash-of-jun' WHERE email = 'mina@example.com'`,
      mend: `UPDATE "User" SET password = '$2b$10$hash-of-mina' WHERE email = 'mina@example.com'`,
      names: [['login', 'password']],
    },
  ],
  [
    'an achievement is missing',
    {
      harm: `CREATE TABLE kept AS SELECT * FROM "ArtistAchievement" WHERE title = 'Grammy';
             DELETE FROM "ArtistAchievement" WHERE title = 'Grammy'`,
      mend: `INSERT INTO "ArtistAchievement" SELECT * FROM kept; DROP TABLE kept`,
      names: [['artist-page', 'achievements']],
    },
  ],
  [
    'two achievements have changed places',
    {
      harm: `UPDATE "ArtistAchievement" SET position = 1 - position`,
      mend: `UPDATE "ArtistAchievement" SET position = 1 - position`,
      names: [['artist-page', 'achievements._id']],
    },
  ],
  [
    'a project has another status',
    {
      harm: `UPDATE "Project" SET status = '완료' WHERE title = 'Project 2'`,
      mend: `UPDATE "Project" SET status = '진행중' WHERE title = 'Project 2'`,
      names: [['project-list', '']],
    },
  ],
  [
    'end dates are those of another time zone',
    {
      harm: `UPDATE "Project" SET "endDate" = "endDate" + interval '9 hours'`,
      mend: `UPDATE "Project" SET "endDate" = "endDate" - interval '9 hours'`,
      names: [['project-list', 'endDate']],
    },
  ],
  [
    'a project ends so much later that the list has another order',
    {
      harm: `UPDATE "Project" SET "endDate" = "endDate" + interval '3 days 1 hour' WHERE title = 'Project 1'`,
      mend: `UPDATE "Project" SET "endDate" = "endDate" - interval '3 days 1 hour' WHERE title = 'Project 1'`,
      names: [['project-list', 'endDate']],
    },
  ],
  [
    'a pledge is lost',
    {
      harm: `CREATE TABLE kept AS SELECT * FROM "Pledge" WHERE amount = 7000;
             UPDATE "Payment" SET "pledgeId" = NULL WHERE "pledgeId" IN (SELECT id FROM kept);
             DELETE FROM "Pledge" WHERE id IN (SELECT id FROM kept)`,
      mend: `INSERT INTO "Pledge" SELECT * FROM kept; DROP TABLE kept`,
      names: [
        ['funding-page', 'backers'],
        ['funding-page', 'sum of.backers.amount'],
      ],
    },
  ],
  [
    'a pledge has the other reward',
    {
      harm: `UPDATE "Pledge" SET "rewardId" = (SELECT id FROM "FundingProjectReward" WHERE title = 'Poster')
             WHERE amount = 5000`,
      mend: `UPDATE "Pledge" SET "rewardId" = (SELECT id FROM "FundingProjectReward" WHERE title = 'Album')
             WHERE amount = 5000`,
      names: [
        ['funding-page', 'backers.reward'],
        ['funding-page', 'rewards.chosen by backers.reward'],
      ],
    },
  ],
  [
    'a reward was claimed once more',
    {
      harm: `UPDATE "FundingProjectReward" SET claimed = claimed + 1 WHERE title = 'Album'`,
      mend: `UPDATE "FundingProjectReward" SET claimed = claimed - 1 WHERE title = 'Album'`,
      names: [['funding-page', 'rewards.claimed']],
    },
  ],
  [
    'an amount has lost its cents',
    {
      harm: `UPDATE "FundingProject" SET "currentAmount" = trunc("currentAmount")`,
      mend: `UPDATE "FundingProject" SET "currentAmount" = 12000.5`,
      names: [['funding-page', 'currentAmount']],
    },
  ],
  [
    'an update is older than it was',
    {
      harm: `UPDATE "FundingProjectUpdate" SET "createdAt" = "createdAt" - interval '30 days' WHERE title = 'Update 4'`,
      mend: `UPDATE "FundingProjectUpdate" SET "createdAt" = "createdAt" + interval '30 days' WHERE title = 'Update 4'`,
      names: [['funding-updates', 'updates']],
    },
  ],
  [
    'an order has another number',
    {
      harm: `UPDATE "Payment" SET "orderId" = 'order-99' WHERE "orderId" = 'order-1'`,
      mend: `UPDATE "Payment" SET "orderId" = 'order-1' WHERE "orderId" = 'order-99'`,
      names: [
        ['payment-by-order', ''],
        ['own-payments', 'orderId'],
      ],
    },
  ],
  [
    'a payment belongs to another user',
    {
      harm: `UPDATE "Payment" SET "backerId" = (SELECT id FROM "User" WHERE email = 'mina@example.com')
             WHERE "orderId" = 'order-1'`,
      mend: `UPDATE "Payment" SET "backerId" = (SELECT id FROM "User" WHERE email = 'jun@example.com')
             WHERE "orderId" = 'order-1'`,
      names: [
        ['payment-by-order', 'backerId'],
        ['own-payments', ''],
      ],
    },
  ],
  [
    'a user has another name',
    {
      harm: `UPDATE "User" SET name = 'Somebody' WHERE email = 'jun@example.com'`,
      mend: `UPDATE "User" SET name = '박준호' WHERE email = 'jun@example.com'`,
      names: [['login', 'name']],
    },
  ],
];

describe('a fault in the target is found, and named by question and path', () => {
  test('there is none before', async () => {
    const { questions: answered } = await ask();
    expect(answered.map(({ name, different, asked }) => [name, different, asked > 0])).toEqual(
      questions.map(({ name }) => [name, 0, true]),
    );
  });

  test.each(faults)('%s', async (_, { harm, mend, names }) => {
    for (const statement of harm.split(';')) await platform.target.query(statement, []);
    try {
      const { questions: answered } = await ask();
      const found = answered.flatMap(({ name, first }) => first.map(({ path }) => `${name}: ${path}`));
      expect(found).toEqual(expect.arrayContaining(names.map(([question, path]) => `${question}: ${path}`)));
      const told = JSON.stringify(answered);
      for (const secret of ['김미나', '박준호', 'mina@', 'other@', 'hash-of', '1234-5678'])
        expect(told).not.toContain(secret);
    } finally {
      for (const statement of mend.split(';')) await platform.target.query(statement, []);
    }
  });

  test('and none is left when all are taken back', async () => {
    const { questions: answered } = await ask();
    expect(answered.map(({ different }) => different)).toEqual(questions.map(() => 0));
  });
});
