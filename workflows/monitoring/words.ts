import type { Problem } from '../../activities/monitor/course.ts';
import type { MonitorSnapshot } from './snapshot.ts';

/** What each kind of damage means, for whoever is alerted. */
const MEANING: Readonly<Record<string, string>> = {
  immutable: 'a column that never changes was changed',
  transition: 'a state has followed that never follows the one before',
  unexplained: 'rows were changed, and updatedAt is not newer than the switch',
  missing: 'rows are gone that nobody may delete',
  backdated: 'new rows say they are older than the switch',
  future: 'updatedAt lies in the future',
  timeShift: 'dates are off by the same time in several documents',
  sum: 'count or sum over rows that nobody has written since the switch is not what was moved',
  idMap: 'the ID map has lost entries',
  sourceChanged: 'the old database was written since the switch: something still writes to it',
};

/** A problem as one sentence: stage, place and documents, and no value. */
export function sentenceOf(
  problem: Omit<Problem, 'acknowledged' | 'text'>,
  event: 'new' | 'repeated' | 'resolved',
): string {
  const { kind, stage, where, count, documents, says } = problem;
  const place = stage === null ? where : `${stage}, ${where}`;
  const meaning = MEANING[kind] ?? says ?? kind;
  const named = documents.map(({ legacyId, rootId }) => legacyId ?? rootId).filter((id) => id !== null);
  const whose =
    named.length === 0 ? '' : ` (${count > named.length ? `${count} documents, such as ` : ''}${named.join(', ')})`;
  const word = event === 'new' ? '' : event === 'repeated' ? 'Still: ' : 'Over: ';
  const what = kind in MEANING ? `${kind}: ` : kind === 'check' ? 'check ' : '';
  return `${word}${what}${place}: ${meaning.replace(/\.$/, '')}${whose}.`;
}

/** What an operator is to do about what is open. */
export function offerOf({ options, begun, problems, damagedInARow }: MonitorSnapshot): string {
  const { policy } = options;
  const backup = policy.backup ?? begun?.backup ?? '<backup>';
  const isDamage = problems.some(
    ({ kind, acknowledged }) => !acknowledged && kind in MEANING && kind !== 'sourceChanged',
  );
  const hear = 'Send acknowledge when somebody has taken it over.';
  if (!isDamage) return hear;
  if (policy.rollback === 'run') {
    return `Damaged rounds in a row: ${damagedInARow} of ${policy.after}, then the target is brought back to ${backup} by itself. ${hear}`;
  }
  return `To go back to what was before the migration: mongo-to-prisma restore ${backup} ${hear}`;
}
