import { setTimeout as sleep } from 'node:timers/promises';
import type { Log } from '../activities/dependencies.ts';
import { MigrationError } from '../engine/common/errors.ts';
import { workerCannotTakeSteps } from '../engine/messages/worker/log.ts';
import type { Identity } from '../engine/state/run/identity.ts';

/** A source or a target that was made anew under its name is noticed within this time. */
const LOOK_AGAIN_MS = 60_000;
/** While one of them cannot be had, it is asked again after waits that grow up to this. */
const MOST_PATIENCE_MS = 15_000;

/**
 * Tells again and again which source and target this worker is of, until it is to end: at once when both can be had, else
 * as soon as they can.
 * @param attend told an identity, the same one over and over
 */
export async function attendAlways(
  identify: () => Promise<Identity>,
  attend: (identity: Identity) => Promise<void>,
  log: Pick<Log, 'warn'>,
  signal: AbortSignal,
): Promise<void> {
  let patience = 500;
  while (!signal.aborted) {
    try {
      await attend(await identify());
      patience = LOOK_AGAIN_MS;
    } catch (error) {
      // What is wrong with a database is told by the steps, and by preflight above all.
      if (!(error instanceof MigrationError)) log.warn({ error: (error as Error).name }, workerCannotTakeSteps().text);
      patience = Math.min(MOST_PATIENCE_MS, patience * 2);
    }
    await sleep(patience, undefined, { signal, ref: false }).catch(() => {});
  }
}
