import {
  absenceUnconfirmed,
  changesLeft,
  comparisonPlannedOtherwise,
  comparisonUnfinished,
  comparisonUnplanned,
  conflictsUnresolved,
  copyPlannedOtherwise,
  copyUnfinished,
  copyUnplanned,
  documentsContested,
  notAllCompared,
  referencesBroken,
  referencesNotChecked,
  rowsDiffer,
  totalDiffers,
  totalsNotCompared,
  unaccounted,
  writtenSince,
} from '../messages/engine/verdict.ts';
import type { Message } from '../messages/message.ts';
import { brokenReferences } from '../verify/references/verify-references.ts';
import { type Cut, type Evidence, isAfter } from './evidence.ts';

/** What keeps a stage from being complete, all of it. @param confirmed absent collections that somebody has confirmed */
export function unfinished(evidence: Evidence, confirmed: readonly string[]): Message[] {
  const { stage, copy, verification, isSettled, contested, changes } = evidence;
  return [
    ...absence(evidence, confirmed),
    ...cutWell(stage, copy, COPY),
    ...(isSettled ? [] : [conflictsUnresolved({ stage })]),
    ...(contested > 0 ? [documentsContested({ stage, documents: contested })] : []),
    ...(changes > 0 ? [changesLeft({ stage, changes })] : []),
    ...accounted(evidence),
    ...cutWell(stage, verification, COMPARISON),
    ...comparison(evidence),
  ];
}

/** Where source and target disagree in a stage. */
export function disagreeing({ stage, collection, differences, totals, references }: Evidence): Message[] {
  const rows = Object.entries(differences).map(([kind, count]) => rowsDiffer({ stage, differences: count, kind }));
  const figures = (totals ?? []).flatMap(({ what, path, table, column, expected, found, agree }) => {
    const place = column === null ? table : `${table}.${column}`;
    return agree ? [] : [totalDiffers({ stage, what, path: path || collection, expected, place, found })];
  });
  const broken = brokenReferences(references ?? []).map((reference) => referencesBroken({ stage, reference }));
  return [...rows, ...figures, ...broken];
}

/** A stage that is copied and settled, and whose comparison is planned, but not done. */
export function isUncompared({ copy, isSettled, verification: { planned, found, done } }: Evidence): boolean {
  return copy.done === copy.planned && isSettled && found === planned && done < found;
}

/** Totals or references of a stage that were compared before the last write to it, or to a stage that it refers to. */
export function isStale({ comparedAt, writtenAt }: Evidence): boolean {
  return comparedAt === null || !isAfter(comparedAt, writtenAt);
}

export function staleness({ stage, references }: Evidence): Message[] {
  return references === null ? [] : [writtenSince({ stage })];
}

function absence({ stage, isAbsent, collection }: Evidence, confirmed: readonly string[]): Message[] {
  return !isAbsent || confirmed.includes(collection) ? [] : [absenceUnconfirmed({ stage, collection })];
}

const COPY = { unplanned: copyUnplanned, otherwise: copyPlannedOtherwise, unfinished: copyUnfinished };
const COMPARISON = {
  unplanned: comparisonUnplanned,
  otherwise: comparisonPlannedOtherwise,
  unfinished: comparisonUnfinished,
};

function cutWell(stage: string, { planned, found, done }: Cut, say: typeof COPY | typeof COMPARISON): Message[] {
  if (planned === null) return [say.unplanned({ stage })];
  if (found !== planned) return [say.otherwise({ stage, planned, found })];
  return done === planned ? [] : [say.unfinished({ stage, done, planned })];
}

function accounted(evidence: Evidence): Message[] {
  const { stage, read, written, skipped, quarantined, omitted, contested } = evidence;
  if (read === written + skipped + quarantined + omitted + contested) return [];
  return [unaccounted({ stage, read, written, skipped, quarantined, omitted })];
}

function comparison({ stage, toCompare, compared, isReconciled, totals, references }: Evidence): Message[] {
  return [
    ...(isReconciled || compared === toCompare ? [] : [notAllCompared({ stage, compared, all: toCompare })]),
    ...(totals === null ? [totalsNotCompared({ stage })] : []),
    ...(references === null ? [referencesNotChecked({ stage })] : []),
  ];
}
