/** The last step of `npm run build`: bundles the compiled workflows, so that no worker has to at its start. */
import { writeFile } from 'node:fs/promises';
import { bundleWorkflows, prebuilt } from './temporal/workflow-bundle.ts';

for (const traces of [false, true]) {
  const { code } = await bundleWorkflows(traces);
  await writeFile(prebuilt(traces), code);
}
