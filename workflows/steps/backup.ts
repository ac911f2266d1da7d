import { asMessage } from '../../engine/messages/message.ts';
import { backupMissing } from '../../engine/messages/workflows/blocked.ts';
import { documents } from '../activity-proxies.ts';
import type { Flow } from '../flow.ts';
import { BACKUP_GATE } from '../state/snapshot.ts';

/**
 * Makes and proves a backup on the worker's host, where the run was asked to (runbook, section 5.1). A dry run touches no
 * table that one could be of. @throws Interrupted, HistoryFull
 */
export async function backUp(flow: Flow): Promise<void> {
  const { snapshot } = flow.state;
  if (snapshot.options.backup !== 'make' || snapshot.options.dryRun || snapshot.isBackedUp) return;
  await flow.persistently(() => documents(flow).backUp({ run: flow.run }));
  flow.state.backedUp();
}

/**
 * Lets the run begin only with a proved backup that is young enough, or when somebody approves going on without one
 * (runbook, section 5.1). One that was young enough at the start stays so, however long the run takes.
 * @throws Interrupted, HistoryFull
 */
export async function passBackupGate(flow: Flow): Promise<void> {
  const { state } = flow;
  const { requireBackup: hours, dryRun } = state.snapshot.options;
  if (hours === null || hours === undefined || dryRun || state.hasPassed(BACKUP_GATE)) return;
  for (;;) {
    const waived = state.isApproved(BACKUP_GATE);
    const { missing } = await flow.persistently(() => documents(flow).requireBackup({ run: flow.run, hours, waived }));
    if (missing === null) return state.pass(BACKUP_GATE);
    await flow.standStill(
      backupMissing({ missing: asMessage(missing), gate: BACKUP_GATE }),
      null,
      () => state.isOvertaken || state.isApproved(BACKUP_GATE),
    );
    await flow.boundary();
  }
}
