import type { ExactNumber } from '../engine/document/exact-number.ts';
import type { RowBuilder } from './platform.ts';

/** The models allow an end before the start; it is worth telling. */
export function noteDateOrder(
  document: { readonly startDate: Date; readonly endDate: Date },
  to: RowBuilder,
  at = '',
): void {
  if (document.endDate.getTime() < document.startDate.getTime()) to.finding(`${at}endDate`, 'dateOrder');
}

/** Task and milestone numbers are meant to be unique inside a project, but nothing ever held them to it. */
export function noteRepeatedNumbers(
  path: string,
  elements: Iterable<{ readonly id: ExactNumber; readonly index: number }>,
  to: RowBuilder,
): void {
  const seen = new Set<string>();
  for (const element of elements) {
    const number = element.id.toString();
    if (seen.has(number)) to.finding(`${path}.${element.index}.id`, 'repeatedNumber');
    seen.add(number);
  }
}
