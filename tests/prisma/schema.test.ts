import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import pg from 'pg';
import { openSchemaEngine } from '../../prisma/apply/schema-engine.ts';
import { connectTarget } from '../../prisma/connection/target.ts';
import { project } from '../support/scripts.ts';
import { type CatalogColumn, readColumns, readConstraints, readEnums, readIndexes } from './catalog.ts';
import { ownDatabase } from './own-database.ts';

/** Tables of the target, and the side tables beside them. */
const targetTables = [
  'Artist',
  'ArtistAchievement',
  'FundingProject',
  'FundingProjectDistribution',
  'FundingProjectExecutionPlan',
  'FundingProjectExpenseRecord',
  'FundingProjectReward',
  'FundingProjectStage',
  'FundingProjectUpdate',
  'Payment',
  'Pledge',
  'Project',
  'ProjectMilestone',
  'ProjectNote',
  'ProjectTask',
  'ProjectTeamMember',
  'User',
];
const sideTables = [
  'migration_change',
  'migration_finding',
  'migration_id_map',
  'migration_leftover',
  'migration_partition',
  'migration_quarantine',
  'migration_run',
];

/** Keeps what Prisma's schema language can say: of arrays it cannot say NOT NULL. */
const asPrismaSays = (column: CatalogColumn) => (column.type.endsWith('[]') ? { ...column, nullable: null } : column);

describe('the target schema', () => {
  const { client, url } = ownDatabase();

  test('has the seventeen tables of the platform and the six of the migration', async () => {
    const tables = new Set((await readColumns(client())).map(({ table }) => table));
    expect([...tables].sort()).toEqual([...targetTables, ...sideTables]);
  });

  test('lets no delete and no change of an id reach the rows that refer to it', async () => {
    const keys = (await readConstraints(client())).filter(({ type }) => type === 'f');
    expect(keys.length).toBeGreaterThan(30);
    expect(keys.filter(({ definition }) => !definition.endsWith('ON UPDATE RESTRICT ON DELETE RESTRICT'))).toEqual([]);
  });

  test('covers every foreign key by an index that begins with it', async () => {
    const indexes = await readIndexes(client());
    const keys = (await readConstraints(client())).filter(({ type }) => type === 'f');
    const uncovered = keys.filter(
      ({ table, columns }) =>
        !indexes.some((index) => index.table === table && columns.every((column, i) => index.columns[i] === column)),
    );
    expect(uncovered).toEqual([]);
  });

  test('keeps no index that another one makes needless', async () => {
    const indexes = await readIndexes(client());
    const needless = indexes.filter((index) =>
      indexes.some(
        (other) =>
          other.name !== index.name &&
          other.table === index.table &&
          !index.unique &&
          index.columns.every((column, i) => other.columns[i] === column),
      ),
    );
    expect(needless).toEqual([]);
  });

  test.each([
    ['Project', ['status', 'endDate']],
    ['Project', ['category', 'status']],
    ['Project', ['artistId', 'createdAt']],
    ['ProjectTask', ['projectId', 'taskNumber']],
    ['FundingProject', ['status', 'endDate']],
    ['FundingProject', ['category', 'status']],
    ['FundingProject', ['artistId', 'createdAt']],
    ['Payment', ['projectId', 'status']],
    ['Payment', ['backerEmail', 'projectId']],
    ['Payment', ['status', 'createdAt']],
    ['Payment', ['backerId', 'createdAt']],
  ])('serves the platform’s query on %s by %j with an index, not unique', async (table, columns) => {
    expect(await readIndexes(client())).toContainEqual(expect.objectContaining({ table, columns, unique: false }));
  });

  test.each([
    ['User', ['email']],
    ['User', ['username']],
    ['Artist', ['userId']],
    ['FundingProjectExecutionPlan', ['projectId']],
    ['Payment', ['paymentId']],
    ['Payment', ['orderId']],
    ['migration_run', ['lease']],
    ['migration_id_map', ['prisma_id']],
    ['migration_id_map', ['collection', 'parent_key', 'legacy_key', 'path', 'occurrence']],
    ['migration_quarantine', ['run_id', 'stage', 'legacy_key']],
    ['migration_change', ['run_id', 'stage', 'legacy_key']],
  ])('holds %s unique by %j', async (table, columns) => {
    expect(await readIndexes(client())).toContainEqual(expect.objectContaining({ table, columns, unique: true }));
  });

  test('gives every table of the platform a uuid as its key, which the database never makes up', async () => {
    const keys = (await readColumns(client())).filter(
      ({ table, column }) => targetTables.includes(table) && column === 'id',
    );
    expect(keys.map(({ type, nullable, default: value }) => ({ type, nullable, value }))).toEqual(
      targetTables.map(() => ({ type: 'uuid', nullable: false, value: null })),
    );
  });

  test('keeps times to the millisecond with their zone, money to two decimals, and lists never null', async () => {
    const columns = await readColumns(client());
    const type = (name: string) => columns.filter(({ column }) => column === name).map((column) => column.type);

    expect(columns.filter((column) => /^(date|time)/.test(column.type)).map((column) => column.type)).toEqual(
      columns.filter((column) => /^(date|time)/.test(column.type)).map(() => 'timestamp(3) with time zone'),
    );
    expect(new Set([...type('amount'), ...type('budget'), ...type('refundAmount')])).toEqual(
      new Set(['numeric(18,2)']),
    );
    expect(type('revenuePlatformFeeRate')).toEqual(['numeric(9,6)']);
    expect(new Set([...type('progress'), ...type('rating')])).toEqual(new Set(['numeric(5,2)']));
    expect(columns.filter((column) => column.type.endsWith('[]') && column.nullable)).toEqual([]);
  });

  test('is what prisma/schema.prisma says: the committed migrations lead to the same tables', async () => {
    const content = await readFile(join(project, 'prisma/schema.prisma'), 'utf8');
    const schema = 'from_datamodel';
    await client().query(`CREATE SCHEMA ${schema}`);
    const pool = new pg.Pool({ connectionString: url() });
    const fresh = await connectTarget(url(), schema);
    try {
      const engine = await openSchemaEngine(pool, 'public');
      const { stdout } = await engine.diff({
        from: { tag: 'empty' },
        to: { tag: 'schemaDatamodel', files: [{ path: 'schema.prisma', content }] },
        script: true,
        exitCode: null,
        filters: { externalTables: [], externalEnums: [] },
      });
      engine.free();
      await fresh.query(stdout ?? '');

      expect((await readColumns(client())).map(asPrismaSays)).toEqual((await readColumns(fresh)).map(asPrismaSays));
      expect(await readConstraints(client())).toEqual(await readConstraints(fresh));
      const made = (await readIndexes(client())).filter(({ expressions }) => !expressions);
      expect(made).toEqual(await readIndexes(fresh));
      expect(await readEnums(client())).toEqual(await readEnums(fresh));
    } finally {
      await fresh.end();
      await pool.end();
    }
  });
});
