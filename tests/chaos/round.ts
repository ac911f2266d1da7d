import { setTimeout as sleep } from 'node:timers/promises';
import { WorkflowFailedError } from '@temporalio/client';
import { Random } from '../../scripts/demo/data/collections/random.ts';
import type { MigrationInput } from '../../workflows/messages/definitions.ts';
import type { Tuning } from '../../workflows/state/snapshot.ts';
import { type Content, contentOf } from '../support/data/content.ts';
import type { Ground } from '../support/ground.ts';
import { type Handle, progressOf } from '../support/migration.ts';
import { type Running, type Scene, slowDown } from './fault.ts';
import { strike } from './faults.ts';

/** One migration and what shall be done to it. */
export interface RoundPlan {
  readonly seed: number;
  readonly round: number;
  readonly faults: number;
}

/** What can follow on a migration in the same target, by name. */
export const SEQUELS: Readonly<Record<string, MigrationInput>> = {
  reconcile: { reconcile: 'fingerprint' },
  retry: { retry: {} },
};

/** Longest that a migration may take once nothing disturbs it any more: a silent connection is given up after a minute. */
const PATIENCE_MS = 240_000;

type Tell = (what: string) => void;

/**
 * Runs one migration under faults, and often a sequel under others.
 * @param left what each sequel leaves when nothing disturbs it
 * @returns what is wrong with what they left, or null
 */
export async function runRound(
  scene: Scene,
  plan: RoundPlan,
  left: Readonly<Record<string, Content>>,
  say: (line: string) => void,
): Promise<string | null> {
  const { ground, identity } = scene;
  const begun = Date.now();
  const tell: Tell = (what) => say(`  ${((Date.now() - begun) / 1000).toFixed(1).padStart(5)} s  ${what}`);
  const dice = new Random(plan.seed, plan.round, -1);
  const tuning = dice.chance(0.75) ? { historyEvents: dice.int(20, 80) } : {};
  const sequel = dice.pick([null, null, ...Object.keys(SEQUELS)]);
  tell(`executions of ${tuning.historyEvents ?? 'as many events as usual'}; then ${sequel ?? 'nothing'}`);
  try {
    await ground.addWorker();
    await slowDown(scene);
    const first = { handle: await ground.start({ identity }, { tuning }), input: { identity }, tuning };
    await disturb(scene, plan, first, 0, tell);
    await ground.expectWhole(first.handle);
    if (sequel !== null) {
      await follow(scene, plan, { identity, ...SEQUELS[sequel]! }, tuning, tell);
      await ground.expectContent(left[sequel]);
    }
    await requireUntouched(scene);
    return null;
  } catch (error) {
    return (error as Error).message;
  } finally {
    await ground.tidy();
  }
}

async function follow(scene: Scene, plan: RoundPlan, input: MigrationInput, tuning: Partial<Tuning>, tell: Tell) {
  tell('the sequel begins');
  const running = { handle: await scene.ground.startAgain(input, { tuning }), input, tuning };
  await disturb(scene, { ...plan, faults: Math.ceil(plan.faults / 3) }, running, 1_000, tell);
}

/** Strikes again and again, and then has the migration come to its end. @param from numbers the dice of its faults */
async function disturb(scene: Scene, plan: RoundPlan, running: Running, from: number, tell: Tell): Promise<void> {
  const { ground } = scene;
  const over: Promise<unknown>[] = [];
  const broken: Error[] = [];
  try {
    for (let i = 0; i < plan.faults; i++) {
      // Of its own for each fault, so that what one meets does not change the next ones.
      const dice = new Random(plan.seed, plan.round, from + i);
      await sleep(dice.int(200, 2_500));
      const { what, done, holds } = strike(scene, running, dice);
      tell(what);
      over.push(done.catch((error: Error) => broken.push(error)));
      if (holds) await over.at(-1);
    }
  } finally {
    await Promise.all(over);
  }
  if (broken[0] !== undefined) throw broken[0];
  for (const link of [ground.postgres, ground.mongodb, ground.temporal]) link?.heal();
  tell('no more faults');
  await complete(scene, running, tell);
  tell('complete');
}

/** Does what an operator would do: resumes what is paused or blocked, and starts anew what could not begin. */
async function complete(scene: Scene, running: Running, tell: Tell): Promise<void> {
  const deadline = Date.now() + PATIENCE_MS;
  for (;;) {
    const { handle } = running;
    if (Date.now() > deadline) throw new Error(`not complete after ${PATIENCE_MS / 1000} s: ${await where(handle)}`);
    const result = await Promise.race([handle.result().then(() => 'complete', failed), sleep(1_000)]);
    if (result === 'complete') return;
    if (result === 'failed') {
      tell(`it failed (${await where(handle)}); a new one takes over`);
      running.handle = await scene.ground.startAgain(running.input, { tuning: running.tuning });
      continue;
    }
    const progress = await progressOf(handle).catch(() => null);
    if (progress?.state === 'blocked' || progress?.state === 'paused') {
      tell(`${progress.state} (${progress.reason}): resume`);
      await handle.signal('resume').catch(() => {});
    }
  }
}

function failed(error: unknown): string {
  return error instanceof WorkflowFailedError ? 'failed' : 'unknown';
}

async function where(handle: Handle): Promise<string> {
  const progress = await progressOf(handle).catch(() => null);
  return progress === null ? 'it does not answer' : `${progress.state}, ${progress.reason}`;
}

/** Whatever the worker of another target was given, it has written nothing there. */
async function requireUntouched({ ground, strangerUrl }: Scene): Promise<void> {
  const filled = await ground.filledTablesOf(strangerUrl);
  if (filled.length > 0) throw new Error(`the other target has rows in ${filled.join(', ')}`);
}

/** What an undisturbed migration and each of its sequels leave. */
export async function undisturbedSequels(ground: Ground): Promise<Record<string, Content>> {
  const left: Record<string, Content> = {};
  for (const [name, input] of Object.entries(SEQUELS)) {
    await (await ground.start()).result();
    await (await ground.startAgain(input)).result();
    left[name] = await contentOf(ground);
  }
  return left;
}
