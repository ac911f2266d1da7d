/** What a step waits for on other machines: each wait has a bound, and a step that is beyond one is not alive. */
import { AsyncLocalStorage } from 'node:async_hooks';

/** Until when a wait is within its bound, by `Date.now()`. */
interface Wait {
  until: number;
}

const waitsOfStep = new AsyncLocalStorage<Set<Wait>>();

/**
 * Runs a step, whose waits are kept apart from those of others.
 * @param work is given a function that tells whether the step waits beyond a bound
 */
export function withWaits<T>(work: (isOverdue: () => boolean) => Promise<T>): Promise<T> {
  const waits = new Set<Wait>();
  const isOverdue = () => [...waits].some(({ until }) => until < Date.now());
  return waitsOfStep.run(waits, () => work(isOverdue));
}

/**
 * Waits, and lets the step around it know for how long at most. It only tells: whoever is waited for ends the wait.
 *
 * @param milliseconds the bound
 * @param wait is given a function that begins the bound anew, for when there was a sign of life
 */
export async function waiting<T>(milliseconds: number, wait: (signOfLife: () => void) => Promise<T>): Promise<T> {
  const waits = waitsOfStep.getStore();
  const one: Wait = { until: Date.now() + milliseconds };
  waits?.add(one);
  try {
    return await wait(() => {
      one.until = Date.now() + milliseconds;
    });
  } finally {
    waits?.delete(one);
  }
}
