import {
  PlanChanged,
  SourceMismatch,
  SourceUnavailable,
  TargetCopied,
  TargetMismatch,
} from '../engine/common/errors.ts';
import {
  otherSource,
  otherTarget,
  planChanged,
  scratchSchemaOf,
  targetBroughtBack,
  targetCopied,
  targetWithoutRun,
} from '../engine/messages/engine/run.ts';
import { createMigration, type Migration } from '../engine/migration/create-migration.ts';
import type { Plan } from '../engine/plan/stage.ts';
import { chosenStages } from '../engine/run/preflight.ts';
import { isSameSource } from '../engine/source/same-source.ts';
import { addressOf, labelOf, placeOf, readFacts } from '../engine/state/run/identity.ts';
import { hasSideTables, type Run, readRun } from '../engine/state/run/run.ts';
import type { Target } from '../engine/target/target.ts';
import {
  confirmTargetIdentity,
  departureOf,
  readTargetFacts,
  readTargetIdentity,
  type TargetFacts,
  type TargetIdentity,
} from '../engine/target/target-identity.ts';
import { changedStages } from '../engine/transform/probe/plan-digest.ts';
import type { ActivityDependencies } from './dependencies.ts';
import type { RunRef } from './run-ref.ts';

/** What a step needs less of than others. */
export interface Demands {
  /** It works with any plan: it takes rows out, ends the run, or asks for the plan's change itself. */
  readonly anyPlan?: boolean;
  /** It reads nothing of the source and has to work while that is away: the end of a run above all. */
  readonly sourceMayBeAway?: boolean;
}

/** The run that a step works for, and where. */
export interface OpenRun {
  readonly row: Run;
  readonly target: Target;
}

/**
 * The gate of every step that is given a run, before its first statement: this worker's target holds the run and is no
 * copy, its source is the run's, and so is its plan. A worker of another configuration may take a step up all the same.
 * @throws TargetMismatch when this worker's target does not hold the run; TargetUnfit when an older build made its side tables
 * @throws TargetCopied when the side tables have come there by a copy
 * @throws SourceMismatch when this worker reads another source than the run's
 * @throws PlanChanged when this worker has other transforms than the run
 */
export async function openRun(deps: ActivityDependencies, run: RunRef, demands: Demands = {}): Promise<OpenRun> {
  const opened = await openRow(deps, run);
  await requireSource(deps, opened.row, demands.sourceMayBeAway === true);
  if (demands.anyPlan !== true) await refuseChangedPlan(opened.row, deps.plan);
  return opened;
}

/** The steps of a run, behind the gate of all steps: see {@link openRun}. */
export async function openMigration(
  deps: ActivityDependencies,
  run: RunRef,
  demands: Demands = {},
): Promise<Migration> {
  const { target } = await openRun(deps, run, demands);
  return createMigration({ plan: deps.plan, target, source: deps.source });
}

/**
 * The target's part of the gate: enough for a step that only asks whether it has been done, when the run may be another
 * source's and another plan's by now. @throws TargetMismatch, TargetUnfit, TargetCopied
 */
export async function openRow(deps: ActivityDependencies, run: RunRef): Promise<OpenRun> {
  const target = deps.target(run.schema);
  const row = (await hasSideTables(target.query)) ? await readRun(target.query, run.runId) : null;
  if (row === null) throw notHeld(deps, run);
  await requireTarget(deps, target, run);
  return { row, target };
}

/**
 * The gate of a step for which there may be no run's row any more: this worker's target is the wanted one.
 * @param place missing in histories of older builds
 * @throws TargetMismatch
 */
export async function requirePlace({ databaseUrl }: ActivityDependencies, place: string | undefined): Promise<void> {
  if (place === undefined || placeOf(databaseUrl, await readFacts(databaseUrl)) === place) return;
  throw new TargetMismatch(otherTarget({ own: labelOf(databaseUrl) }));
}

function notHeld({ databaseUrl }: ActivityDependencies, { runId, schema }: RunRef): TargetMismatch {
  const target = labelOf(databaseUrl);
  const own = schema === null ? target : scratchSchemaOf({ target, schema });
  return new TargetMismatch(targetWithoutRun({ own, run: runId }));
}

async function requireTarget(deps: ActivityDependencies, { query, schema }: Target, run: RunRef): Promise<void> {
  const written = await readTargetIdentity(query);
  // A run that an older build began: its first run by this one writes an identity.
  if (written === null) return;
  const facts = await readTargetFacts(query, schema, addressOf(deps.databaseUrl));
  const confirmed = run.confirmed ?? [];
  if (refuseCopy(written, facts, labelOf(deps.databaseUrl), confirmed))
    await confirmTargetIdentity(query, written, facts);
  if (run.target === undefined || run.target === written.id) return;
  throw new TargetMismatch(targetBroughtBack({ target: labelOf(deps.databaseUrl) }));
}

/**
 * Whether a target is a copy that somebody has said is meant.
 * @throws TargetCopied when it is one, and nobody has
 */
export function refuseCopy(
  written: TargetIdentity,
  facts: TargetFacts,
  label: string,
  confirmed: readonly string[],
): boolean {
  const departure = departureOf(written, facts);
  if (departure === null) return false;
  const gate = `target:${label}`;
  if (confirmed.includes(gate)) return true;
  throw new TargetCopied(gate, targetCopied({ target: label, origin: departure }));
}

async function requireSource(deps: ActivityDependencies, row: Run, mayBeAway: boolean): Promise<void> {
  try {
    const source = await deps.source();
    const [fingerprint, identity] = [await source.fingerprint(), (await source.identity?.()) ?? null];
    const isOther = row.sourceIdentity !== null && identity !== null && !isSameSource(row.sourceIdentity, identity);
    if (fingerprint === row.sourceFingerprint && !isOther) return;
    throw new SourceMismatch(otherSource({ own: source.label, wanted: row.sourceLabel }));
  } catch (error) {
    if (!(mayBeAway && error instanceof SourceUnavailable)) throw error;
  }
}

async function refuseChangedPlan(run: Run, plan: Plan): Promise<void> {
  const stages = chosenStages(plan, run.options);
  const changed = (await changedStages(run, plan)).filter((stage) => stages.includes(stage));
  if (changed.length === 0) return;
  throw new PlanChanged(planChanged({ stages: changed }));
}
