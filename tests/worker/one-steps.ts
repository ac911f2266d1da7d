import { randomUUID } from 'node:crypto';
import { bundleWorkflowCode, type WorkflowBundleOption } from '@temporalio/worker';
import type { MigrationTarget, Platform } from '../support/migration.ts';
import { compiled } from '../support/scripts.ts';

/** For a target whose worker carries out single steps, without the migration around them. */
export function oneStepBundle(): Promise<WorkflowBundleOption> {
  const workflowsPath = compiled('tests/support/one-step.ts');
  const quiet = { log() {}, trace() {}, debug() {}, info() {}, warn() {}, error() {} };
  return bundleWorkflowCode({ workflowsPath, logger: quiet });
}

/** Has a target's worker carry out one step, and answers how it fails; null when it does not. */
export async function failureOfStep(
  { client }: Platform,
  { taskQueue }: MigrationTarget,
  name: string,
  ref: object,
): Promise<{ type: string; message: string } | null> {
  const handle = await client.workflow.start('oneStep', {
    ...{ taskQueue, workflowId: `one-step-${randomUUID()}`, args: [name, ref] },
    workflowExecutionTimeout: '2 minutes',
  });
  try {
    await handle.result();
    return null;
  } catch (error) {
    const { type, message } = (error as { cause: { cause: { type: string; message: string } } }).cause.cause;
    return { type, message };
  }
}
