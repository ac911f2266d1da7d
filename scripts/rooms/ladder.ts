import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** The folders that the rooms stand in. */
export const FOLDERS = [
  'bench',
  'scripts',
  'worker',
  'workflows',
  'activities',
  'operations',
  'stages',
  'engine',
  'prisma',
] as const;

/** A row of the table under "Rooms" in docs/architecture.md: its first cell is one folder. */
const ROW = /^\| `([\w./-]+)\/` +\|/gm;

/**
 * The rooms from the top down, as docs/architecture.md lists them: `['bench', 'scripts', …, 'engine/common']`.
 * @throws Error when the page has no table of rooms
 */
export async function readLadder(project: string): Promise<readonly string[]> {
  const page = await readFile(join(project, 'docs', 'architecture.md'), 'utf8');
  const section = /^## Rooms[^\n]*\n([\s\S]*?)(?=^## )/m.exec(page)?.[1] ?? '';
  const rooms = [...section.matchAll(ROW)].map(([, room]) => room!);
  if (rooms.length === 0) throw new Error('docs/architecture.md has no table of rooms under "Rooms".');
  return rooms;
}
