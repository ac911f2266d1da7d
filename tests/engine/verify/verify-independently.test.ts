import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { verifyReferences } from '../../../engine/verify/references/verify-references.ts';
import { verifyTotals } from '../../../engine/verify/totals/verify-totals.ts';
import { plan } from '../../../stages/plan.ts';
import { type Engine, type Migration, openEngine } from '../../support/run-engine.ts';
import { collectionsOf, keyOfGiven } from '../small-platform.ts';
import { namedDocuments } from './corruptions.ts';
import { type Damage, keepTables } from './damage.ts';

const { make, documents } = namedDocuments();
const TABLES = [...plan.stages.flatMap(({ tables }) => tables.map(({ table }) => table)), 'migration_id_map'];
let engine: Engine;
let run: Migration;
let damage: Damage['damage'];
let mend: Damage['mend'];

beforeAll(async () => {
  engine = await openEngine({ collections: collectionsOf(make.all) });
  run = await engine.migrate();
  ({ damage, mend } = await keepTables(engine.target, TABLES));
});
afterAll(() => engine.close());

/** What the checks that derive no row say: `what table.column`, with how many rows where they tell. */
async function told(): Promise<string[]> {
  const all: string[] = [];
  for (const { name } of plan.stages) {
    const totals = await verifyTotals(engine, run.runId, name, { limited: false });
    const references = await verifyReferences(engine, run.runId, name, { limited: false });
    for (const { what, table, column, agree } of totals)
      if (!agree) all.push(`${what} ${column ? `${table}.${column}` : table}`);
    for (const { what, table, column, wrong } of references) {
      if (wrong > 0) all.push(`${what} ${column ? `${table}.${column}` : table} × ${wrong}`);
    }
  }
  return all.sort();
}

const NOBODY = '00000000-0000-4000-8000-000000000001';
const keyHex = (name: keyof typeof documents) => `'\\x${keyOfGiven(documents[name]).toString('hex')}'::bytea`;
const copyOf = (table: string, where: string) =>
  `INSERT INTO "${table}" SELECT (jsonb_populate_record(held, '{"id": "${NOBODY}"}')).* FROM "${table}" AS held WHERE ${where} LIMIT 1`;
const TASK = `title = 'Record One'`;
const taskId = `(SELECT id FROM "ProjectTask" WHERE ${TASK})`;

const CORRUPTIONS: readonly (readonly [what: string, sql: string, ...told: string[]])[] = [
  [
    'times are off by a time zone',
    `UPDATE "ProjectMilestone" SET "scheduledDate" = "scheduledDate" + interval '9 hours'`,
    ...['sum', 'least', 'greatest'].map((what) => `${what} ProjectMilestone.scheduledDate`),
  ],
  [
    'one time among others is off by a millisecond',
    `UPDATE "User" SET "lastLogin" = "lastLogin" + interval '1 ms' WHERE name = '가람'`,
    ...['sum', 'least', 'greatest'].map((what) => `${what} User.lastLogin`),
  ],
  [
    'amounts are rounded',
    `UPDATE "Project" SET budget = round(budget)`,
    ...['sum', 'least', 'greatest'].map((what) => `${what} Project.budget`),
  ],
  [
    'two amounts are wrong by the same in opposite directions',
    `UPDATE "Project" SET budget = budget + CASE title WHEN 'One' THEN 1 ELSE -1 END`,
    ...['least', 'greatest'].map((what) => `${what} Project.budget`),
  ],
  [
    'an integer beyond 2^53 is off by one',
    `UPDATE "Artist" SET followers = followers - 1 WHERE followers > 0`,
    ...['sum', 'least', 'greatest'].map((what) => `${what} Artist.followers`),
  ],
  [
    'a time is infinite',
    `UPDATE "Artist" SET "featuredDate" = 'infinity'`,
    ...['sum', 'least', 'greatest'].map((what) => `${what} Artist.featuredDate`),
  ],
  [
    'a time is lost',
    `UPDATE "Payment" SET "completedAt" = NULL`,
    ...['nulls', 'sum', 'least', 'greatest'].map((what) => `${what} Payment.completedAt`),
  ],
  ['an empty text is NULL', `UPDATE "User" SET bio = NULL`, 'nulls User.bio'],
  [
    'a NULL of a sub-document is an empty text',
    `UPDATE "ProjectTask" SET description = '' WHERE ${TASK}`,
    'nulls ProjectTask.description',
  ],
  [
    'a sub-document’s row is there twice',
    copyOf('ProjectTask', TASK),
    ...['elements ProjectTask', 'unmapped ProjectTask × 1', 'sum ProjectTask.taskNumber'],
    ...['description', 'dueDate', 'completedAt'].map((column) => `nulls ProjectTask.${column}`),
  ],
  [
    'rows of two documents are swapped',
    `UPDATE "ProjectTask" SET "projectId" = CASE title WHEN 'Record One' THEN (SELECT id FROM "Project" WHERE title = 'Two')
       ELSE (SELECT id FROM "Project" WHERE title = 'One') END WHERE title LIKE 'Record%'`,
    'misplaced ProjectTask.projectId × 2',
  ],
  [
    'a row refers to nobody',
    `UPDATE "Payment" SET "backerId" = '${NOBODY}' WHERE "paymentId" = 'one'`,
    ...['misled Payment.backerId × 1', 'orphans Payment.backerId × 1'],
  ],
  [
    'references of two documents are swapped',
    `UPDATE "Payment" AS held SET "backerId" = other."backerId" FROM "Payment" AS other WHERE held.id <> other.id`,
    'misled Payment.backerId × 2',
  ],
  [
    'a sub-document’s reference leads to another row',
    `UPDATE "ProjectTask" SET "assigneeId" = (SELECT id FROM "User" WHERE name = '나래') WHERE ${TASK}`,
    'misled ProjectTask.assigneeId × 1',
  ],
  [
    'an optional reference is lost',
    `UPDATE "Project" SET "approvedById" = NULL WHERE title = 'One'`,
    ...['misled Project.approvedById × 1', 'nulls Project.approvedById'],
  ],
  [
    'a reference inside the document leads to its neighbour',
    `UPDATE "Pledge" SET "rewardId" = (SELECT id FROM "FundingProjectReward" WHERE title = 'CD' AND description = 'Small')`,
    'misled Pledge.rewardId × 1',
  ],
  [
    'a payment’s reward is one of another project',
    `UPDATE "Payment" SET "rewardId" = (SELECT id FROM "FundingProjectReward" WHERE description = 'Signed') WHERE "paymentId" = 'one'`,
    'misled Payment.rewardId × 1',
  ],
  [
    'a pledge that a payment belongs to is no pledge',
    `UPDATE "Payment" SET "pledgeId" = '${NOBODY}' WHERE "paymentId" = 'one'`,
    'orphans Payment.pledgeId × 1',
  ],
  [
    'a sub-document has no mapping',
    `DELETE FROM migration_id_map WHERE prisma_id = ${taskId}`,
    ...['lost ProjectTask × 1', 'unmapped ProjectTask × 1'],
  ],
  [
    'a mapping leads to nobody',
    `UPDATE migration_id_map SET prisma_id = '${NOBODY}' WHERE prisma_id = ${taskId}`,
    ...['rowless ProjectTask × 1', 'unmapped ProjectTask × 1'],
  ],
  [
    'a sub-document’s mapping stands at another place',
    `UPDATE migration_id_map SET occurrence = occurrence + 1 WHERE prisma_id = ${taskId}`,
    'lost ProjectTask × 1',
  ],
  [
    'a sub-document’s mapping stands under another document',
    `UPDATE migration_id_map SET parent_key = ${keyHex('second')} WHERE prisma_id = ${taskId}`,
    ...['lost ProjectTask × 1', 'misplaced ProjectTask.projectId × 1'],
  ],
  [
    'the mappings of two documents are swapped',
    `DELETE FROM migration_id_map WHERE legacy_key IN (${keyHex('first')}, ${keyHex('second')});
     INSERT INTO migration_id_map SELECT held.collection, held.parent_key, other.legacy_key, held.path, held.occurrence,
       held.prisma_id, held.run_id, held.source_hash, held.rows_hash
     FROM kept.migration_id_map AS held JOIN kept.migration_id_map AS other ON other.collection = held.collection
       AND other.legacy_key <> held.legacy_key
     WHERE held.legacy_key IN (${keyHex('first')}, ${keyHex('second')}) AND other.legacy_key IN (${keyHex('first')}, ${keyHex('second')})`,
    ...['ProjectTask.projectId × 4', 'ProjectMilestone.projectId × 2'].map((where) => `misplaced ${where}`),
    ...['ProjectTeamMember.projectId × 2', 'ProjectNote.projectId × 2'].map((where) => `misplaced ${where}`),
  ],
];

describe('the checks that derive no row', () => {
  test('say nothing of a migration that nobody has touched', async () => {
    expect(await told()).toEqual([]);
  });

  test('take a negative zero for zero, and the same moment in another zone for the same', async () => {
    await damage(
      `UPDATE "Project" SET spent = '-0'`,
      `UPDATE "User" SET "lastLogin" = "lastLogin" AT TIME ZONE 'Asia/Seoul' AT TIME ZONE 'Asia/Seoul'`,
    );
    try {
      expect(await told()).toEqual([]);
    } finally {
      await mend();
    }
  });

  test.each(CORRUPTIONS)('tell, with its place, when %s', async (_, sql, ...expected) => {
    await damage(sql);
    try {
      expect(await told()).toEqual([...expected].sort());
    } finally {
      await mend();
    }
  });
});
