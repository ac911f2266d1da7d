import type { Problem } from '../../activities/monitor/course.ts';
import { acknowledgeThem, DAMAGES, restoreByHand, restoreFollows } from '../../engine/messages/workflows/monitor.ts';
import type { MonitorSnapshot } from './snapshot.ts';

const meaningOf = (kind: string) => (Object.hasOwn(DAMAGES, kind) ? DAMAGES[kind as keyof typeof DAMAGES].en : null);

/** A problem as one sentence: stage, place and documents, and no value. */
export function sentenceOf(
  problem: Omit<Problem, 'acknowledged' | 'text'>,
  event: 'new' | 'repeated' | 'resolved',
): string {
  const { kind, stage, where, count, documents, says } = problem;
  const place = stage === null ? where : `${stage}, ${where}`;
  const meaning = meaningOf(kind) ?? says ?? kind;
  const named = documents.map(({ legacyId, rootId }) => legacyId ?? rootId).filter((id) => id !== null);
  const whose =
    named.length === 0 ? '' : ` (${count > named.length ? `${count} documents, such as ` : ''}${named.join(', ')})`;
  const word = event === 'new' ? '' : event === 'repeated' ? 'Still: ' : 'Over: ';
  const what = meaningOf(kind) !== null ? `${kind}: ` : kind === 'check' ? 'check ' : '';
  return `${word}${what}${place}: ${meaning.replace(/\.$/, '')}${whose}.`;
}

/** What an operator is to do about what is open. */
export function offerOf({ options, begun, problems, damagedInARow }: MonitorSnapshot): string {
  const { policy } = options;
  const backup = policy.backup ?? begun?.backup ?? '<backup>';
  const isDamage = problems.some(
    ({ kind, acknowledged }) => !acknowledged && meaningOf(kind) !== null && kind !== 'sourceChanged',
  );
  const acknowledge = acknowledgeThem();
  if (!isDamage) return acknowledge.text;
  if (policy.rollback === 'run') {
    return restoreFollows({ damaged: damagedInARow, after: policy.after, backup, acknowledge }).text;
  }
  return restoreByHand({ backup, acknowledge }).text;
}
