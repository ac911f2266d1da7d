import { sourceHoldsPassword } from '../../../engine/messages/commands/options.ts';
import { DEFAULT_WORKFLOW_ID } from '../../../worker/settings.ts';
import { io } from '../io.ts';

/** The option of every command that concerns one migration. */
export const workflowId = ['--workflow-id <id>', 'the migration’s workflow id', DEFAULT_WORKFLOW_ID] as const;

/**
 * What `--source` is given, as an option's parser: a login in it is told of, since arguments can be read by everybody on
 * the host, and stay in the shell's history.
 */
export function sourceUri(text: string): string {
  if (/^mongodb(\+srv)?:\/\/.*:.*@/s.test(text)) {
    io().err.write(`${sourceHoldsPassword().text}\n`);
  }
  return text;
}
