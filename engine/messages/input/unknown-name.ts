import type { Message } from '../message.ts';
import { notKnown, notKnownButNear } from './words.ts';

/** Letters that a name may be away from a known one to be taken for it. */
const CLOSE = 2;

/** A name that an object does not know, and the one that was meant. */
export function unknownName(name: string, known: readonly string[]): Message {
  const nearest = known.toSorted((one, other) => distance(name, one) - distance(name, other))[0];
  const isClose = nearest !== undefined && distance(name, nearest) <= CLOSE;
  return isClose ? notKnownButNear({ name, nearest }) : notKnown({ name });
}

/** Letters to be put in, left out or replaced until one text is the other; upper case is no difference. */
function distance(one: string, other: string): number {
  const letters = [...other.toLowerCase()];
  let row = [0, ...letters.keys()].map((_, place) => place);
  for (const [line, letter] of [...one.toLowerCase()].entries()) {
    const above = row;
    row = [line + 1];
    for (const [place, its] of letters.entries()) {
      const replaced = above[place]! + (its === letter ? 0 : 1);
      row.push(Math.min(replaced, above[place + 1]! + 1, row[place]! + 1));
    }
  }
  return row.at(-1)!;
}
