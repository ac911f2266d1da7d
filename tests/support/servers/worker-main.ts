/**
 * A worker as `worker/main.ts` runs it, with which the servers are less patient, so that tests need not wait for
 * production's timeouts; it finds the workflows bundled: `node dist/tests/support/servers/worker-main.js`.
 */
import { runWorkerProcess } from '../../../worker/worker-process.ts';
import { IMPATIENT } from '../faults/impatience.ts';

const codePath = process.env['TEST_WORKFLOW_BUNDLE'];
process.exitCode = await runWorkerProcess(undefined, null, {
  patience: IMPATIENT,
  ...(codePath && { workflowBundle: { codePath } }),
});
