/** The last step of `npm run build`: bundles the compiled workflows, so that no worker has to at its start. */
import { readFile, writeFile } from 'node:fs/promises';
import { bundleWorkflows, hashOfSources, prebuilt } from './temporal/workflow-bundle.ts';

const made = await hashOfSources();
for (const traces of [false, true]) {
  const file = prebuilt(traces);
  const stamp = `${file}.made-from`;
  // Bundling takes seconds, and most changes are not to the workflows.
  if ((await readFile(stamp, 'utf8').catch(() => null)) === made) continue;
  const { code } = await bundleWorkflows(traces);
  await writeFile(file, code);
  await writeFile(stamp, made);
}
