import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { VerdictRefused } from '../../../engine/common/errors.ts';
import { endRun } from '../../../engine/run/end-run.ts';
import { plan } from '../../../stages/plan.ts';
import { type MovedPlatform, platformOfDump } from '../moved-platform.ts';
import { verifyRun } from '../report/verify-run.ts';
import { column } from '../small-platform.ts';
import { keepTables } from '../verify/damage.ts';

/** A run just before its end: everything is copied, settled and compared. */
let platform: MovedPlatform;
let runId: string;
let mend: () => Promise<unknown>;

const BOOKS = ['migration_run', 'migration_partition', 'migration_change', 'migration_quarantine'];

beforeAll(async () => {
  platform = await platformOfDump({ scale: 0.1 });
  runId = await platform.move();
  await verifyRun(platform, runId);
  ({ mend } = await keepTables(platform.target, BOOKS));
});
afterEach(() => mend());
afterAll(() => platform.close());

const end = (confirmed: readonly string[] = []) =>
  endRun(platform.target, plan, { runId, epoch: 1 }, 'complete', { confirmed });

async function refusal(): Promise<VerdictRefused> {
  const refused = await end().then(
    () => null,
    (error: unknown) => error,
  );
  expect(refused).toBeInstanceOf(VerdictRefused);
  return refused as VerdictRefused;
}

const row = () => column(platform.target, `SELECT concat_ws(' ', state, lease, epoch, verdict) FROM migration_run`);
const sql = (statement: string) => platform.target.query(statement, []);

test('a run of which nothing is missing ends as complete, and its row has the verdict', async () => {
  const held = await column(platform.target, `SELECT count(*) FROM migration_quarantine WHERE state <> 'skipped'`);
  const { epoch, verdict } = await end();
  expect(verdict).toEqual({
    state: 'quarantined',
    sentence: 'Everything outside quarantine is in the target, and it was compared and agrees.',
    reasons: [`${held[0]} documents are in quarantine.`],
    held: Number(held[0]),
  });
  const [kept] = await column(platform.target, `SELECT verdict FROM migration_run WHERE state = 'complete'`);
  expect([epoch, JSON.parse(kept!)]).toEqual([2, verdict]);
  expect(await end()).toEqual({ epoch, verdict });
});

const PARTITION = (stage: string) => `(run_id, stage, partition) =
  (SELECT run_id, stage, partition FROM migration_partition WHERE stage = '${stage}' ORDER BY partition LIMIT 1)`;

/** What is taken away, and what the run then says. */
const CONDITIONS: readonly (readonly [what: string, statement: string, reason: RegExp])[] = [
  [
    'that its copy was planned',
    `UPDATE migration_run SET planned = planned - 'user'`,
    /^Stage user: it was not planned what is to be copied\.$/,
  ],
  [
    'that its verification was planned',
    `UPDATE migration_run SET planned = planned - 'verify:payment'`,
    /^Stage payment: it was not planned what is to be compared row by row\.$/,
  ],
  [
    'all partitions of its copy, and of its verification',
    `DELETE FROM migration_partition WHERE stage IN ('artist', 'verify:artist')`,
    /^Stage artist: 1 partitions were planned to be (copied|compared row by row), and 0 are there\.$/,
  ],
  [
    'a partition of its verification',
    `DELETE FROM migration_partition WHERE ${PARTITION('verify:project')}`,
    /^Stage project: (1 partitions were planned to be compared row by row, and 0 are there|0 of \d+ documents were compared row by row)\.$/,
  ],
  [
    'the end of its copy',
    `UPDATE migration_partition SET done = false WHERE ${PARTITION('payment')}`,
    /^Stage payment: 0 of 1 partitions are copied\.$/,
  ],
  [
    'the end of its verification',
    `UPDATE migration_partition SET done = false WHERE ${PARTITION('verify:user')}`,
    /^Stage user: 0 of 1 partitions are compared row by row\.$/,
  ],
  [
    'its settlement',
    `UPDATE migration_partition SET done = false WHERE stage = 'settle:user'`,
    /^Stage user: documents that want the same unique value have not been settled\.$/,
  ],
  [
    'a document that was settled',
    `UPDATE migration_partition SET contested = contested + 1, written = written - 1 WHERE stage = 'settle:user'`,
    /^Stage user: 1 document waits to be settled\.$/,
  ],
  [
    'a document that was written',
    `UPDATE migration_partition SET written = written - 1 WHERE ${PARTITION('fundingProject')}`,
    /^Stage fundingProject: \d+ documents were read, but \d+ written, 0 there before, \d+ in quarantine and 0 left out\.$/,
  ],
  [
    'a document that was compared',
    `UPDATE migration_partition SET read = read - 1 WHERE ${PARTITION('verify:payment')}`,
    /^Stage payment: (\d+) of (?!\1 )\d+ documents were compared row by row\.$/,
  ],
  [
    'that rows are equal',
    `UPDATE migration_partition SET findings = '{"different": 1}' WHERE ${PARTITION('verify:user')}`,
    /^Stage user: 1 × different in the row comparison\.$/,
  ],
  [
    'its totals',
    `UPDATE migration_run SET facts = facts #- '{totals,project}'`,
    /^Stage project: counts and sums have not been compared\.$/,
  ],
  [
    'that its totals are equal',
    `UPDATE migration_run SET facts = jsonb_set(facts, '{totals,user,0,agree}', 'false')`,
    /^Stage user: documents of users should be \d+ in User, and PostgreSQL has \d+\.$/,
  ],
  [
    'its references',
    `UPDATE migration_run SET facts = facts #- '{references,payment}'`,
    /^Stage payment: references have not been checked\.$/,
  ],
  [
    'that its references lead where they should',
    `UPDATE migration_run SET facts = jsonb_set(facts, '{references,artist,0,wrong}', '3')`,
    /^Stage artist: \w+(\.\w+)?: 3 of \d+ are /,
  ],
  [
    'a change that was brought over',
    `INSERT INTO migration_change (run_id, stage, legacy_key, state, found_by)
       SELECT id, 'user', '\\x01', 'applied', 'feed' FROM migration_run`,
    /^Stage user: 1 change has not been brought over and compared\.$/,
  ],
  [
    'its collection',
    `UPDATE migration_run SET planned = jsonb_set(planned, '{payment,absent}', 'true')`,
    /^Stage payment: the source has no collection payments, and nobody has confirmed that\.$/,
  ],
];

describe('a run is refused, changes nothing and says why when there is taken from a stage', () => {
  test.each(CONDITIONS)('%s', async (_, statement, reason) => {
    await sql(statement);
    const before = await row();
    const { reasons, stale } = await refusal();
    expect(reasons.filter((one) => !/in quarantine\.$/.test(one)).every((one) => reason.test(one))).toBe(true);
    expect(reasons.filter((one) => reason.test(one)).length).toBeGreaterThan(0);
    expect(stale).toEqual([]);
    expect(await row()).toEqual(before);
  });

  const STALE = (stage: string) =>
    `Stage ${stage}: it, or a stage that it refers to, was written after totals and references were compared.`;

  test.each(['', 'settle:', 'reconcile:'])('the order of comparison and last write, to %s partitions', async (kind) => {
    await sql(
      `INSERT INTO migration_partition (run_id, stage, partition, key_type, total, done, wrote_epoch, wrote_sequence)
       SELECT id, '${kind}project', 0, 'null', 0, true, 1, 1000000 FROM migration_run
       ON CONFLICT (run_id, stage, partition) DO UPDATE SET wrote_sequence = excluded.wrote_sequence`,
    );
    const { reasons, stale } = await refusal();
    expect(stale).toEqual(['project']);
    expect(reasons).toContain(STALE('project'));
  });

  test('the order of comparison and last write of the stage that it refers to', async () => {
    await sql(`UPDATE migration_partition SET wrote_epoch = 2, wrote_sequence = 0 WHERE stage = 'fundingProject'`);
    expect((await refusal()).stale).toEqual(['fundingProject', 'payment']);
  });

  test('everything at once: every reason is told', async () => {
    const disjoint = CONDITIONS.filter(([, , reason]) => /user: (it was|documents that|1 ×)/.test(reason.source));
    for (const [, statement] of disjoint) await sql(statement);
    const { reasons } = await refusal();
    for (const [, , reason] of disjoint) expect(reasons.some((one) => reason.test(one))).toBe(true);
    expect(disjoint.length).toBe(3);
  });
});

test('a collection that is absent is confirmed by its name', async () => {
  await sql(`UPDATE migration_run SET planned = jsonb_set(planned, '{payment,absent}', 'true')`);
  await expect(end(['artists'])).rejects.toThrow(VerdictRefused);
  const { verdict } = await end(['payments']);
  expect(verdict.reasons).toContain('The source has no collection payments, which somebody has confirmed.');
});
