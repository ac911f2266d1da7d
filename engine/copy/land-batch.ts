import { tooLargeToWrite, valueNotHeld } from '../messages/labels/refusals.ts';
import { isContested } from '../plan/columns/unique-keys.ts';
import type { Stage } from '../plan/stage.ts';
import { isLarge } from '../source/batches.ts';
import type { Outcome, Refused } from '../state/documents/outcome.ts';
import { type DatabaseRefusal, databaseRefusal, refusesData } from '../target/target.ts';

/** Partitions that want the same unique values can deadlock; PostgreSQL ends one of them, which then simply tries again. */
const COLLISION_TRIES = 8;

/** SQLSTATE deadlock_detected and serialization_failure. */
function isCollision({ sqlstate }: DatabaseRefusal): boolean {
  return sqlstate === '40P01' || sqlstate === '40001';
}

/**
 * Only a document that stands alone because of its size can be what takes PostgreSQL too long. Whatever else is slow says
 * nothing of the document, and neither does a lock that is waited for, which is refused as 55P03.
 */
const SLOW_TRIES = 3;

/** SQLSTATE query_canceled, and transaction_timeout, which comes first from PostgreSQL 17 on. */
function isTooSlow({ sqlstate }: DatabaseRefusal, outcomes: readonly Outcome[]): boolean {
  const isLate = sqlstate === '57014' || sqlstate === '25P04';
  return isLate && isLarge(outcomes.map(({ raw }) => raw));
}

/** How often a batch may still be written anew before its refusal counts. */
interface Tries {
  readonly collision: number;
  readonly slow: number;
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
  tries: Tries = { collision: COLLISION_TRIES, slow: SLOW_TRIES },
): Promise<void> {
  try {
    await write(outcomes);
  } catch (error) {
    const refusal = databaseRefusal(error);
    const { collision, slow } = tries;
    if (refusal !== null && isCollision(refusal) && collision > 1)
      return landBatch(stage, outcomes, write, { slow, collision: collision - 1 });
    const tooSlow = refusal !== null && isTooSlow(refusal, outcomes);
    if (tooSlow && slow > 1) return landBatch(stage, outcomes, write, { collision, slow: slow - 1 });
    if (refusal === null || !(tooSlow || refusesData(refusal))) throw error;
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
      message: tooSlow ? tooLargeToWrite({ tries: SLOW_TRIES }).text : harmlessMessage(refusal),
      cause: null,
      sqlstate: refusal.sqlstate,
      constraint: refusal.constraint,
    };
    await write([refused]);
  }
}

/** Messages of class 22 (data exception) can quote the value; those of constraints name the constraint only. */
function harmlessMessage({ sqlstate, message }: DatabaseRefusal): string {
  return sqlstate.startsWith('22') ? valueNotHeld().text : message;
}
