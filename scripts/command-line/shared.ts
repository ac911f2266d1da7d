import { DEFAULT_WORKFLOW_ID } from '../../worker/settings.ts';

/** The option of every command that concerns one migration. */
export const workflowId = ['--workflow-id <id>', 'the migration’s workflow id', DEFAULT_WORKFLOW_ID] as const;

/** What the process ends with, once nothing is left to be done. */
export function end(code: number): void {
  process.exitCode = code;
}
