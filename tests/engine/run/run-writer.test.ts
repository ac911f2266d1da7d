import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { Fenced, VerdictRefused } from '../../../engine/common/errors.ts';
import { endRun, releaseLease } from '../../../engine/run/end-run.ts';
import { planRetry } from '../../../engine/run/retry-quarantine.ts';
import { resetCheckpoints, rollbackStage } from '../../../engine/run/rollback-stage.ts';
import { savePlanned } from '../../../engine/state/run/planned.ts';
import { adoptRun, noteStage, raiseEpoch, readRun, setTransformHashes } from '../../../engine/state/run/run.ts';
import { saveFact } from '../../../engine/state/run/run-facts.ts';
import { touching, type Writer } from '../../../engine/state/run/run-writer.ts';
import { plan } from '../../../stages/plan.ts';
import { epochOf, raise, writerOf } from '../../support/data/writers.ts';
import { type Engine, openEngine } from '../../support/run-engine.ts';
import { column, copyOnce, fence, stageNamed, usersOf } from '../small-platform.ts';

let engine: Engine;
let runId: string;

beforeEach(async () => {
  engine = await openEngine({ collections: { users: usersOf(6) } });
  ({ runId } = await engine.prepare());
});
afterEach(() => engine.close());

const LONG = 600_000;
const row = () => engine.target.query('SELECT * FROM migration_run', []);
const nothing = async () => {};
const users = () => column(engine.target, 'SELECT count(*) FROM "User"');

/** Every part of a run's row that steps write, by what writes it. */
const WRITES: readonly (readonly [string, (writer: Writer, value: number) => Promise<unknown>])[] = [
  ['a fact', (writer, value) => saveFact(engine.target, writer, 'backup', { value })],
  ['a fact of a stage', (writer, value) => saveFact(engine.target, writer, ['totals', 'user'], [{ value }])],
  ['a stage’s state', (writer, value) => noteStage(touching(engine.target.query), writer, 'user', `state${value}`)],
  [
    'transforms',
    (writer, value) => setTransformHashes(touching(engine.target.query), writer, { user: String(value) }, {}),
  ],
  ['planned partitions', (writer, value) => savePlanned(engine.target, writer, 'user', partitions(value))],
];

const partitions = (count: number) =>
  Array.from({ length: count }, () => ({ selection: { type: 'number', after: null, upTo: null }, total: 6 }) as const);

describe.each(WRITES)('%s', (_, write) => {
  const at = (sequence: number, attempt: number) => writerOf({ runId }, sequence, attempt);

  test.each([
    ['an earlier attempt', at, 7, 1],
    ['an earlier step', at, 6, 9],
  ] as const)('is not written by a late statement of %s', async (_, of, sequence, attempt) => {
    await write(of(7, 2), 2);
    const before = await row();
    await expect(write(of(sequence, attempt), 1)).rejects.toThrow(Fenced);
    expect(await row()).toEqual(before);
    expect(await column(engine.target, 'SELECT count(*) FROM migration_partition')).toEqual(
      await column(engine.target, `SELECT coalesce(planned -> 'user' ->> 'partitions', '0') FROM migration_run`),
    );
  });

  test('is written again by the same attempt, and by a later one', async () => {
    await write(at(7, 2), 2);
    await write(at(7, 2), 2);
    await write(at(7, 3), 2);
    await write(at(8, 1), 3);
  });

  test('is not written under an epoch that was raised since', async () => {
    await raise(engine.target, runId);
    await expect(write(at(99, 1), 1)).rejects.toThrow(Fenced);
    await write({ ...at(1, 1), epoch: 2 }, 1);
  });
});

describe('an epoch', () => {
  const raiseFrom = (epoch: number) => raiseEpoch(engine.target, { runId, epoch }, 'rollback', nothing);

  test('that is raised by two attempts of one step is raised once', async () => {
    expect([await raiseFrom(1), await raiseFrom(1)]).toEqual([2, 2]);
    expect(await epochOf(engine.target, runId)).toBe(2);
  });

  test('is not raised by a statement that arrives after the workflow has moved on', async () => {
    expect(await raiseFrom(1)).toBe(2);
    expect(await planRetry(engine.target, plan, { runId, epoch: 2 }, { stage: null, code: null })).toMatchObject({
      epoch: 3,
    });
    await expect(raiseFrom(1)).rejects.toThrow(Fenced);
    await expect(raiseFrom(2)).rejects.toThrow(Fenced);
    expect(await raiseFrom(3)).toBe(4);
  });

  test('that a build without marks has raised several times is raised from where it stands', async () => {
    await engine.target.query('UPDATE migration_run SET epoch = 4', []);
    expect(await raiseFrom(1)).toBe(5);
  });
});

describe('an end', () => {
  test.each(['aborted', 'failed', 'superseded'] as const)('as %s shuts a frozen batch out for good', async (state) => {
    await engine.copy({ runId, epoch: 1, resumed: false }, 'user', { batchSize: 2 });
    await engine.target.query(`UPDATE migration_partition SET done = false, last_key = NULL WHERE stage = 'user'`, []);
    const { epoch, verdict } = await endRun(engine.target, plan, { runId, epoch: 1 }, state);
    expect([epoch, verdict.state]).toEqual([2, 'incomplete']);
    await expect(copyOnce(engine, runId, 'user', fence(99), { milliseconds: LONG })).rejects.toThrow(Fenced);
    expect(await readRun(engine.target.query, runId)).toMatchObject({ state, lease: false, verdict });
  });

  test('that arrives late takes no lease away from whoever has the run by then', async () => {
    await endRun(engine.target, plan, { runId, epoch: 1 }, 'failed');
    const by = { workflowId: 'second', workflowRunId: 'second', namespaceId: 'tests' };
    const epoch = await adoptRun(engine.target, { id: runId, epoch: 2 }, by);
    for (const [late, state] of [
      [1, 'failed'],
      [2, 'failed'],
      [1, 'aborted'],
    ] as const) {
      await expect(endRun(engine.target, plan, { runId, epoch: late }, state)).rejects.toThrow(Fenced);
    }
    await expect(releaseLease(engine.target, { id: runId, epoch: 2 })).rejects.toThrow(Fenced);
    await expect(adoptRun(engine.target, { id: runId, epoch: 1 }, by)).rejects.toThrow(Fenced);
    expect(await readRun(engine.target.query, runId)).toMatchObject({ state: 'running', lease: true, epoch });
  });

  test('is followed by one adoption only, whoever asks at the same moment', async () => {
    await endRun(engine.target, plan, { runId, epoch: 1 }, 'failed');
    const by = (id: string) => ({ workflowId: id, workflowRunId: id, namespaceId: 'tests' });
    const asked = ['one', 'two', 'three'].map((id) => adoptRun(engine.target, { id: runId, epoch: 2 }, by(id)));
    const answers = await Promise.allSettled(asked);
    expect(answers.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(
      await adoptRun(
        engine.target,
        { id: runId, epoch: 2 },
        by((await readRun(engine.target.query, runId))!.workflowId),
      ),
    ).toBe(3);
  });

  test('that is repeated answers the verdict of the first', async () => {
    const first = await endRun(engine.target, plan, { runId, epoch: 1 }, 'aborted');
    const before = await row();
    expect(await endRun(engine.target, plan, { runId, epoch: 1 }, 'aborted')).toEqual(first);
    expect(await row()).toEqual(before);
    await expect(endRun(engine.target, plan, { runId, epoch: 1 }, 'failed')).rejects.toThrow(Fenced);
  });

  test.each(['rollback', 'retry'] as const)('before its time comes after a %s whose answer was lost', async (why) => {
    await raiseEpoch(engine.target, { runId, epoch: 1 }, why, nothing);
    expect(await endRun(engine.target, plan, { runId, epoch: 1 }, 'aborted')).toMatchObject({ epoch: 3 });
    expect(await readRun(engine.target.query, runId)).toMatchObject({ state: 'aborted', lease: false });
  });

  test('that is refused changes nothing', async () => {
    const before = await row();
    await expect(endRun(engine.target, plan, { runId, epoch: 1 }, 'complete')).rejects.toThrow(VerdictRefused);
    expect(await row()).toEqual(before);
  });
});

test('a rollback’s late attempt deletes nothing of what was written since', async () => {
  await engine.copy({ runId, epoch: 1, resumed: false }, 'user');
  const epoch = await raise(engine.target, runId);
  const limits = { signal: new AbortController().signal, milliseconds: LONG };
  const attempt = (number: number) => writerOf({ runId, epoch }, 3, number);
  await resetCheckpoints(engine.target, attempt(1), 'user');
  await resetCheckpoints(engine.target, attempt(2), 'user');
  await rollbackStage(engine.target, stageNamed('user'), attempt(2), limits, () => {});
  await engine.copy({ runId, epoch, resumed: false }, 'user');
  const late = rollbackStage(engine.target, stageNamed('user'), attempt(1), limits, () => {});
  await expect(late).rejects.toThrow(Fenced);
  await expect(resetCheckpoints(engine.target, attempt(1), 'user')).rejects.toThrow(Fenced);
  expect(await users()).toEqual(['6']);
});
