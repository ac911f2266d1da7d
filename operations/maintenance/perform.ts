import { ACTION_OUTCOMES } from '../../engine/messages/operations/maintenance.ts';
import type { Direction, MaintenanceAction } from './action.ts';
import { placeFlag, removeFlag } from './flag-file.ts';
import { runCommand } from './run-command.ts';
import { sendRequest } from './send-request.ts';
import { blockWrites } from './write-block.ts';

/**
 * Carries one action out. All but `manual`, which people carry out, can be repeated; of `http` and `command` that is
 * the platform's affair.
 * @param key the same for every try of the same action in the same run, so that a service can tell a repetition
 * @returns how it went, in words that hold no secret
 * @throws MaintenanceFailed
 */
export async function perform(action: MaintenanceAction, direction: Direction, key: string): Promise<string> {
  switch (action.kind) {
    case 'http':
      return sendRequest(action, key);
    case 'command':
      return runCommand(action);
    case 'flagFile':
      return direction === 'on' ? placeFlag(action) : removeFlag(action);
    case 'mongodbWriteBlock':
      return blockWrites(action, direction === 'on');
    case 'manual':
      return ACTION_OUTCOMES.leftToPerson.en;
  }
}
