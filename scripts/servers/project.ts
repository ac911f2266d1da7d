import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ServerMissing } from '../../engine/common/errors.ts';
import { toolsMissing } from '../../engine/messages/worker/servers.ts';

/** The project's own folder, from the sources as well as from the compiled `dist`. */
export const projectFolder = findProject(dirname(fileURLToPath(import.meta.url)));

function findProject(from: string): string {
  if (existsSync(join(from, 'tools', 'ferretdb', 'go.mod'))) return from;
  const parent = dirname(from);
  if (parent === from) throw new ServerMissing(toolsMissing());
  return findProject(parent);
}
