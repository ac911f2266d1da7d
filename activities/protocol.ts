import { TargetUnfit } from '../engine/common/errors.ts';

/** What a workflow and its first step agree on: each refuses another number of the other's. */
export const PROTOCOL = 2;

/** @throws TargetUnfit when the workflow's own worker is of another build */
export function requireProtocol({ protocol }: { readonly protocol?: number }): void {
  if (protocol === PROTOCOL) return;
  throw new TargetUnfit(
    'This workflow is carried out by a worker of another build than this step: leave workers of one build only, and start it again.',
  );
}
