import type { Message } from '../../engine/messages/message.ts';
import { documentsOfStage } from '../../engine/messages/workflows/progress.ts';

/** Documents that earlier runs have moved and a rollback leaves, by stage, for people; empty when there are none. */
export function staysOf(earlier: Readonly<Record<string, number>>): Message[] {
  return Object.entries(earlier).map(([stage, documents]) => documentsOfStage({ stage, documents }));
}
