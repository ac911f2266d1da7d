/**
 * A worker as `worker/main.ts` runs it, with which the servers are less patient, so that tests need not wait for
 * production's timeouts, or more patient, so that one can stand still; it finds the workflows bundled: `node dist/tests/support/servers/worker-main.js`.
 */
import { runWorkerProcess } from '../../../worker/worker-process.ts';
import { IMPATIENT, PATIENT } from '../faults/impatience.ts';

const codePath = process.env['TEST_WORKFLOW_BUNDLE'];
process.exitCode = await runWorkerProcess(undefined, null, {
  patience: process.env['TEST_WORKER_IS_PATIENT'] ? PATIENT : IMPATIENT,
  ...(codePath && { workflowBundle: { codePath } }),
});
