import { Fenced, LeaseHeld } from '../common/errors.ts';
import { latePreflight, leaseHeld, leaseHeldElsewhere } from '../messages/engine/run.ts';
import type { Plan } from '../plan/stage.ts';
import { type Run, readRuns } from '../state/run/run.ts';
import type { Target } from '../target/target.ts';
import { endRun, releaseLease } from './end-run.ts';

/** Who asks for the target. */
export interface Claimant {
  readonly workflowId: string;
  /** The first execution's run id: it stays the same over continue-as-new and resets. */
  readonly workflowRunId: string;
  readonly namespaceId: string;
  /** Where this namespace's Temporal is, in words; missing where nobody tells. */
  readonly temporal?: string | null;
  /** Gates that somebody has approved before their time: what they are about is meant so. */
  readonly confirmed?: readonly string[];
  /** Counted from 1: a late statement of an earlier one changes nothing. */
  readonly attempt?: number;
  /** Whether the workflow has been closed meanwhile; missing where nobody can tell. */
  readonly isClosed?: () => Promise<boolean>;
}

/** Whether the workflow that holds the target is still open; null when nobody can tell. */
export type IsOpen = (holder: Pick<Run, 'workflowId' | 'namespaceId'>) => Promise<boolean | null>;

/** Asked between a look at the runs and what is written by it: what has changed since is noticed by the epoch. @throws Fenced */
export async function requireOpen({ isClosed }: Claimant): Promise<void> {
  if (await isClosed?.()) throw late();
}

/** What a late attempt of a preflight is told. */
export function late(): Fenced {
  return new Fenced(latePreflight());
}

/** Takes the lease from a run whose workflow is open no more. @returns the runs as they are then @throws LeaseHeld, Fenced */
export async function freeLease(
  target: Target,
  plan: Plan,
  runs: readonly Run[],
  claimant: Claimant,
  isOpen: IsOpen,
): Promise<readonly Run[]> {
  const holder = runs.find((run) => run.lease);
  if (holder === undefined) return runs;
  const sameId = holder.workflowId === claimant.workflowId && holder.namespaceId === claimant.namespaceId;
  // Temporal runs one execution of a workflow id at a time: if we run, the earlier one of our own id has ended.
  const open = sameId ? false : holder.namespaceId === claimant.namespaceId ? await isOpen(holder) : true;
  if (open !== false && open !== null) {
    const { temporal, workflowId: workflow, id: held } = holder;
    throw new LeaseHeld(
      temporal === null ? leaseHeld({ workflow, run: held }) : leaseHeldElsewhere({ workflow, run: held, temporal }),
    );
  }
  await letGo(target, plan, holder);
  const left = await readRuns(target.query);
  await requireOpen(claimant);
  return left;
}

/** Takes the target from a run whose workflow is gone; one that has come to its verdict keeps that. @throws Fenced */
export async function letGo(target: Target, plan: Plan, holder: Run): Promise<void> {
  if (holder.verdict === null) await endRun(target, plan, { runId: holder.id, epoch: holder.epoch }, 'failed');
  else await releaseLease(target, holder);
}
