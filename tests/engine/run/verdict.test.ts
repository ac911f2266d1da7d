import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { VerdictRefused } from '../../../engine/common/errors.ts';
import {
  absenceConfirmed,
  absenceUnconfirmed,
  allButQuarantine,
  changesLeft,
  comparisonPlannedOtherwise,
  comparisonUnfinished,
  comparisonUnplanned,
  conflictsUnresolved,
  copyPlannedOtherwise,
  copyUnfinished,
  copyUnplanned,
  documentsContested,
  held as inQuarantine,
  notAllCompared,
  referencesBroken,
  referencesNotChecked,
  rowsDiffer,
  totalDiffers,
  totalsNotCompared,
  unaccounted,
  writtenSince,
} from '../../../engine/messages/engine/verdict.ts';
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
    sentence: allButQuarantine().text,
    reasons: [inQuarantine({ documents: Number(held[0]) }).text],
    held: Number(held[0]),
  });
  const [kept] = await column(platform.target, `SELECT verdict FROM migration_run WHERE state = 'complete'`);
  expect(epoch).toBe(2);
  const messages = { sentence: allButQuarantine(), reasons: [inQuarantine({ documents: Number(held[0]) })] };
  expect(JSON.parse(kept!)).toEqual({ ...verdict, messages });
  expect(await end()).toEqual({ epoch, verdict });
});

const PARTITION = (stage: string) => `(run_id, stage, partition) =
  (SELECT run_id, stage, partition FROM migration_partition WHERE stage = '${stage}' ORDER BY partition LIMIT 1)`;

/** What is taken away, and what the run then says. */
const CONDITIONS: readonly (readonly [
  what: string,
  statement: string,
  stage: string,
  reasons: readonly { readonly code: string }[],
])[] = [
  ['that its copy was planned', `UPDATE migration_run SET planned = planned - 'user'`, 'user', [copyUnplanned]],
  [
    'that its verification was planned',
    `UPDATE migration_run SET planned = planned - 'verify:payment'`,
    'payment',
    [comparisonUnplanned],
  ],
  [
    'all partitions of its copy, and of its verification',
    `DELETE FROM migration_partition WHERE stage IN ('artist', 'verify:artist')`,
    'artist',
    [copyPlannedOtherwise, comparisonPlannedOtherwise],
  ],
  [
    'a partition of its verification',
    `DELETE FROM migration_partition WHERE ${PARTITION('verify:project')}`,
    'project',
    [comparisonPlannedOtherwise, notAllCompared],
  ],
  [
    'the end of its copy',
    `UPDATE migration_partition SET done = false WHERE ${PARTITION('payment')}`,
    'payment',
    [copyUnfinished],
  ],
  [
    'the end of its verification',
    `UPDATE migration_partition SET done = false WHERE ${PARTITION('verify:user')}`,
    'user',
    [comparisonUnfinished],
  ],
  [
    'its settlement',
    `UPDATE migration_partition SET done = false WHERE stage = 'settle:user'`,
    'user',
    [conflictsUnresolved],
  ],
  [
    'a document that was settled',
    `UPDATE migration_partition SET contested = contested + 1, written = written - 1 WHERE stage = 'settle:user'`,
    'user',
    [documentsContested],
  ],
  [
    'a document that was written',
    `UPDATE migration_partition SET written = written - 1 WHERE ${PARTITION('fundingProject')}`,
    'fundingProject',
    [unaccounted],
  ],
  [
    'a document that was compared',
    `UPDATE migration_partition SET read = read - 1 WHERE ${PARTITION('verify:payment')}`,
    'payment',
    [notAllCompared],
  ],
  [
    'that rows are equal',
    `UPDATE migration_partition SET findings = '{"different": 1}' WHERE ${PARTITION('verify:user')}`,
    'user',
    [rowsDiffer],
  ],
  ['its totals', `UPDATE migration_run SET facts = facts #- '{totals,project}'`, 'project', [totalsNotCompared]],
  [
    'that its totals are equal',
    `UPDATE migration_run SET facts = jsonb_set(facts, '{totals,user,0,agree}', 'false')`,
    'user',
    [totalDiffers],
  ],
  [
    'its references',
    `UPDATE migration_run SET facts = facts #- '{references,payment}'`,
    'payment',
    [referencesNotChecked],
  ],
  [
    'that its references lead where they should',
    `UPDATE migration_run SET facts = jsonb_set(facts, '{references,artist,0,wrong}', '3')`,
    'artist',
    [referencesBroken],
  ],
  [
    'a change that was brought over',
    `INSERT INTO migration_change (run_id, stage, legacy_key, state, found_by)
       SELECT id, 'user', '\\x01', 'applied', 'feed' FROM migration_run`,
    'user',
    [changesLeft],
  ],
  [
    'its collection',
    `UPDATE migration_run SET planned = jsonb_set(planned, '{payment,absent}', 'true')`,
    'payment',
    [absenceUnconfirmed],
  ],
];

describe('a run is refused, changes nothing and says why when there is taken from a stage', () => {
  test.each(CONDITIONS)('%s', async (_, statement, stage, expected) => {
    await sql(statement);
    const before = await row();
    const { reasons, stale } = await refusal();
    const told = reasons.filter(({ code }) => code !== inQuarantine.code);
    expect(told.map(({ params }) => params['stage'])).toEqual(told.map(() => stage));
    expect(new Set(told.map(({ code }) => code))).toEqual(new Set(expected.map(({ code }) => code)));
    expect(stale).toEqual([]);
    expect(await row()).toEqual(before);
  });

  test.each(['', 'settle:', 'reconcile:'])('the order of comparison and last write, to %s partitions', async (kind) => {
    await sql(
      `INSERT INTO migration_partition (run_id, stage, partition, key_type, total, done, wrote_epoch, wrote_sequence)
       SELECT id, '${kind}project', 0, 'null', 0, true, 1, 1000000 FROM migration_run
       ON CONFLICT (run_id, stage, partition) DO UPDATE SET wrote_sequence = excluded.wrote_sequence`,
    );
    const { reasons, stale } = await refusal();
    expect(stale).toEqual(['project']);
    expect(reasons).toContainEqual(writtenSince({ stage: 'project' }));
  });

  test('the order of comparison and last write of the stage that it refers to', async () => {
    await sql(`UPDATE migration_partition SET wrote_epoch = 2, wrote_sequence = 0 WHERE stage = 'fundingProject'`);
    expect((await refusal()).stale).toEqual(['fundingProject', 'payment']);
  });

  test('everything at once: every reason is told', async () => {
    const disjoint = CONDITIONS.filter(([, , , [reason]]) =>
      [copyUnplanned, conflictsUnresolved, rowsDiffer].includes(reason as never),
    );
    for (const [, statement] of disjoint) await sql(statement);
    const { reasons } = await refusal();
    const codes = reasons.map(({ code }) => code);
    for (const [, , , [reason]] of disjoint) expect(codes).toContain(reason!.code);
    expect(disjoint.length).toBe(3);
  });
});

test('a collection that is absent is confirmed by its name', async () => {
  await sql(`UPDATE migration_run SET planned = jsonb_set(planned, '{payment,absent}', 'true')`);
  await expect(end(['artists'])).rejects.toThrow(VerdictRefused);
  const { verdict } = await end(['payments']);
  expect(verdict.reasons).toContain(absenceConfirmed({ collection: 'payments' }).text);
});
