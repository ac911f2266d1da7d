import type { Level, Slot } from './shape.ts';
import type { Cursor } from './values/cursor.ts';

/** The declared name of an element. Most objects have their names in the order of the one before: that is tried first. */
export function slotOf(level: Level, { bytes, nameAt, nameEnd }: Cursor, place: number): Slot | undefined {
  const usual = level.usual[place];
  if (usual !== undefined && usual.nameBytes.length === nameEnd - nameAt) {
    let same = 0;
    while (nameAt + same < nameEnd && bytes[nameAt + same] === usual.nameBytes[same]) same++;
    if (nameAt + same === nameEnd) return usual;
  }
  const slot = level.names.get(bytes.toString('latin1', nameAt, nameEnd));
  if (slot !== undefined && place < MOST_USUAL) level.usual[place] = slot;
  return slot;
}

/** Objects of more names than this have no usual order. */
const MOST_USUAL = 200;
