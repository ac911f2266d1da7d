import { asMessage } from '../../engine/messages/message.ts';
import { otherAnswers } from '../../engine/messages/workflows/blocked.ts';
import { documents } from '../activity-proxies.ts';
import type { Flow } from '../flow.ts';
import { SMOKE_GATE } from '../state/snapshot.ts';

/**
 * Lets the run complete only when the platform's queries have the same answers from both databases, or when somebody
 * approves going on with others (runbook, section 6). @throws Interrupted, HistoryFull
 */
export async function passSmokeTests(flow: Flow): Promise<void> {
  const { state } = flow;
  if (state.snapshot.options.smokeTests !== true) return;
  for (;;) {
    const waived = state.isApproved(SMOKE_GATE);
    const { different } = await flow.persistently(() => documents(flow).smokeTests({ run: flow.run, waived }));
    if (different === null || waived) return;
    await flow.standStill(
      otherAnswers({ different: asMessage(different), gate: SMOKE_GATE }),
      null,
      () => state.isOvertaken || state.isApproved(SMOKE_GATE),
    );
    await flow.boundary();
  }
}
