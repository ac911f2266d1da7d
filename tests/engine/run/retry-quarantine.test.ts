import { afterEach, describe, expect, test } from '@jest/globals';
import { Fenced } from '../../../engine/common/errors.ts';
import { departedSince, sameAsEarlier } from '../../../engine/messages/labels/refusals.ts';
import { planRetry } from '../../../engine/run/retry-quarantine.ts';
import { readCheckpoints } from '../../../engine/state/run/checkpoint.ts';
import { settlementOf, verificationOf } from '../../../engine/state/run/checkpoint-names.ts';
import type { RetryFilter } from '../../../engine/state/run/run-options.ts';
import { plan } from '../../../stages/plan.ts';
import { type Flaws, platformWith } from '../../support/data/flawed-platform.ts';
import {
  contentsOf,
  type Engine,
  engineReading,
  findingsOf,
  type Migration,
  openEngine,
  quarantineOf,
} from '../../support/run-engine.ts';
import { saying } from '../messages/saying.ts';
import { column } from '../small-platform.ts';

const open: Engine[] = [];
afterEach(async () => {
  for (const engine of open.splice(0)) await engine.close();
});

async function engineOn(flaws: Flaws): Promise<Engine> {
  const engine = await openEngine({ collections: platformWith(flaws) });
  open.push(engine);
  return engine;
}

/** Retries on a source that was mended, as the workflow does: planned, then copied, settled and verified. */
async function retry(engine: Engine, run: Migration, mended: Engine, filter: Partial<RetryFilter> = {}) {
  const planned = await planRetry(engine.target, plan, run, { stage: null, code: null, ...filter });
  const again = engineReading(engine, mended.source);
  const now = { ...run, epoch: planned.epoch };
  const differences = [];
  for (const { name } of plan.stages) {
    if (!planned.stages.some(({ stage }) => stage === name)) continue;
    await again.copy(now, name);
    differences.push(...(await again.verify(now, name)));
  }
  return { run: now, planned, differences };
}

/** Everything that a migration leaves, but for the trace of what was mended. */
async function leftBy({ target }: Engine) {
  return {
    contents: await contentsOf(target),
    quarantine: (await quarantineOf(target)).filter(({ state }) => state !== 'resolved'),
    findings: await findingsOf(target),
    leftovers: await column(target, `SELECT collection || legacy_key || path FROM migration_leftover ORDER BY 1`),
  };
}

const SUMS = `SELECT regexp_replace(stage, '^settle:', ''), sum(read), sum(written), sum(quarantined), sum(contested), sum(rows), sum(skipped), bool_and(done)
  FROM migration_partition GROUP BY 1 ORDER BY 1`;

/** The sums over each stage's partitions, of copy and verification; settlements count to their stage. */
const sumsOf = async ({ target }: Engine) =>
  (await target.query(SUMS, [])).filter(([stage]) => !/^settle:/.test(stage!));

const statesOf = ({ target }: Engine) =>
  column(target, `SELECT concat_ws(' ', stage, code, state) FROM migration_quarantine ORDER BY stage, code, state`);

describe('a retry in the same run', () => {
  test('moves what was mended and all that hung on it: nothing differs from a migration of the mended source', async () => {
    const flaws = { artist: { email: undefined }, title: { title: '' } };
    const [broken, mended] = [await engineOn(flaws), await engineOn({ title: { title: '' } })];
    const run = await broken.migrate();
    await mended.migrate();
    expect(await statesOf(broken)).toEqual([
      ...['artist cascade open', 'fundingProject cascade open', 'payment cascade open', 'project cascade open'],
      ...['project required open', 'user required open'],
    ]);
    const { planned, differences } = await retry(broken, run, mended, { stage: 'user', code: 'required' });
    expect(planned.stages.map(({ documents }) => documents)).toEqual([1, 1, 1, 1, 1]);
    expect(differences).toEqual([]);
    expect(await leftBy(broken)).toEqual(await leftBy(mended));
    expect(await sumsOf(broken)).toEqual(await sumsOf(mended));
    expect((await statesOf(broken)).filter((state) => state!.endsWith('resolved'))).toHaveLength(5);
  });

  test('gives documents that are refused again their new reason, and can be had again', async () => {
    const broken = await engineOn({ artist: { email: undefined } });
    const worse = await engineOn({ artist: { email: 7, name: '' } });
    const mended = await engineOn({});
    const run = await broken.migrate();
    await mended.migrate();
    const first = await retry(broken, run, worse, { code: 'required' });
    await worse.migrate();
    expect(await leftBy(broken)).toEqual(await leftBy(worse));
    expect(await sumsOf(broken)).toEqual(await sumsOf(worse));
    await retry(broken, { ...run, ...first.run }, mended);
    expect(await leftBy(broken)).toEqual(await leftBy(mended));
    expect(await sumsOf(broken)).toEqual(await sumsOf(mended));
  });

  test('resolves what has left the source meanwhile, and says so', async () => {
    const broken = await engineOn({ payment: { amount: 'much' } });
    const mended = await engineOn({ without: 'payment' });
    const run = await broken.migrate();
    await mended.migrate();
    await retry(broken, run, mended);
    expect(await leftBy(broken)).toEqual(await leftBy(mended));
    expect(await sumsOf(broken)).toEqual(await sumsOf(mended));
    expect(await column(broken.target, 'SELECT message FROM migration_quarantine')).toEqual([departedSince().text]);
  });

  test('touches no other document than those that the filter names and what hangs on them', async () => {
    const flaws = { artist: { email: undefined }, title: { title: '' } };
    const [broken, mended] = [await engineOn(flaws), await engineOn({ artist: { email: undefined } })];
    const run = await broken.migrate();
    await mended.migrate();
    const { planned } = await retry(broken, run, mended, { stage: 'project', code: 'required' });
    expect(planned.stages).toEqual([{ stage: 'project', documents: 1 }]);
    expect(await leftBy(broken)).toEqual(await leftBy(mended));
  });

  test('is planned once, however often it is asked for with the same epoch', async () => {
    const broken = await engineOn({ artist: { email: undefined } });
    const run = await broken.migrate();
    const all = { stage: null, code: null };
    const first = await planRetry(broken.target, plan, run, all);
    const partitions = await column(broken.target, 'SELECT stage || partition FROM migration_partition ORDER BY 1');
    expect(await planRetry(broken.target, plan, run, all)).toEqual(first);
    expect(await column(broken.target, 'SELECT stage || partition FROM migration_partition ORDER BY 1')).toEqual(
      partitions,
    );
    await broken.target.query('UPDATE migration_run SET epoch = epoch + 1', []);
    await expect(planRetry(broken.target, plan, run, all)).rejects.toThrow(Fenced);
  });

  test('opens the settlement again, and verifies the retried documents only', async () => {
    const broken = await engineOn({ artist: { email: undefined } });
    const run = await broken.migrate();
    await planRetry(broken.target, plan, run, { stage: null, code: null });
    const [settlement] = await readCheckpoints(broken.target, run.runId, settlementOf('user'));
    expect(settlement!.done).toBe(false);
    const [whole, again] = await readCheckpoints(broken.target, run.runId, verificationOf('user'));
    expect(whole).toMatchObject({ done: true, isRetry: false });
    expect(again).toMatchObject({ done: false, isRetry: true, selection: { keys: [expect.anything()] } });
  });
});

describe('a retried document that wants a unique value', () => {
  const email = 'same@example.com';
  const broken = (more: NonNullable<Flaws['more']>): Flaws => ({ artist: { email: undefined }, more });
  const mended = (more: NonNullable<Flaws['more']>): Flaws => ({ artist: { email }, more });

  test('takes the place of one with a higher _id, as if it had been right at once', async () => {
    const more: NonNullable<Flaws['more']> = (make) => make.user({ email });
    const [before, after] = [await engineOn(broken(more)), await engineOn(mended(more))];
    const run = await before.migrate();
    await after.migrate();
    expect((await retry(before, run, after)).differences).toEqual([]);
    expect(await leftBy(before)).toEqual(await leftBy(after));
    expect(await sumsOf(before)).toEqual(await sumsOf(after));
  });

  test('yields to one on whom rows of later stages hang already', async () => {
    const more: NonNullable<Flaws['more']> = (make) => make.profile({ userId: make.user({ email }).document['_id'] });
    const [before, after] = [await engineOn(broken(more)), await engineOn(mended(more))];
    const run = await before.migrate();
    const { differences } = await retry(before, run, after);
    expect(differences).toEqual([]);
    expect(await statesOf(before)).toEqual([
      ...['artist cascade open', 'fundingProject cascade open', 'payment cascade open', 'project cascade open'],
      'user duplicate open',
    ]);
    const [message] = await column(before.target, `SELECT message FROM migration_quarantine WHERE stage = 'user'`);
    expect(message).toMatch(saying(sameAsEarlier, { fields: 'email' }));
    expect(message).toMatch(/\b[0-9a-f]{24}\b/);
  });
});
