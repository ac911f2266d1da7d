/** `npm run docs`: writes the generated pages of docs/. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { projectFolder } from '../servers/project.ts';
import { generatedPages } from './pages.ts';

for (const [path, text] of await generatedPages()) {
  await writeFile(join(projectFolder, path), text);
  process.stdout.write(`${path}\n`);
}
