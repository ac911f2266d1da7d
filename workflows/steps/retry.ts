import { bookkeeping } from '../activity-proxies.ts';
import type { Flow } from '../flow.ts';
import { undisturbed } from './rollback.ts';

/**
 * Plans that documents in quarantine are tried again, the oldest request first. Their stages are then gone through once
 * more by the main flow, which finds only these documents left to be copied and verified.
 */
export async function retryQuarantine(flow: Flow): Promise<void> {
  const { state } = flow;
  const filter = state.snapshot.retries[0]!;
  state.goOn();
  flow.show();
  const { epoch, stages } = await undisturbed(flow, () => bookkeeping(flow).planRetry({ run: flow.run, filter }));
  state.retrying(epoch, stages, Date.now());
  flow.show();
}
