import { type EndState, endRun } from '../../../engine/run/end-run.ts';
import { raiseEpoch } from '../../../engine/state/run/run.ts';
import { byCommand, type Writer } from '../../../engine/state/run/run-writer.ts';
import type { Target } from '../../../engine/target/target.ts';
import { plan } from '../../../stages/plan.ts';

interface RunAt {
  readonly runId: string;
  readonly epoch?: number;
}

/** An attempt of a step of a run. */
export function writerOf({ runId, epoch = 1 }: RunAt, sequence = 1, attempt = 1): Writer {
  return { runId, epoch, sequence, attempt };
}

/** Whoever writes to a run now, whatever its epoch is. */
export async function writerNow(target: Target, runId: string): Promise<Writer> {
  return byCommand({ id: runId, epoch: await epochOf(target, runId) });
}

/** Raises a run's epoch as a rollback does, whatever it was. @returns the new one */
export async function raise(target: Target, runId: string): Promise<number> {
  return raiseEpoch(target, { runId, epoch: await epochOf(target, runId) }, 'rollback', async () => {});
}

/** Ends a run and lets go of the target; `complete` without a verdict, as the engine alone compares nothing. */
export async function letEnd(target: Target, runId: string, state: EndState | 'blocked'): Promise<void> {
  if (state !== 'complete' && state !== 'blocked') {
    await endRun(target, plan, { runId, epoch: await epochOf(target, runId) }, state);
    return;
  }
  await target.query(`UPDATE migration_run SET state = $2, lease = NULL, ended_at = now() WHERE id = $1::uuid`, [
    runId,
    state,
  ]);
}

/** A run's epoch as it stands. */
export async function epochOf({ query }: Target, runId: string): Promise<number> {
  const [row] = await query('SELECT epoch FROM migration_run WHERE id = $1::uuid', [runId]);
  return Number(row![0]);
}
