import type { Problem } from '../../activities/monitor/course.ts';
import { labelled, type Message } from '../../engine/messages/message.ts';
import {
  acknowledgeThem,
  checkFailed,
  DAMAGES,
  damageAt,
  PROBLEM_EVENTS,
  problemOf,
  problemOfMany,
  restoreByHand,
  restoreFollows,
  troubleAt,
} from '../../engine/messages/workflows/monitor.ts';
import type { MonitorSnapshot } from './snapshot.ts';

const damageOf = (kind: string) => (Object.hasOwn(DAMAGES, kind) ? DAMAGES[kind as keyof typeof DAMAGES] : null);

/** A problem as one sentence: stage, place and documents, and no value. */
export function sentenceOf(
  problem: Omit<Problem, 'acknowledged' | 'text'>,
  event: 'new' | 'repeated' | 'resolved',
): string {
  const { count, documents } = problem;
  const what = withoutDocuments(problem);
  const named = documents.map(({ legacyId, rootId }) => legacyId ?? rootId).filter((id) => id !== null);
  const whole =
    named.length === 0
      ? what
      : count > named.length
        ? problemOfMany({ problem: what, count, documents: named })
        : problemOf({ problem: what, documents: named });
  return PROBLEM_EVENTS[event]({ problem: whole }).text;
}

function withoutDocuments({ kind, stage, where, says }: Pick<Problem, 'kind' | 'stage' | 'where' | 'says'>): Message {
  const place = stage === null ? where : `${stage}, ${where}`;
  const damage = damageOf(kind);
  if (damage !== null) return damageAt({ kind, place, meaning: labelled(damage) });
  const why = (says ?? kind).replace(/\.$/, '');
  return kind === 'check' ? checkFailed({ check: place, why }) : troubleAt({ place, what: why });
}

/** What an operator is to do about what is open. */
export function offerOf({ options, begun, problems, damagedInARow }: MonitorSnapshot): string {
  const { policy } = options;
  const backup = policy.backup ?? begun?.backup ?? '<backup>';
  const isDamage = problems.some(
    ({ kind, acknowledged }) => !acknowledged && damageOf(kind) !== null && kind !== 'sourceChanged',
  );
  const acknowledge = acknowledgeThem();
  if (!isDamage) return acknowledge.text;
  if (policy.rollback === 'run') {
    return restoreFollows({ damaged: damagedInARow, after: policy.after, backup, acknowledge }).text;
  }
  return restoreByHand({ backup, acknowledge }).text;
}
