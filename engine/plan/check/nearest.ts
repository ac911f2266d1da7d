import { closest, distance } from 'fastest-levenshtein';
import { didYouMean } from '../../messages/engine/plan.ts';
import type { Message } from '../../messages/message.ts';

/** The name that is likely meant, as the end of a sentence; nothing where none is alike. */
export function nearest(name: string, names: readonly string[]): Message | '' {
  if (names.length === 0) return '';
  const found = closest(name, names);
  const isAlike = distance(name.toLowerCase(), found.toLowerCase()) <= Math.max(1, Math.floor(name.length / 3));
  return isAlike ? didYouMean({ name: found }) : '';
}
