import { afterAll, beforeAll, expect, test } from '@jest/globals';
import pg from 'pg';
import { everything } from '../support/data/content.ts';
import { restoreScene } from '../support/data/earlier-build.ts';
import type { TestDatabase } from '../support/servers/databases.ts';

let database: TestDatabase;
let client: pg.Client;
let before: unknown;
const asked = {
  sql: async (statement: string, params: readonly unknown[] = []) =>
    (await client.query({ text: statement, values: [...params], rowMode: 'array' })).rows,
};

beforeAll(async () => {
  database = await restoreScene('stopped');
  client = new pg.Client({ connectionString: database.url });
  await client.connect();
  before = await everything(asked);
});
afterAll(async () => {
  await client.end();
  await database.drop();
});

const RUN = `(SELECT id FROM migration_run)`;
const CHECKPOINT = `key_type, after_key, up_to_key, to_json(keys), total, last_key, read, written, quarantined, contested,
  rows, skipped, findings, samples, done, nullif(census, '{}')`;

/**
 * With what workers of builds before this one begin whatever they write: the first statement of each of their
 * transactions, and each that stands alone. What they insert as a run, a preflight of theirs has refused before.
 */
const STATEMENTS = {
  'takes a run over': `UPDATE migration_run SET workflow_id = 'w', workflow_run_id = 'r', namespace_id = 'n', lease = 'target',
    state = 'running', epoch = epoch + 1, ended_at = NULL, updated_at = now() WHERE id = ${RUN}`,
  'ends a run, or lets go of its target': `UPDATE migration_run SET state = 'failed', lease = NULL, ended_at = now(),
    updated_at = now() WHERE id = ${RUN}`,
  'raises the epoch, also for a retry': `UPDATE migration_run SET epoch = epoch + 1, updated_at = now()
    WHERE id = ${RUN} AND epoch = 1 RETURNING epoch`,
  'holds the epoch, before each transaction of a rollback': `UPDATE migration_run SET updated_at = now()
    WHERE id = ${RUN} AND epoch = 1`,
  'notes a stage': `UPDATE migration_run SET updated_at = now(), stages = stages || '{"user": {"state": "copying"}}'
    WHERE id = ${RUN}`,
  'keeps a fact': `UPDATE migration_run SET updated_at = now(), facts = facts || '{"totals": {}}' WHERE id = ${RUN}`,
  'takes other transforms over': `UPDATE migration_run SET transform_hashes = '{}', updated_at = now() WHERE id = ${RUN}`,
  'takes another source over': `UPDATE migration_run SET source_fingerprint = 'f', source_label = 'l', updated_at = now()
    WHERE state <> 'aborted'`,
  'claims a partition': `UPDATE migration_partition SET epoch = 9, sequence = 9, attempt = 9
    WHERE run_id = ${RUN} AND stage = 'project' AND partition = 0 AND (epoch, sequence, attempt) < (9, 9, 9)
    RETURNING ${CHECKPOINT}`,
  'moves a checkpoint, before the rows of its batch': `UPDATE migration_partition SET last_key = NULL, read = 1, written = 1,
    quarantined = 0, contested = 0, rows = 1, skipped = 0, findings = '{}', samples = '[]', done = true, census = '{}'
    WHERE run_id = ${RUN} AND stage = 'project'`,
  'plans a stage, for which it looks whether it is planned': `SELECT ${CHECKPOINT} FROM migration_partition
    WHERE run_id = ${RUN} AND stage = 'project' ORDER BY partition`,
  'begins a comparison anew': `UPDATE migration_partition SET last_key = NULL, done = false, findings = '{}',
    samples = '[]', census = '{}', read = 0 WHERE run_id = ${RUN} AND stage = 'verify:user'`,
  'sets checkpoints back': `UPDATE migration_partition SET epoch = 2, sequence = 0, attempt = 0, last_key = NULL, done = false,
    read = 0, written = 0, quarantined = 0, contested = 0, rows = 0, skipped = 0, findings = '{}', samples = '[]', census = '{}'
    WHERE run_id = ${RUN} AND stage = 'user' AND epoch < 2`,
} as const;

test.each(Object.entries(STATEMENTS))('a worker of an earlier build that %s is refused', async (_, statement) => {
  await expect(client.query(statement)).rejects.toMatchObject({ code: '42703' });
  expect(await everything(asked)).toEqual(before);
});
