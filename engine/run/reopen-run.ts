import { PlanChanged, StagesUnfit, Unconfirmed } from '../common/errors.ts';
import {
  nothingToReconcile,
  reconciledByOtherPlan,
  reconciliationUnfinished,
  sourceIsAnother,
  sourceUnproved,
} from '../messages/engine/run.ts';
import type { Plan } from '../plan/stage.ts';
import { isSameSource } from '../source/same-source.ts';
import type { Source } from '../source/source.ts';
import { sourceWords } from '../source/source-words.ts';
import { readCheckpoints } from '../state/run/checkpoint.ts';
import { settlementOf } from '../state/run/checkpoint-names.ts';
import { adoptRun, FORMAT_VERSION, type Run } from '../state/run/run.ts';
import { replaceSource } from '../state/run/run-source.ts';
import type { Query } from '../target/query.ts';
import type { Execute, Target } from '../target/target.ts';
import { changedStages } from '../transform/probe/plan-digest.ts';
import type { Claimant } from './lease.ts';
import type { PreparedRun } from './prepared-run.ts';

/**
 * Opens the run that has filled the target once more, to bring it to what a source holds now: the same one later, or
 * another dump of it. It stays the same run, so that everything which counts per run (quarantine, findings, totals)
 * goes on counting.
 * @param runs the target's runs, the newest first
 * @throws StagesUnfit when no run has filled the target whole; PlanChanged when another build's transforms have;
 *   Unconfirmed when the source is another one than the run's; LeaseHeld
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
    throw new StagesUnfit(nothingToReconcile());
  }
  const changed =
    run.formatVersion === FORMAT_VERSION ? await changedStages(run, plan) : Object.keys(run.transformHashes);
  if (changed.length > 0) {
    throw new PlanChanged(reconciledByOtherPlan({ run: run.id, stages: changed }));
  }
  await requireSameSource(run, source, claimant.confirmed ?? []);
  const now = { fingerprint: await source.fingerprint(), identity: (await source.identity?.()) ?? null };
  const epoch = await adoptRun(target, run, claimant, async (execute) => {
    await replaceSource(execute, run.id, { ...now, label: source.label });
    await noteReopened(execute, run.id);
  });
  return { runId: run.id, epoch, resumed: true };
}

/**
 * Until a reconciliation has come to its end, only another one ends its run: the copy's checkpoints are all done, and say
 * nothing of what the source holds by now.
 * @throws StagesUnfit when a reconciliation of this unfinished run was ended in its middle
 */
export async function refuseReopened(query: Query, runId: string): Promise<void> {
  const [row] = await query(`SELECT facts ? $2 FROM migration_run WHERE id = $1::uuid`, [runId, REOPENED]);
  if (row?.[0] !== 't') return;
  throw new StagesUnfit(reconciliationUnfinished({ run: runId }));
}

/** Stays in the run's facts: a run that is complete again is not asked for it. */
const REOPENED = 'reopened';

function noteReopened(execute: Execute, runId: string): Promise<number> {
  return execute(
    `UPDATE migration_run SET facts = facts || jsonb_build_object($2::text, true) WHERE id = $1::text::uuid`,
    ...[runId, REOPENED],
  );
}

function isWhole({ state, options }: Run): boolean {
  const { dryRun, limit, stages, retry } = options;
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

/**
 * A reconciliation takes out what its source does not hold: of another platform it would empty the target.
 * @throws Unconfirmed unless the source is the run's own, or somebody has said that this one is meant
 */
async function requireSameSource(run: Run, source: Source, confirmed: readonly string[]): Promise<void> {
  if (run.sourceFingerprint === (await source.fingerprint())) return;
  if (run.sourceIdentity !== null && isSameSource(run.sourceIdentity, (await source.identity?.()) ?? null)) return;
  const gate = `source:${sourceWords(source.label)}`;
  if (confirmed.includes(gate)) return;
  const say = run.sourceIdentity === null ? sourceUnproved : sourceIsAnother;
  throw new Unconfirmed(
    gate,
    say({ own: sourceWords(source.label), wanted: sourceWords(run.sourceLabel), run: run.id }),
  );
}
