import { collectionMissing } from '../../engine/messages/workflows/blocked.ts';
import type { Flow } from '../flow.ts';
import type { Snapshot } from '../state/snapshot.ts';

const GATE = 'missing:';

/** Absent collections that somebody has confirmed by name, in the input or by approving. */
export function confirmedAbsent({ approved }: Pick<Snapshot, 'approved'>): string[] {
  return approved.filter((gate) => gate.startsWith(GATE)).map((gate) => gate.slice(GATE.length));
}

/**
 * An absent collection is not an empty one: the source may be another one, or a dump that was not made whole. The run waits
 * until each has been confirmed by its name. @throws Interrupted, HistoryFull
 */
export async function confirmAbsent(flow: Flow): Promise<void> {
  for (const collection of flow.state.snapshot.absent ?? []) {
    await flow.gate(`${GATE}${collection}`, true, collectionMissing({ collection }));
  }
}
