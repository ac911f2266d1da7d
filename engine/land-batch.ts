import type { Outcome, Refused } from './outcome.ts';
import type { Stage } from './stage.ts';
import { type DatabaseRefusal, databaseRefusal, refusesData } from './target.ts';
import { isContested } from './unique-keys.ts';

/** Partitions that want the same unique values can deadlock; PostgreSQL ends one of them, which then simply tries again. */
const COLLISION_TRIES = 8;

/** SQLSTATE deadlock_detected and serialization_failure. */
function isCollision({ sqlstate }: DatabaseRefusal): boolean {
  return sqlstate === '40P01' || sqlstate === '40001';
}

/**
 * Writes a batch; one that the database refuses is split until the offending documents stand alone. Such a one is
 * written as refused: `contested` when it wants a unique value that another holds.
 * @param write one transaction over some of the documents
 */
export async function landBatch(
  stage: Stage,
  outcomes: readonly Outcome[],
  write: (outcomes: readonly Outcome[]) => Promise<void>,
  tries = COLLISION_TRIES,
): Promise<void> {
  try {
    await write(outcomes);
  } catch (error) {
    const refusal = databaseRefusal(error);
    if (refusal !== null && isCollision(refusal) && tries > 1) return landBatch(stage, outcomes, write, tries - 1);
    if (refusal === null || !refusesData(refusal)) throw error;
    if (outcomes.length > 1) {
      const middle = outcomes.length >> 1;
      await landBatch(stage, outcomes.slice(0, middle), write);
      await landBatch(stage, outcomes.slice(middle), write);
      return;
    }
    const [only] = outcomes;
    if (only?.kind !== 'moved') throw error;
    const refused: Refused = {
      kind: 'refused',
      raw: only.raw,
      code: isContested(stage, refusal) ? 'contested' : 'refused',
      path: null,
      message: harmlessMessage(refusal),
      cause: null,
      sqlstate: refusal.sqlstate,
      constraint: refusal.constraint,
    };
    await write([refused]);
  }
}

/** Messages of class 22 (data exception) can quote the value; those of constraints name the constraint only. */
function harmlessMessage({ sqlstate, message }: DatabaseRefusal): string {
  return sqlstate.startsWith('22') ? 'the database cannot hold a value' : message;
}
