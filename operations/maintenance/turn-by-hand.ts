import { randomUUID } from 'node:crypto';
import { MaintenanceFailed } from '../../engine/common/errors.ts';
import { actionEnded, doYourself } from '../../engine/messages/operations/maintenance.ts';
import type { Direction, MaintenanceAction } from './action.ts';
import { perform } from './perform.ts';

/**
 * Carries actions out without a run, each once, in their order; one that fails keeps no other from being tried.
 * @param tell told what was done, what a person has to do, and every failure but the one that is thrown
 * @throws MaintenanceFailed by the first that failed
 */
export async function turnByHand(
  actions: readonly MaintenanceAction[],
  direction: Direction,
  tell: (line: string) => void,
): Promise<void> {
  const failures: MaintenanceFailed[] = [];
  for (const action of actions) {
    try {
      const outcome = await perform(action, direction, randomUUID());
      const said =
        action.kind === 'manual'
          ? doYourself({ action: action.name, task: action.task })
          : actionEnded({ action: action.name, outcome });
      tell(said.text);
    } catch (error) {
      if (!(error instanceof MaintenanceFailed)) throw error;
      failures.push(error);
    }
  }
  const [first, ...others] = failures;
  if (first === undefined) return;
  for (const { message } of others) tell(message);
  throw first;
}
