import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { Fenced } from '../../../engine/common/errors.ts';
import { writeBatch } from '../../../engine/copy/write-batch.ts';
import { keyOf } from '../../../engine/document/legacy-key.ts';
import { resetCheckpoints } from '../../../engine/run/rollback-stage.ts';
import type { Source } from '../../../engine/source/source.ts';
import {
  claimPartition,
  insertPartitions,
  readCheckpoint,
  readCheckpoints,
} from '../../../engine/state/run/checkpoint.ts';
import { adoptRun } from '../../../engine/state/run/run.ts';
import { touching } from '../../../engine/state/run/run-writer.ts';
import type { Target } from '../../../engine/target/target.ts';
import { epochOf, letEnd, raise, writerOf } from '../../support/data/writers.ts';
import { contentsOf, type Engine, openEngine } from '../../support/run-engine.ts';
import { column, copyOnce, fence, planned, stageNamed, usersOf } from '../small-platform.ts';

const LONG = 600_000;
let engine: Engine;
let runId: string;
const at = () => ({ runId, stage: 'user', partition: 0 });
const written = async () => Number((await column(engine.target, 'SELECT count(*) FROM "User"'))[0]);

beforeEach(async () => {
  engine = await openEngine({ collections: { users: usersOf(12) } });
  ({ runId } = await engine.prepare());
  await planned(engine, runId, 'user');
});
afterEach(() => engine.close());

/** The engine's source, in which something happens before the document number `before` is read. */
function interrupted(before: number, happens: () => Promise<unknown>): Source {
  return {
    ...engine.source,
    async *read(...asked) {
      let number = 0;
      for await (const document of engine.source.read(...asked)) {
        if (number++ === before) await happens();
        yield document;
      }
    },
  };
}

describe('a claim', () => {
  test.each([
    ['the same fence', fence(3, 2, 2), 'refused'],
    ['a lower attempt', fence(3, 1, 2), 'refused'],
    ['a lower sequence, whatever the attempt', fence(2, 9, 2), 'refused'],
    ['a lower epoch, whatever the sequence', fence(9, 9, 1), 'refused'],
    ['a higher attempt', fence(3, 3, 2), 'given'],
    ['a higher sequence', fence(4, 1, 2), 'given'],
    ['a higher epoch', fence(1, 1, 3), 'given'],
  ])('by %s after (2, 3, 2)', async (_, by, becomes) => {
    await claimPartition(engine.target, at(), fence(3, 2, 2));
    const claim = claimPartition(engine.target, at(), by);
    if (becomes === 'given') expect(await claim).toMatchObject({ done: false, total: 12, lastKey: null });
    else await expect(claim).rejects.toThrow(Fenced);
  });

  test('of three at once with the same fence is given to one', async () => {
    const claims = await Promise.allSettled([1, 2, 3].map(() => claimPartition(engine.target, at(), fence(1))));
    expect(claims.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });
});

describe('a zombie', () => {
  test('whose partition has been claimed by the next attempt can commit nothing more', async () => {
    const source = interrupted(6, () => claimPartition(engine.target, at(), fence(1, 2)));
    const zombie = copyOnce(engine, runId, 'user', fence(1, 1), { batchSize: 3, milliseconds: LONG, source });
    await expect(zombie).rejects.toThrow(Fenced);
    const before = await written();
    expect(before).toBeLessThanOrEqual(6);
    const next = await copyOnce(engine, runId, 'user', fence(1, 3), { batchSize: 3, milliseconds: LONG });
    expect(next).toMatchObject({ done: true, counters: { read: 12, written: 12 } });
    expect(await written()).toBe(12);
  });

  test('cannot mark the partition as done, either', async () => {
    const source: Source = {
      ...engine.source,
      async *read(...asked) {
        yield* engine.source.read(...asked);
        await claimPartition(engine.target, at(), fence(1, 2));
      },
    };
    await expect(
      copyOnce(engine, runId, 'user', fence(1, 1), { batchSize: 5, milliseconds: LONG, source }),
    ).rejects.toThrow(Fenced);
    expect(await readCheckpoint(engine.target, at())).toMatchObject({ done: false });
  });

  test('finds its fence gone after a rollback has reset the checkpoint under a raised epoch', async () => {
    const source = interrupted(6, async () => {
      const epoch = await raise(engine.target, runId);
      await resetCheckpoints(engine.target, writerOf({ runId, epoch }), 'user');
    });
    const options = { batchSize: 3, milliseconds: LONG };
    await expect(copyOnce(engine, runId, 'user', fence(5), { ...options, source })).rejects.toThrow(Fenced);
    expect(await readCheckpoint(engine.target, at())).toMatchObject({ lastKey: null, counters: { read: 0 } });
    await expect(copyOnce(engine, runId, 'user', fence(99, 99, 1), options)).rejects.toThrow(Fenced);
  });

  test.each(['aborted', 'failed', 'superseded'] as const)(
    'whose run has ended as %s meanwhile commits nothing more, whoever has claimed its partition or not',
    async (state) => {
      const source = interrupted(6, () => letEnd(engine.target, runId, state));
      const options = { batchSize: 3, milliseconds: LONG };
      await expect(copyOnce(engine, runId, 'user', fence(1), { ...options, source })).rejects.toThrow(Fenced);
      expect(await written()).toBeLessThanOrEqual(6);
    },
  );

  test('whose run another workflow has adopted meanwhile commits nothing more', async () => {
    const by = { workflowId: 'later', workflowRunId: 'later', namespaceId: 'tests' };
    const source = interrupted(6, async () => {
      await letEnd(engine.target, runId, 'blocked');
      await adoptRun(engine.target, { id: runId, epoch: await epochOf(engine.target, runId) }, by);
    });
    const options = { batchSize: 3, milliseconds: LONG };
    await expect(copyOnce(engine, runId, 'user', fence(1), { ...options, source })).rejects.toThrow(Fenced);
    expect(await written()).toBeLessThanOrEqual(6);
  });

  test('that was stopped between reading and writing, and wakes up when its partition is claimed, writes nothing', async () => {
    const target: Target = {
      ...engine.target,
      transaction: async (work) => {
        await claimPartition(engine.target, at(), fence(2));
        return engine.target.transaction(work);
      },
    };
    await expect(copyOnce(engine, runId, 'user', fence(1), { target })).rejects.toThrow(Fenced);
    expect(await written()).toBe(0);
  });
});

describe('a batch', () => {
  const advance = {
    counters: { read: 0, written: 0, quarantined: 0, contested: 0, rows: 0, skipped: 0, findings: {} },
  };

  test.each([
    ['begins behind the checkpoint', null],
    ['begins beyond the checkpoint', keyOf(7)],
  ])('that %s is refused', async (_, from) => {
    await copyOnce(engine, runId, 'user', fence(1), { batchSize: 3 });
    const to = { ...advance, from, lastKey: keyOf(9), samples: [], done: false };
    await expect(writeBatch(engine.target, stageNamed('user'), at(), fence(1), [], to, false)).rejects.toThrow(Fenced);
    expect((await readCheckpoint(engine.target, at()))!.lastKey).toEqual(keyOf(2));
    await writeBatch(engine.target, stageNamed('user'), at(), fence(1), [], { ...to, from: keyOf(2) }, false);
    expect((await readCheckpoint(engine.target, at()))!.lastKey).toEqual(keyOf(9));
  });

  test('whose commit succeeded but whose answer was lost is counted once and gone on from', async () => {
    let lost = 0;
    const target: Target = {
      ...engine.target,
      async transaction(work) {
        const answer = await engine.target.transaction(work);
        if (lost++ % 2 === 0) throw new Error('the connection was lost');
        return answer;
      },
    };
    const result = await copyOnce(engine, runId, 'user', fence(1), { target, batchSize: 3, milliseconds: LONG });
    expect(lost).toBe(5);
    expect(result).toMatchObject({ done: true, counters: { read: 12, written: 12, rows: 12 } });
    const lines = await contentsOf(engine.target);
    await engine.close();
    engine = await openEngine({ collections: { users: usersOf(12) } });
    await engine.copy(await engine.prepare(), 'user');
    expect(lines).toEqual(await contentsOf(engine.target));
  });

  test('whose answer was lost and that did not commit fails the segment, and is moved by the next attempt', async () => {
    let transactions = 0;
    const target: Target = {
      ...engine.target,
      transaction: async (work) => {
        if (++transactions === 2) throw new Error('the connection was lost');
        return engine.target.transaction(work);
      },
    };
    const options = { batchSize: 3, milliseconds: LONG };
    await expect(copyOnce(engine, runId, 'user', fence(1), { ...options, target })).rejects.toThrow('was lost');
    expect(await written()).toBe(3);
    expect(await copyOnce(engine, runId, 'user', fence(1, 2), options)).toMatchObject({
      done: true,
      counters: { read: 12, written: 12 },
    });
  });

  test('that is thought committed but is not is noticed by the next one', async () => {
    let transactions = 0;
    const target: Target = {
      ...engine.target,
      // What a driver does that reports a transaction as done that the server has ended.
      transaction: async (work) => (++transactions === 2 ? (undefined as never) : engine.target.transaction(work)),
    };
    const options = { batchSize: 3, milliseconds: LONG };
    await expect(copyOnce(engine, runId, 'user', fence(1), { ...options, target })).rejects.toThrow(Fenced);
    expect(await written()).toBe(3);
    await copyOnce(engine, runId, 'user', fence(2), options);
    expect(await written()).toBe(12);
  });
});

describe('planned partitions', () => {
  test('that are there already stay as they are', async () => {
    await copyOnce(engine, runId, 'user', fence(1), { batchSize: 3 });
    const before = await readCheckpoints(engine.target, runId, 'user');
    await insertPartitions(touching(engine.target.query), runId, 'user', [
      { selection: { keys: [keyOf(1)] }, total: 99 },
    ]);
    expect(await readCheckpoints(engine.target, runId, 'user')).toEqual(before);
  });

  test('are read back with their range or their very keys', async () => {
    const planned = [
      { selection: { type: 'number', after: null, upTo: keyOf(5) }, total: 6 },
      { selection: { type: 'number', after: keyOf(5), upTo: null }, total: 7 },
      { selection: { keys: [keyOf(1), keyOf('1')] }, total: 2 },
    ] as const;
    await insertPartitions(touching(engine.target.query), runId, 'artist', planned);
    const read = await readCheckpoints(engine.target, runId, 'artist');
    expect(read.map(({ selection, total }) => ({ selection, total }))).toEqual(planned);
  });
});
