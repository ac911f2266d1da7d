import { readCheckpoints } from '../checkpoint.ts';
import { PlanChanged, StagesUnfit } from '../errors.ts';
import type { Claimant, PreparedRun, RunOptions } from '../preflight.ts';
import { adoptRun, changedTransforms, FORMAT_VERSION, type Run } from '../run.ts';
import { settlementOf } from '../settle-contested.ts';
import type { Source } from '../source/source.ts';
import type { Plan, Query } from '../stage.ts';
import type { Target } from '../target.ts';

/**
 * Opens the run that has filled the target once more, to bring it to what a source holds now: the same one later, or
 * another dump of it. It stays the same run, so that everything which counts per run (quarantine, findings, totals)
 * goes on counting.
 * @param runs the target's runs, the newest first
 * @throws StagesUnfit when no run has filled the target whole; PlanChanged when another build's transforms have; LeaseHeld
 */
export async function reopenRun(
  target: Target,
  source: Source,
  plan: Plan,
  runs: readonly Run[],
  claimant: Claimant,
): Promise<PreparedRun> {
  const run = runs.find(isWhole);
  if (run === undefined || !(await isDone(target, plan, run.id))) {
    throw new StagesUnfit(
      'No run has filled this target with all stages and without a limit: migrate first, to the end, then reconcile.',
    );
  }
  const changed =
    run.formatVersion === FORMAT_VERSION ? changedTransforms(run, plan) : Object.keys(run.transformHashes);
  if (changed.length > 0) {
    throw new PlanChanged(
      `Run ${run.id} filled this target with other transforms of ${changed.join(', ')} than this build has: reconcile with the build that filled it, or migrate into an empty target.`,
    );
  }
  await setSource(target, await source.fingerprint(), source.label);
  await noteReopened(target.query, run.id);
  await adoptRun(target.query, run.id, claimant);
  return { runId: run.id, epoch: run.epoch + 1, resumed: true };
}

/**
 * Until a reconciliation has come to its end, only another one ends its run: the copy's checkpoints are all done, and say
 * nothing of what the source holds by now.
 * @throws StagesUnfit when a reconciliation of this unfinished run was ended in its middle
 */
export async function refuseReopened(query: Query, runId: string): Promise<void> {
  const [row] = await query(`SELECT facts ? $2 FROM migration_run WHERE id = $1::uuid`, [runId, REOPENED]);
  if (row?.[0] !== 't') return;
  throw new StagesUnfit(
    `A reconciliation of run ${runId} was ended before it was over: go on with it by \`mongo-to-prisma reconcile\`.`,
  );
}

/** Stays in the run's facts: a run that is complete again is not asked for it. */
const REOPENED = 'reopened';

async function noteReopened(query: Query, runId: string): Promise<void> {
  await query(
    `UPDATE migration_run SET facts = facts || jsonb_build_object($2::text, true), updated_at = now() WHERE id = $1::uuid`,
    [runId, REOPENED],
  );
}

function isWhole({ state, options }: Run): boolean {
  const { dryRun, limit, stages, retry } = options as unknown as RunOptions;
  return !dryRun && limit === null && stages === null && !retry && ['complete', 'failed'].includes(state);
}

async function isDone(target: Target, plan: Plan, runId: string): Promise<boolean> {
  for (const { name } of plan.stages) {
    const [settlement] = await readCheckpoints(target, runId, settlementOf(name));
    if (settlement?.done !== true) return false;
    if ((await readCheckpoints(target, runId, name)).some(({ done }) => !done)) return false;
  }
  return true;
}

/** From now on the target is this source's, for every later run, too. */
async function setSource(target: Target, fingerprint: string, label: string): Promise<void> {
  await target.query(
    `UPDATE migration_run SET source_fingerprint = $1, source_label = $2, updated_at = now() WHERE state <> 'aborted'`,
    [fingerprint, label],
  );
}
