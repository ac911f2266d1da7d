import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import {
  KINDS,
  mustBe,
  mustBeOneOf,
  notKnown,
  notKnownButNear,
  problemAt,
  WHOLE,
} from '../../../engine/messages/input/words.ts';
import { labelled, type Message, type Param } from '../../../engine/messages/message.ts';
import { gateWaitsForApproval } from '../../../engine/messages/workflows/blocked.ts';
import {
  gateWaits,
  noSuchGate,
  noSuchStage,
  notHeld,
  stageNotReached,
  wrongData,
} from '../../../engine/messages/workflows/refusals.ts';
import { TAKES, wholeNumberFrom } from '../../../engine/messages/workflows/sends.ts';
import { saying } from '../../engine/messages/saying.ts';
import { type Content, contentOf } from '../../support/data/content.ts';
import { afresh } from '../../support/engine-alone.ts';
import {
  type Asked,
  openPlatform,
  type Platform,
  progressOf,
  slowDown,
  untilMoved,
  untilProgress,
} from '../../support/migration.ts';

let platform: Platform;
let undisturbed: Content;
/** How many partitions the payments have usually. */
let parts: number;

beforeAll(async () => {
  platform = await openPlatform();
  undisturbed = await afresh(platform, async (target) => {
    parts = await partsOf(target);
    return contentOf(target);
  });
});

afterAll(() => platform.close());

async function partsOf({ sql }: Asked): Promise<number> {
  const [row] = await sql(`SELECT count(*) FROM migration_partition WHERE stage = 'payment'`);
  return Number(row![0]);
}

describe('gates', () => {
  test('manual ones wait one after the other, and approve opens just the one that it names', async () => {
    const target = await platform.target();
    const handle = await target.start([{ gates: 'manual' }]);
    const gates = ['start', 'user', 'artist', 'project', 'fundingProject', 'payment', 'complete'];
    for (const gate of gates) {
      const progress = await untilProgress(handle, (now) => now.gate === gate);
      expect(progress).toMatchObject({ state: 'blocked', reason: gateWaitsForApproval({ gate }).text });
      await expect(handle.executeUpdate('resume')).rejects.toMatchObject({
        cause: { message: gateWaits({ gate }).text },
      });
      await handle.signal('approve', { gate });
    }
    await handle.result();
    expect(await contentOf(target)).toEqual(undisturbed);
  });

  test('one that is approved beforehand does not wait; after the end no message is taken', async () => {
    const target = await platform.target();
    const handle = await target.start([{ gates: { start: 'manual', complete: 'manual' }, limit: 2 }]);
    await untilProgress(handle, ({ gate }) => gate === 'start');
    await handle.signal('approve', 'complete');
    await handle.signal('approve', 'start');
    await handle.result();
    await expect(handle.signal('pause')).rejects.toThrow();
    expect((await progressOf(handle)).state).toBe('complete');
  });
});

describe('maxQuarantined', () => {
  test('blocks the stage that has more, and resume accepts it', async () => {
    const target = await platform.target();
    const handle = await target.start([{ maxQuarantined: 11 }]);
    const blocked = await untilProgress(handle, ({ state }) => state === 'blocked');
    expect(blocked.reason).toMatch(/quarantin/);
    for (let accepted = 0; accepted < 5; accepted++) {
      const now = await untilProgress(handle, ({ state }) => state !== 'running');
      if (now.state !== 'blocked') break;
      await handle.executeUpdate('resume');
    }
    await handle.result();
    expect(await contentOf(target)).toEqual(undisturbed);
  });
});

/** What a run says of a message with something wrong in one place. */
const wrong = (where: Param, problem: Message, takes: Message): string =>
  wrongData({ problems: [problemAt({ where, problem })], takes }).text;

describe('messages in the middle of a stage', () => {
  test('that make no sense never harm the run; sizes that are set hold from the next segment on', async () => {
    const target = await platform.target();
    await slowDown(target, 'User', 0.05);
    const handle = await target.start([{ batchSize: 1 }]);
    await untilMoved(target, 'user', 3);
    const nonsense: [string, unknown, string | RegExp][] = [
      ['resume', undefined, notHeld().text],
      ['rollbackToStage', { stage: 'users' }, noSuchStage({ stage: '"users"' }).text],
      [
        'rollbackToStage',
        null,
        wrong(labelled(WHOLE.data), mustBe({ kind: labelled(KINDS.object) }), labelled(TAKES.stage)),
      ],
      ['rollbackToStage', 'payment', stageNotReached({ stage: 'payment' }).text],
      [
        'rollbackToStage',
        { stage: 'user', then: 'dance' },
        wrong('then', mustBeOneOf({ values: ['rerun', 'pause'] }), labelled(TAKES.stage)),
      ],
      ...[true, [], 'rollback', { rolback: true }, { rollback: 'yes', force: 1 }].map(
        (data): [string, unknown, RegExp] => ['abort', data, saying(wrongData, { takes: TAKES.extent.en })],
      ),
      [
        'pause',
        { reson: 'lunch' },
        wrong(labelled(WHOLE.data), notKnownButNear({ name: 'reson', nearest: 'reason' }), labelled(TAKES.reason)),
      ],
      ['resume', { force: true }, wrong(labelled(WHOLE.data), notKnown({ name: 'force' }), labelled(TAKES.nothing))],
      ['approve', { gate: 'moon' }, noSuchGate({ gate: 'moon' }).text],
      ['approve', 5, wrong(labelled(WHOLE.data), mustBe({ kind: labelled(KINDS.object) }), labelled(TAKES.gate))],
      ['setBatchSize', 0, saying(wrongData, { takes: wholeNumberFrom({ least: '1', most: '10000' }).text })],
      ['setBatchSize', 'many', saying(wrongData, { takes: wholeNumberFrom({ least: '1', most: '10000' }).text })],
      ['setParallelism', 65, saying(wrongData, { takes: wholeNumberFrom({ least: '1', most: '64' }).text })],
      ['setThrottle', { rate: 1 }, saying(notKnown, { name: 'rate' })],
    ];
    for (const [name, argument, reason] of nonsense) {
      await handle.signal(name, ...((argument === undefined ? [] : [argument]) as []));
      await expect(handle.executeUpdate(name, { args: [argument] as never })).rejects.toMatchObject({
        cause: { message: typeof reason === 'string' ? reason : expect.stringMatching(reason) },
      });
    }
    const { refused } = await progressOf(handle);
    expect(refused.map(({ message, reason }) => [message, reason])).toEqual(
      nonsense.map(([name, , reason]) => [name, typeof reason === 'string' ? reason : expect.stringMatching(reason)]),
    );

    await handle.signal('pause');
    await untilProgress(handle, ({ state }) => state === 'paused');
    await handle.executeUpdate('setBatchSize', { args: [100] });
    await handle.executeUpdate('setParallelism', { args: [4] });
    await handle.signal('resume');
    const { stages } = await handle.result();
    expect(stages.every(({ state }) => state === 'complete')).toBe(true);
    expect(await partsOf(target)).toBeGreaterThanOrEqual(parts);
    expect(await contentOf(target)).toEqual(undisturbed);
  });
});

describe('a rate limit', () => {
  test('is kept by all partitions together, and can be lifted on the way', async () => {
    const target = await platform.target();
    const began = Date.now();
    const throttle = { documentsPerSecond: 10 };
    const handle = await target.start([{ parallelism: 4, batchSize: 5, throttle }]);
    await untilMoved(target, 'user', 30);
    const { stages } = await progressOf(handle);
    const moved = Number((await target.sql('SELECT sum(read) FROM migration_partition'))[0]![0]);
    expect(stages[0]!.state).toBe('copying');
    // A batch may be ahead in each partition, and a source that was slow to open is caught up with for a second.
    expect(moved).toBeLessThanOrEqual(10 * ((Date.now() - began) / 1000 + 1) + 4 * 5);
    await handle.executeUpdate('setThrottle', { args: [] });
    await handle.result();
    expect(await contentOf(target)).toEqual(undisturbed);
  });
});
