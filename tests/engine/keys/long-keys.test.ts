import { createHash } from 'node:crypto';
import { afterEach, describe, expect, test } from '@jest/globals';
import { keyOf } from '../../../engine/document/legacy-key.ts';
import { planRetry } from '../../../engine/run/retry-quarantine.ts';
import { resetCheckpoints, rollbackStage } from '../../../engine/run/rollback-stage.ts';
import { mappingsOf } from '../../../engine/state/documents/id-map.ts';
import { heldByKey } from '../../../engine/state/documents/quarantine-pages.ts';
import { verifyReferences } from '../../../engine/verify/references/verify-references.ts';
import { verifyTotals } from '../../../engine/verify/totals/verify-totals.ts';
import { plan } from '../../../stages/plan.ts';
import { PlatformDocuments } from '../../support/data/platform-documents.ts';
import { raise, writerOf } from '../../support/data/writers.ts';
import {
  contentsOf,
  type Engine,
  engineReading,
  openEngine,
  quarantineOf,
  rangesOf,
} from '../../support/run-engine.ts';
import { collectionsOf } from '../small-platform.ts';
import { linesOf, passOver, unequal } from '../sync/reconciling.ts';
import { noted, search } from '../sync/searching.ts';

const open: Engine[] = [];
afterEach(async () => {
  for (const engine of open.splice(0)) await engine.close();
});

async function engineOn(make: PlatformDocuments): Promise<Engine> {
  const engine = await openEngine({ collections: collectionsOf(make.all) });
  open.push(engine);
  return engine;
}

/** A text that no compression makes shorter: long keys must not fit because they repeat themselves. */
function random(seed: string, length: number): string {
  let text = '';
  for (let i = 0; text.length < length; i++) text += createHash('sha512').update(`${seed} ${i}`).digest('base64');
  return text.slice(0, length);
}

const LONG = random('user', 4_000);
const HUGE = random('huge', 200_000);
const MIDDLE = random('middle', 1_500);
/** As long as fits into an index by itself, and one byte more: with the type and two quotes, 1,000 and 1,001 bytes. */
const EDGE = [random('edge', 997), random('edge', 998)];
const ALIKE = [`${random('alike', 3_000)}a`, `${random('alike', 3_000)}b`];
const TASK = random('task', 5_000);

/** A platform in which `_id`s of every kind of document, and references to them, are long. */
function platform(how: { role?: string; mail?: string } = {}): PlatformDocuments {
  const make = new PlatformDocuments();
  const user = make.user({ _id: LONG, email: how.mail ?? 'long@example.com' }).document['_id'];
  for (const _id of [HUGE, MIDDLE, ...EDGE, ...ALIKE]) make.user({ _id });
  make.user({ _id: { a: random('compound', 3_000), b: 1 } });
  const bad = make.user({ _id: random('bad', 4_000), role: how.role ?? 'superuser' }).document['_id'];
  make.profile({ _id: random('artist', 9_000), userId: user, achievements: [{ title: 'no _id' }] });
  make.project({ _id: random('project', 3_000), artist: user, tasks: tasksOf(user) });
  make.project({ _id: random('other', 3_000), artist: user, tasks: tasksOf(null), [random('field', 4_000)]: 1 });
  make.project({ _id: random('cascade', 4_000), artist: bad });
  const reward = { _id: random('reward', 4_000), title: 'CD', description: 'Signed', amount: 10_000 };
  const campaign = make.funding({ _id: random('campaign', 4_000), artist: user, rewards: [reward] }).document['_id'];
  make.payment({ _id: random('payment', 4_000), projectId: campaign, backerId: user, rewardId: reward._id });
  return make;
}

const tasksOf = (assignedTo: unknown) => [
  { _id: TASK, id: 1, title: 'one', assignedTo },
  { _id: TASK, id: 2, title: 'two' },
  { id: 3, title: 'without _id' },
];

const COUNTS = `SELECT count(*), count(*) FILTER (WHERE octet_length(legacy_key) > 3000) FROM`;

describe('keys of any size', () => {
  test('move, are verified in every way, refer to each other, and are found again', async () => {
    const engine = await engineOn(platform());
    const run = await engine.migrate({ partitions: rangesOf(2), batchSize: 3 });
    expect(Object.values(run.differences).flat()).toEqual([]);
    expect((await quarantineOf(engine.target)).map(({ stage, code }) => `${stage} ${code}`)).toEqual([
      ...['project cascade', 'user enum'],
    ]);
    for (const { name } of plan.stages) {
      const references = await verifyReferences(engine, run.runId, name, { limited: false });
      expect(references.filter(({ wrong }) => wrong > 0)).toEqual([]);
      const totals = await verifyTotals(engine, run.runId, name, { limited: false });
      expect(totals.filter(({ agree }) => !agree)).toEqual([]);
    }
    const [user] = await mappingsOf(engine.target.query, 'user', keyOf(LONG));
    const [row] = await engine.target.query(`SELECT count(*) FROM "Project" WHERE "artistId" = $1::uuid`, [
      user!.prismaId,
    ]);
    expect(row).toEqual(['2']);
    expect(await mappingsOf(engine.target.query, 'projectTask', keyOf(TASK))).toHaveLength(4);
    for (const alike of ALIKE) expect(await mappingsOf(engine.target.query, 'user', keyOf(alike))).toHaveLength(1);
    expect(await heldByKey(engine.target.query, 'user', keyOf(random('bad', 4_000)))).toHaveLength(1);
    expect(await engine.target.query(`${COUNTS} migration_leftover`, [])).toEqual([['1', '1']]);
  });

  test('are rolled back whole', async () => {
    const engine = await engineOn(platform());
    const run = await engine.prepare();
    const before = await contentsOf(engine.target);
    await engine.copy(run, 'user');
    const writer = writerOf({ runId: run.runId, epoch: await raise(engine.target, run.runId) });
    await resetCheckpoints(engine.target, writer, 'user');
    const limits = { signal: new AbortController().signal, milliseconds: 60_000 };
    const user = plan.stages.find(({ name }) => name === 'user')!;
    await rollbackStage(engine.target, user, writer, limits, () => {});
    expect(await contentsOf(engine.target)).toEqual(before);
    expect(await quarantineOf(engine.target)).toEqual([]);
  });

  test('are tried again out of quarantine, with the cascades that they caused', async () => {
    const [broken, mended] = [await engineOn(platform()), await engineOn(platform({ role: 'fan' }))];
    const run = await broken.migrate();
    await mended.migrate();
    const { epoch, stages } = await planRetry(broken.target, plan, run, { stage: null, code: null });
    expect(stages.map(({ stage, documents }) => [stage, documents]).sort()).toEqual([
      ...[
        ['project', 1],
        ['user', 1],
      ],
    ]);
    const again = engineReading(broken, mended.source);
    for (const stage of ['user', 'project']) {
      await again.copy({ ...run, epoch }, stage);
      expect(await again.verify({ ...run, epoch }, stage)).toEqual([]);
    }
    const left = [await linesOf(broken), await linesOf(mended)] as const;
    expect(unequal(...left)).toEqual({ left: [], right: [] });
  });

  test('are found as changed, gone or new in the source, and reconciled', async () => {
    const [older, newer] = [platform(), platform({ mail: 'other@example.com' })];
    for (const at of [3, 5])
      newer.all.splice(
        newer.all.findIndex(({ document }) => document['_id'] === [HUGE, '', '', MIDDLE, '', ALIKE[1]][at]),
        1,
      );
    newer.user({ _id: random('new', 6_000) });
    const [first, second] = [await engineOn(older), await engineOn(newer)];
    const run = await first.migrate();
    await second.migrate();
    const engine = engineReading(first, second.source);
    await search(engine, run, { source: second.source });
    expect(await noted(engine)).toHaveLength(4);
    expect((await passOver(engine, run)).differences).toEqual([]);
    const left = [await linesOf(first), await linesOf(second)] as const;
    expect(unequal(...left)).toEqual({ left: [], right: [] });
  });
});
