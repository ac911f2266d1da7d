import type { Flow } from '../flow.ts';
import { CATCH_UP, maintenanceOf } from '../messages/options.ts';
import { isLive, notePhase } from '../state/maintenance-state.ts';
import { catchUpForGood, catchUpUntilSmall } from './catch-up.ts';
import { followReferences, isFollowed } from './compare-wholes.ts';
import { checkWrites, maintenanceOn, passGate } from './maintenance.ts';

/** Between two looks at what the platform has changed while a person is waited for. */
const CLOSE_MS = 300_000;

/**
 * After all stages: the platform is in maintenance before anything is switched to the target, nobody has written, and
 * whatever was changed while the stages were copied has been brought over and compared. Harmless when repeated.
 * @throws Interrupted, HistoryFull
 */
export async function beforeSwitch(flow: Flow): Promise<void> {
  const { state } = flow;
  const { maintenance } = state;
  const mode = maintenanceOf(state.snapshot.options);
  if (mode === 'none') return;
  if (mode === 'switch' && maintenance.standing === 'off') await stayClose(flow);
  await maintenanceOn(flow);
  const isBehind = () => isLive(state) && !maintenance.caughtUp;
  do {
    if (isBehind()) await lastPass(flow);
    await checkWrites(flow);
  } while (isBehind());
}

/** The step that ends when source and target differ in little. */
const CLOSE = 'close';

/** Passes over what the platform changes, until the difference is small and maintenance may begin. */
async function stayClose(flow: Flow): Promise<void> {
  for (;;) {
    await comeClose(flow);
    if (await passGate(flow, 'on', CLOSE_MS)) return;
    flow.state.forgetPassed(CLOSE);
  }
}

async function comeClose(flow: Flow): Promise<void> {
  for (;;) {
    await flow.once(CLOSE, () => {
      notePhase(flow.state.maintenance, 'catchingUp', Date.now());
      return catchUpUntilSmall(flow);
    });
    if (isFollowed(flow.state)) return;
    await followReferences(flow);
    // What was written meanwhile is not left to the downtime.
    flow.state.forgetPassed(CLOSE);
  }
}

async function lastPass(flow: Flow): Promise<void> {
  const { maintenance, snapshot } = flow.state;
  notePhase(maintenance, 'lastPass', Date.now());
  // Nothing was marked before the copy when no change was to be expected.
  const how = maintenance.marked ? (snapshot.options.catchUp?.last ?? CATCH_UP.last) : 'fingerprint';
  await catchUpForGood(flow, how);
  maintenance.caughtUp = true;
}
