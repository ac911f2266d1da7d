import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The project's own folder, from the sources as well as from the compiled `dist`. */
export const projectFolder = findProject(dirname(fileURLToPath(import.meta.url)));

function findProject(from: string): string {
  if (existsSync(join(from, 'tools', 'ferretdb', 'go.mod'))) return from;
  const parent = dirname(from);
  if (parent === from) throw new Error('The folder tools/ of mongo-to-prisma is missing: install the package again.');
  return findProject(parent);
}
