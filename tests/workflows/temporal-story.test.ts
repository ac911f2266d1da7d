import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { atLeast } from '../../engine/messages/input/words.ts';
import { gateWaitsForApproval } from '../../engine/messages/workflows/blocked.ts';
import { abortedAndRolledBack, pausedAfterRollback } from '../../engine/messages/workflows/progress.ts';
import { alreadyPaused, gateWaits, notHeld, stageNotReached } from '../../engine/messages/workflows/refusals.ts';
import { type Content, contentOf, filledTables } from '../support/data/content.ts';
import { afresh } from '../support/engine-alone.ts';
import { type MigrationTarget, openPlatform, type Platform, slowDown, untilMoved } from '../support/migration.ts';
import { openTemporalCli, type TemporalCli } from '../support/servers/temporal-cli.ts';

let platform: Platform;
let temporal: TemporalCli;
let undisturbed: Content;

beforeAll(async () => {
  temporal = await openTemporalCli();
  platform = await openPlatform();
  undisturbed = await afresh(platform, contentOf);
});
afterAll(() => platform.close());

/** A migration that `temporal workflow start` began, and the words for the rest of its story. */
interface Story {
  readonly id: string;
  readonly target: MigrationTarget;
  signal(name: string, input?: string): Promise<string>;
  /** `temporal workflow update execute`, whether it is taken or refused. */
  update(name: string, input?: string): ReturnType<TemporalCli['run']>;
  until(isSo: Parameters<TemporalCli['until']>[1]): ReturnType<TemporalCli['until']>;
}

async function begin(input: string, prepare: (target: MigrationTarget) => Promise<void>): Promise<Story> {
  const target = await platform.target();
  await prepare(target);
  const id = `story-${randomUUID()}`;
  const start = ['workflow', 'start', '--type', 'migration', '--task-queue', target.taskQueue, '--workflow-id', id];
  await temporal.succeed(...start, '--execution-timeout', '5m', '--input', input);
  const message = (name: string, json?: string) => [
    ...['--workflow-id', id, '--name', name],
    ...(json === undefined ? [] : ['--input', json]),
  ];
  return {
    id,
    target,
    signal: (name, json) => temporal.succeed('workflow', 'signal', ...message(name, json)),
    update: (name, json) => temporal.run('workflow', 'update', 'execute', ...message(name, json), '--output', 'json'),
    until: (isSo) => temporal.until(id, isSo),
  };
}

/** Documents that are dealt with, rows of every table, and open transactions of anybody but the one who asks. */
async function standing({ target }: Story): Promise<{ content: Content; checkpoints: unknown; transactions: unknown }> {
  return {
    content: await contentOf(target),
    checkpoints: await target.sql(
      'SELECT stage, partition, read, last_key::text FROM migration_partition ORDER BY 1, 2',
    ),
    transactions: await target.sql(
      `SELECT pid, state, query FROM pg_stat_activity
       WHERE datname = current_database() AND pid <> pg_backend_pid() AND (xact_start IS NOT NULL OR state <> 'idle')`,
    ),
  };
}

const phaseOf = (progress: { stages: readonly { name: string; state: string }[] }, stage: string) =>
  progress.stages.find(({ name }) => name === stage)?.state;

test('a migration is started, paused, rolled back, retuned, resumed and ended with `temporal` alone', async () => {
  const story = await begin('{"batchSize": 5}', (target) => slowDown(target, 'Project', 0.4));
  const { id, target } = story;

  await story.until((progress) => phaseOf(progress, 'project') === 'copying');
  await untilMoved(target, 'project', 10);
  const early = await story.update('resume');
  expect(early.code).not.toBe(0);
  expect(early.out + early.err).toContain(notHeld().text);

  await story.signal('pause', '{"reason": "the disk is being enlarged"}');
  const paused = await story.until(({ state }) => state === 'paused');
  expect(paused).toMatchObject({ reason: 'the disk is being enlarged', refused: [] });
  expect(phaseOf(paused, 'project')).toBe('copying');
  const still = await standing(story);
  expect(still.transactions).toEqual([]);
  await sleep(1_500);
  expect(await standing(story)).toEqual(still);

  // A message that makes no sense is told, and harms nothing.
  await story.signal('pause');
  await story.signal('rollbackToStage', '"payment"');
  const { refused } = await story.until(({ refused: all }) => all.length === 2);
  expect(refused).toMatchObject([
    { message: 'pause', reason: alreadyPaused().text },
    { message: 'rollbackToStage', reason: stageNotReached({ stage: 'payment' }).text },
  ]);
  expect(await standing(story)).toEqual(still);

  // Paused before it, the run stays paused after it.
  await story.signal('rollbackToStage', '"project"');
  await story.until(
    ({ state, reason }) => state === 'paused' && reason === pausedAfterRollback({ stage: 'project' }).text,
  );
  expect(await dataOf(story)).toEqual(['Artist', 'ArtistAchievement', 'User']);
  await story.signal('rollbackToStage', '{"stage": "artist", "then": "pause"}');
  await story.until(
    ({ state, reason }) => state === 'paused' && reason === pausedAfterRollback({ stage: 'artist' }).text,
  );
  expect(await dataOf(story)).toEqual(['User']);

  const refusal = await story.update('setBatchSize', '0');
  expect(refusal.code).not.toBe(0);
  expect(refusal.out + refusal.err).toContain(atLeast({ least: 1 }).text);
  await story.signal('setBatchSize', '40');
  expect(await story.update('setParallelism', '3')).toMatchObject({ code: 0 });
  const taken = await story.update('resume');
  expect(taken).toMatchObject({ code: 0 });
  expect(JSON.parse(taken.out)).toMatchObject({ result: { state: 'running' } });

  const result = JSON.parse(await temporal.succeed('workflow', 'result', '--workflow-id', id, '--output', 'json'));
  expect(result).toMatchObject({ status: 'COMPLETED', result: { dryRun: false } });
  expect(await contentOf(target)).toEqual(undisturbed);
  // The progress can still be asked for, and the history tells what was done, with the size that was set.
  expect(await temporal.progress(id)).toMatchObject({ state: 'complete', refused: [{}, {}] });
  expect(await batchSizes(id)).toEqual([5, 40]);
  await target.close();
});

/** Tables of the platform that hold rows. */
async function dataOf({ target }: Story): Promise<string[]> {
  return (await filledTables(target)).filter((table) => !table.startsWith('migration_'));
}

/** Batch sizes that copying was given, in the order of their coming, by `temporal workflow show`. */
async function batchSizes(id: string): Promise<number[]> {
  const shown = await temporal.succeed('workflow', 'show', '--workflow-id', id, '--output', 'json');
  const { events } = JSON.parse(shown) as { events: { activityTaskScheduledEventAttributes?: Scheduled }[] };
  const sizes = events.flatMap(({ activityTaskScheduledEventAttributes: scheduled }) => {
    if (scheduled?.activityType.name !== 'copySegment') return [];
    const [input] = scheduled.input.payloads;
    return [(JSON.parse(Buffer.from(input!.data, 'base64').toString()) as { batchSize: number }).batchSize];
  });
  return [...new Set(sizes)];
}

interface Scheduled {
  readonly activityType: { readonly name: string };
  readonly input: { readonly payloads: readonly { readonly data: string }[] };
}

test('a gate is approved, and a run is aborted with rollback, with `temporal` alone', async () => {
  const story = await begin('{"gates": {"start": "manual", "complete": "manual"}}', async () => {});
  await story.until(({ gate }) => gate === 'start');
  expect(await story.update('approve', '"start"')).toMatchObject({ code: 0 });
  const waiting = await story.until(({ gate }) => gate === 'complete');
  expect(waiting).toMatchObject({
    state: 'blocked',
    reason: gateWaitsForApproval({ gate: 'complete' }).text,
  });
  const resumed = await story.update('resume');
  expect(resumed.out + resumed.err).toContain(gateWaits({ gate: 'complete' }).text);
  await story.signal('abort', '{"rollback": true}');
  const result = await temporal.run('workflow', 'result', '--workflow-id', story.id);
  expect(result.code).not.toBe(0);
  expect(result.out + result.err).toContain(abortedAndRolledBack().text);
  expect(await filledTables(story.target)).toEqual([]);
  // A closed workflow takes no message at all.
  const late = await temporal.run('workflow', 'signal', '--workflow-id', story.id, '--name', 'resume');
  expect(late.code).not.toBe(0);
  await story.target.close();
});
