import { TargetUnfit } from '../engine/common/errors.ts';
import { oneBuildOnly } from '../engine/messages/engine/run.ts';

/** What a workflow and its first step agree on: each refuses another number of the other's. */
export const PROTOCOL = 2;

/** @throws TargetUnfit when the workflow's own worker is of another build */
export function requireProtocol({ protocol }: { readonly protocol?: number }): void {
  if (protocol === PROTOCOL) return;
  throw new TargetUnfit(oneBuildOnly());
}
