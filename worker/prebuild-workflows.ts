/** The last step of `npm run build`: bundles the compiled workflows, so that no worker has to at its start. */
import { writeFile } from 'node:fs/promises';
import { bundleWorkflows, PREBUILT } from './workflow-bundle.ts';

const { code } = await bundleWorkflows();
await writeFile(PREBUILT, code);
