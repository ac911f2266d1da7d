import { circlesOf } from './circles.ts';
import type { Folder } from './folders.ts';
import type { Import } from './imports.ts';

/** More entries than these are too many for one look. */
export const MOST_ENTRIES = 15;

/** A room, how many files import or are imported there, and the rooms that it imports from. */
interface Room {
  readonly name: string;
  readonly files: number;
  readonly to: readonly string[];
}

/** What the imports say of the rooms; `wrong` has a sentence for everything that is against the ladder. */
export interface Judged {
  readonly rooms: readonly Room[];
  readonly wrong: readonly string[];
  readonly circles: number;
  readonly upward: number;
}

/**
 * Holds imports to a ladder of rooms. A file may import from its own room and from those below it; an import of a type
 * counts like any other. No file, and no folder inside a room, may reach itself again.
 * @param ladder rooms from the top down; a file's room is the longest that its path begins with
 * @param folders how many entries each folder has
 * @example judgeRooms(['scripts', 'engine'], [{ from: 'engine/a.ts', to: 'scripts/b.ts', typeOnly: true }], []).upward // 1
 */
export function judgeRooms(ladder: readonly string[], imports: readonly Import[], folders: readonly Folder[]): Judged {
  const judged = imports.filter(({ to }) => !to.includes('/generated/'));
  const paths = [...new Set(judged.flatMap(({ from, to }) => [from, to]))].sort();
  const rooms = new Map(paths.map((path) => [path, roomIn(ladder, path)]));
  const roomOf = (path: string) => rooms.get(path)!;
  const floors = new Map(ladder.map((room, floor) => [room, floor]));
  const nowhere = paths.filter((path) => roomOf(path) === '');
  const upward = judged.filter(({ from, to }) => {
    const [above, below] = [floors.get(roomOf(from)), floors.get(roomOf(to))];
    return above !== undefined && below !== undefined && below < above;
  });
  const arrows = new Set(judged.map(({ from, to }) => `${roomOf(from)} → ${roomOf(to)}`));
  const files = circlesOf(judged.map(({ from, to }) => [from, to]));
  const inside = judged.filter(({ from, to }) => roomOf(from) === roomOf(to));
  const ofFolders = circlesOf(inside.map(({ from, to }) => besides(from, to)).filter((pair) => pair !== null));
  return {
    rooms: ladder.map((name) => ({
      name,
      files: paths.filter((path) => roomOf(path) === name).length,
      to: ladder.filter((to) => to !== name && arrows.has(`${name} → ${to}`)),
    })),
    wrong: [
      ...nowhere.map((path) => `${path} stands in no room of docs/architecture.md.`),
      ...upward.map(({ from, to }) => `${from} imports ${to}, which stands in a room above.`),
      ...files.map((circle) => `A circle of files: ${circle.join(' → ')}.`),
      ...ofFolders.map((circle) => `A circle of folders: ${circle.join(' → ')}.`),
      ...folders
        .filter(({ entries }) => entries > MOST_ENTRIES)
        .map(({ folder, entries }) => `${folder} has ${entries} entries, more than ${MOST_ENTRIES}.`),
    ],
    circles: files.length + ofFolders.length,
    upward: upward.length,
  };
}

/** The longest room that a path begins with; empty when it stands in none. */
function roomIn(ladder: readonly string[], path: string): string {
  const rooms = ladder.filter((room) => path.startsWith(`${room}/`));
  return rooms.reduce((long, room) => (room.length > long.length ? room : long), '');
}

/** The folders that lead from where two paths part to each of them; null when one of them stands right there. */
function besides(from: string, to: string): [string, string] | null {
  const [a, b] = [from.split('/'), to.split('/')];
  let parting = 0;
  while (a[parting] === b[parting]) parting += 1;
  if (parting >= a.length - 1 || parting >= b.length - 1) return null;
  return [a.slice(0, parting + 1).join('/'), b.slice(0, parting + 1).join('/')];
}
