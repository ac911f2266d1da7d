import { setTimeout as sleep } from 'node:timers/promises';
import { WorkflowFailedError } from '@temporalio/client';
import { Random } from '../../scripts/demo-data/random.ts';
import { type Handle, progressOf } from '../support/migration.ts';
import { type Scene, strike } from './faults.ts';

/** One migration and what shall be done to it. */
export interface RoundPlan {
  readonly seed: number;
  readonly round: number;
  readonly faults: number;
}

/** Longest that a migration may take once nothing disturbs it any more. */
const PATIENCE_MS = 120_000;

/** Runs one migration under faults. @returns what is wrong with what it left, or null */
export async function runRound(scene: Scene, plan: RoundPlan, say: (line: string) => void): Promise<string | null> {
  const { ground } = scene;
  const begun = Date.now();
  const tell = (what: string) => say(`  ${((Date.now() - begun) / 1000).toFixed(1).padStart(5)} s  ${what}`);
  await ground.addWorker();
  await slowDown(scene);
  let handle = await ground.start();
  const over: Promise<unknown>[] = [];
  try {
    for (let i = 0; i < plan.faults; i++) {
      // Of its own for each fault, so that what one meets does not change the next ones.
      const dice = new Random(plan.seed, plan.round, i);
      await sleep(dice.int(200, 2_500));
      const { what, done, holds } = strike(scene, handle, dice);
      tell(what);
      over.push(done.catch((error: Error) => tell(`(${error.message})`)));
      if (holds) await over.at(-1);
    }
    await Promise.all(over);
    for (const link of [ground.postgres, ground.mongodb, ground.temporal]) link?.heal();
    tell('no more faults');
    handle = await untilComplete(scene, handle, tell);
    tell('complete');
    await ground.expectWhole(handle);
    return null;
  } catch (error) {
    return (error as Error).message;
  } finally {
    await Promise.all(over);
    await ground.tidy();
  }
}

/** Makes every batch take long enough for faults to meet it. */
async function slowDown({ ground }: Scene): Promise<void> {
  await ground.sql(`CREATE OR REPLACE FUNCTION trap_slow() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN PERFORM pg_sleep(0.1); RETURN NULL; END $$`);
  await ground.sql(`CREATE TRIGGER trap_slow AFTER UPDATE ON migration_partition FOR EACH ROW
    WHEN (NEW.read > OLD.read) EXECUTE FUNCTION trap_slow()`);
}

/** Does what an operator would do: resumes what is paused or blocked, and starts anew what could not begin. */
async function untilComplete(scene: Scene, first: Handle, tell: (what: string) => void): Promise<Handle> {
  const deadline = Date.now() + PATIENCE_MS;
  let handle = first;
  for (;;) {
    if (Date.now() > deadline) throw new Error(`not complete after ${PATIENCE_MS / 1000} s: ${await where(handle)}`);
    const result = await Promise.race([handle.result().then(() => 'complete', failed), sleep(1_000)]);
    if (result === 'complete') return handle;
    if (result === 'failed') {
      tell('it failed; a new one takes over');
      handle = await scene.ground.startAgain();
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
