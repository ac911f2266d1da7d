import { brokenReferences } from '../verify/references/verify-references.ts';
import { type Cut, type Evidence, isAfter } from './evidence.ts';

/** What keeps a stage from being complete, one sentence each, all of them. @param confirmed absent collections that somebody has confirmed */
export function unfinished(evidence: Evidence, confirmed: readonly string[]): string[] {
  const { stage, copy, verification, isSettled, contested, changes } = evidence;
  const said = [
    ...absence(evidence, confirmed),
    ...cutWell(copy, 'copied'),
    ...(isSettled ? [] : ['documents that want the same unique value have not been settled']),
    ...(contested > 0 ? [`${count(contested, 'document waits', 'documents wait')} to be settled`] : []),
    ...(changes > 0 ? [`${count(changes, 'change has', 'changes have')} not been brought over and compared`] : []),
    ...accounted(evidence),
    ...cutWell(verification, 'compared row by row'),
    ...comparison(evidence),
  ];
  return said.map((one) => `Stage ${stage}: ${one}.`);
}

/** Where source and target disagree in a stage, one sentence each. */
export function disagreeing({ stage, collection, differences, totals, references }: Evidence): string[] {
  const reasons = Object.entries(differences).map(([kind, number]) => `${number} × ${kind} in the row comparison`);
  for (const { what, path, table, column, expected, found, agree } of totals ?? []) {
    if (agree) continue;
    const place = column === null ? table : `${table}.${column}`;
    reasons.push(`${what} of ${path || collection} should be ${expected} in ${place}, and PostgreSQL has ${found}`);
  }
  return [...reasons, ...brokenReferences(references ?? [])].map((one) => `Stage ${stage}: ${one}.`);
}

/** A stage that is copied and settled, and whose comparison is planned, but not done. */
export function isUncompared({ copy, isSettled, verification: { planned, found, done } }: Evidence): boolean {
  return copy.done === copy.planned && isSettled && found === planned && done < found;
}

/** Totals or references of a stage that were compared before the last write to it, or to a stage that it refers to. */
export function isStale({ comparedAt, writtenAt }: Evidence): boolean {
  return comparedAt === null || !isAfter(comparedAt, writtenAt);
}

export function staleness({ stage, references }: Evidence): string[] {
  if (references === null) return [];
  return [`Stage ${stage}: it, or a stage that it refers to, was written after totals and references were compared.`];
}

function absence({ isAbsent, collection }: Evidence, confirmed: readonly string[]): string[] {
  if (!isAbsent || confirmed.includes(collection)) return [];
  return [`the source has no collection ${collection}, and nobody has confirmed that`];
}

function cutWell({ planned, found, done }: Cut, what: string): string[] {
  if (planned === null) return [`it was not planned what is to be ${what}`];
  if (found !== planned) return [`${planned} partitions were planned to be ${what}, and ${found} are there`];
  return done === planned ? [] : [`${done} of ${planned} partitions are ${what}`];
}

function accounted({ read, written, skipped, quarantined, omitted, contested }: Evidence): string[] {
  if (read === written + skipped + quarantined + omitted + contested) return [];
  return [
    `${read} documents were read, but ${written} written, ${skipped} there before, ${quarantined} in quarantine and ${omitted} left out`,
  ];
}

function comparison({ toCompare, compared, isReconciled, totals, references }: Evidence): string[] {
  return [
    ...(isReconciled || compared === toCompare
      ? []
      : [`${compared} of ${toCompare} documents were compared row by row`]),
    ...(totals === null ? ['counts and sums have not been compared'] : []),
    ...(references === null ? ['references have not been checked'] : []),
  ];
}

export function count(number: number, one: string, many: string): string {
  return `${number.toLocaleString('en-US')} ${number === 1 ? one : many}`;
}
