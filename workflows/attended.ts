import { ActivityFailure, TimeoutFailure } from '@temporalio/workflow';

/** Who tells that no worker takes a step. */
export interface Teller {
  untaken(now: number): void;
  /** A worker is there. */
  taken(): void;
}

/**
 * Runs a step. While no worker takes it, that is told; however long it lasts, it costs some ten events of history.
 * @param begin begins the step; with `true` without a limit to how long it may wait for its worker
 * @param greet a step that does nothing but wait, without a limit, until a worker is there
 */
export async function attended<T>(
  begin: (isPatient: boolean) => Promise<T>,
  greet: () => Promise<void>,
  teller: Teller,
): Promise<T> {
  for (let isPatient = false; ; isPatient = true) {
    try {
      return await begin(isPatient);
    } catch (error) {
      if (!isUntaken(error)) throw error;
    }
    teller.untaken(Date.now());
    try {
      await greet();
    } finally {
      teller.taken();
    }
  }
}

/** No worker of the run's source and target has taken the step in time. */
function isUntaken(error: unknown): boolean {
  const cause = error instanceof ActivityFailure ? error.cause : null;
  return cause instanceof TimeoutFailure && cause.timeoutType === 'SCHEDULE_TO_START';
}
