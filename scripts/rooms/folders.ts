import { readdir } from 'node:fs/promises';
import { join } from 'node:path';

/** Where every entry is of one kind and made by one rule: their number says nothing. */
const UNIFORM = ['prisma/migrations', 'tests/cases', 'tests/fixtures'];

/** A folder, and how many files and folders stand right in it. */
export interface Folder {
  readonly folder: string;
  readonly entries: number;
}

/**
 * The folders below some folders of the project, the fullest first; generated ones are left out.
 * @param tops such as `engine`
 */
export async function readFolders(project: string, tops: readonly string[]): Promise<Folder[]> {
  const found: Folder[] = [];
  const look = async (folder: string): Promise<void> => {
    if (UNIFORM.includes(folder)) return;
    const entries = (await readdir(join(project, folder), { withFileTypes: true })).filter(
      ({ name }) => name !== 'generated',
    );
    found.push({ folder, entries: entries.length });
    for (const entry of entries) if (entry.isDirectory()) await look(`${folder}/${entry.name}`);
  };
  for (const top of tops) await look(top);
  return found.sort((a, b) => b.entries - a.entries || a.folder.localeCompare(b.folder));
}
