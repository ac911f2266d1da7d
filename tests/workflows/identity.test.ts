import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { targetCopied } from '../../engine/messages/engine/run.ts';
import { olderLayout } from '../../engine/messages/engine/target.ts';
import { openSource } from '../../engine/source/open-source.ts';
import { identify } from '../../engine/state/run/identity.ts';
import { SMALL_DEMO } from '../../scripts/demo/data/options.ts';
import { saying } from '../engine/messages/saying.ts';
import { contentOf, everything } from '../support/data/content.ts';
import { afresh } from '../support/engine-alone.ts';
import {
  endOf,
  failureOf,
  type Handle,
  type MigrationTarget,
  openPlatform,
  type Platform,
  progressOf,
  slowDown,
  tuned,
  untilMoved,
  untilProgress,
} from '../support/migration.ts';
import { copyDatabase } from '../support/servers/databases.ts';

let one: Platform;
let other: Platform;
/** What each platform's own migration leaves. */
let expected: ReadonlyMap<Platform, Awaited<ReturnType<typeof contentOf>>>;

beforeAll(async () => {
  one = await openPlatform();
  other = await openPlatform({ ...SMALL_DEMO, seed: 9 });
  expected = new Map([
    [one, await afresh(one, contentOf)],
    [other, await afresh(other, contentOf)],
  ]);
});
afterAll(async () => {
  await one?.close();
  await other?.close();
});

/** Two targets of two platforms, whose workers poll one queue. */
async function beside(): Promise<readonly [MigrationTarget, MigrationTarget]> {
  const taskQueue = `test-${randomUUID()}`;
  return [await one.target({ taskQueue }), await other.target({ taskQueue })];
}

/** What `run` sends along of its own source and target. */
async function wanted(platform: Platform, { databaseUrl }: MigrationTarget) {
  const source = await openSource(platform.sourceUri, { spoolFolder: `${platform.folder}/spool` });
  try {
    return await identify(databaseUrl, source);
  } finally {
    await source.close();
  }
}

const runsIn = (target: MigrationTarget) => target.sql('SELECT id::text FROM migration_run');
const eventsOf = async (handle: Handle) => (await handle.fetchHistory()).events!.length;

describe('workers of two sources and targets that poll one Temporal', () => {
  test.each([1, 2])('take steps of their own runs only, whoever has answered preflight (%i)', async () => {
    const targets = await beside();
    const handle = await targets[0].start([{ batchSize: 5, parallelism: 3 }]);
    const { stages } = await endOf(handle);
    expect(stages.every(({ differences }) => differences === 0)).toBe(true);
    const { identity } = await progressOf(handle);
    const isTaken = ({ databaseUrl }: MigrationTarget) =>
      identity!.target.includes(new URL(databaseUrl).pathname.slice(1));
    const [taken, left] = isTaken(targets[0]) ? targets : [...targets].reverse();
    expect(await contentOf(taken!)).toEqual(expected.get(taken === targets[0] ? one : other));
    expect(await runsIn(left!)).toEqual([]);
    for (const target of targets) await target.close();
  });

  test('take a run that names its source and target wherever it is started', async () => {
    const [mine, theirs] = await beside();
    await endOf(await theirs.start([{ batchSize: 5, identity: await wanted(one, mine) }]));
    expect(await contentOf(mine)).toEqual(expected.get(one));
    expect(await runsIn(theirs)).toEqual([]);
    for (const target of [mine, theirs]) await target.close();
  });

  test('leave a run whose worker is gone alone, which says whom it waits for, at the cost of a few events', async () => {
    const [mine, theirs] = await beside();
    await slowDown(mine, 'Project', 0.02);
    const identity = await wanted(one, mine);
    const handle = await mine.start(tuned({ batchSize: 5, identity }, { takenSeconds: 1, segmentSeconds: 1 }));
    await untilMoved(mine, 'project', 10);
    await mine.stopWorker();
    const { waiting } = await untilProgress(handle, (progress) => progress.waiting !== undefined);
    expect(waiting).toMatchObject({ source: identity.source, target: identity.target });
    await sleep(500);
    const before = await eventsOf(handle);
    await sleep(4_000);
    expect(await eventsOf(handle)).toBe(before);
    await mine.startWorker();
    await endOf(handle);
    expect((await progressOf(handle)).waiting).toBeUndefined();
    expect(await contentOf(mine)).toEqual(expected.get(one));
    expect(await runsIn(theirs)).toEqual([]);
    for (const target of [mine, theirs]) await target.close();
  });
});

describe('a copy of a target', () => {
  test('is asked about by name before anything is written, and is one of its own once that is confirmed', async () => {
    const original = await one.target();
    await endOf(await original.start());
    await original.stopWorker();
    const copy = await copyDatabase(original.databaseUrl);
    const target = await one.target({ databaseUrl: copy.url });
    const before = await everything(target);
    const handle = await target.start();
    const { gate, reason } = await untilProgress(handle, ({ state }) => state === 'blocked');
    expect(gate).toMatch(`target:PostgreSQL at`);
    expect(gate).toContain(copy.name);
    expect(reason).toMatch(saying(targetCopied));
    expect(await everything(target)).toEqual(before);
    await handle.signal('approve', { gate } as never);
    await endOf(handle);
    const idOf = async (of: MigrationTarget) => (await of.sql(`SELECT DISTINCT target ->> 'id' FROM migration_run`))[0];
    expect(await idOf(target)).not.toEqual(await idOf(original));
    // It is not asked about again.
    const next = await target.start([{ gates: { start: 'manual' } }]);
    await untilProgress(next, ({ gate }) => gate === 'start');
    await target.close();
    await copy.drop();
    await original.close();
  });

  test('can be confirmed by the input, and is refused to a run that was begun before it was made', async () => {
    const original = await one.target();
    await slowDown(original, 'Project', 0.02);
    const handle = await original.start([{ batchSize: 5 }]);
    await untilMoved(original, 'project', 10);
    await handle.terminate();
    await original.stopWorker();
    const copy = await copyDatabase(original.databaseUrl);
    const target = await one.target({ databaseUrl: copy.url });
    const { target: label } = await wanted(one, target);
    await endOf(await target.start([{ confirm: [`target:${label}`] }]));
    expect(await contentOf(target)).toEqual(expected.get(one));
    await target.close();
    await copy.drop();
    await original.close();
  });
});

test('a target whose side tables are an older build’s is refused before anything is written', async () => {
  const target = await one.target();
  await target.sql('ALTER TABLE migration_run DROP COLUMN source_identity');
  const failure = await failureOf(await target.start());
  expect(failure.message).toBe(olderLayout().text);
  await target.close();
});
