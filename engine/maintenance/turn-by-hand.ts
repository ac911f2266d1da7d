import { randomUUID } from 'node:crypto';
import { MaintenanceFailed } from '../errors.ts';
import type { Direction, MaintenanceAction } from './action.ts';
import { perform } from './perform.ts';

/** How an action went that was carried out once, without a run. */
export interface TriedAction {
  readonly name: string;
  readonly outcome: string | MaintenanceFailed;
  /** What a person has to do; null where none has. */
  readonly task: string | null;
}

/** Carries actions out, each once, in their order; one that fails keeps no other from being tried. */
export async function* turnByHand(
  actions: readonly MaintenanceAction[],
  direction: Direction,
): AsyncGenerator<TriedAction> {
  for (const action of actions) {
    const { name } = action;
    const task = action.kind === 'manual' ? action.task : null;
    try {
      yield { name, outcome: await perform(action, direction, randomUUID()), task };
    } catch (error) {
      if (!(error instanceof MaintenanceFailed)) throw error;
      yield { name, outcome: error, task };
    }
  }
}
