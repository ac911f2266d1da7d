import { createHash } from 'node:crypto';
import { LeaseHeld, PlanChanged, SourceUnfit, StagesUnfit, TargetUnfit } from '../common/errors.ts';
import { closeUnderReferences } from '../copy/limit-closure.ts';
import { partitionsOfKeys } from '../copy/partitions.ts';
import { formatUuid } from '../document/prisma-id.ts';
import {
  collectionNotMovable,
  earlierStagesIncomplete,
  filledFromOtherSource,
  foreignRows,
  noCollectionOfPlan,
  nothingToRetry,
  otherFormat,
  runUnfinished,
  stageUnknown,
} from '../messages/engine/run.ts';
import type { Plan } from '../plan/stage.ts';
import { codecOf } from '../plan/stage-tables.ts';
import type { Source } from '../source/source.ts';
import { readCheckpoints } from '../state/run/checkpoint.ts';
import { settlementOf } from '../state/run/checkpoint-names.ts';
import { readPlanned, savePlanned } from '../state/run/planned.ts';
import { adoptRun, FORMAT_VERSION, insertRun, type Run, readRun, readRuns, transformHashes } from '../state/run/run.ts';
import { isSelective, type RetryFilter, type RunOptions } from '../state/run/run-options.ts';
import { touching } from '../state/run/run-writer.ts';
import { unhurried } from '../target/long-read.ts';
import type { TableCodec } from '../target/row-codec.ts';
import type { Target } from '../target/target.ts';
import { planDigests } from '../transform/probe/plan-digest.ts';
import { endRun } from './end-run.ts';
import { type Claimant, freeLease, type IsOpen, late, requireOpen } from './lease.ts';
import type { PreparedRun } from './prepared-run.ts';
import { refuseReopened, reopenRun } from './reopen-run.ts';
import { retriableKeys } from './retry-quarantine.ts';

/**
 * The stages that a run moves, in the plan's order. A dry run of some stages runs the earlier ones first.
 * @throws StagesUnfit for names that are no stage of the plan
 */
export function chosenStages(plan: Plan, options: RunOptions): string[] {
  const names = plan.stages.map(({ name }) => name);
  const unknown = (options.stages ?? []).filter((name) => !names.includes(name));
  if (unknown.length > 0) {
    throw new StagesUnfit(stageUnknown({ stages: unknown, known: names }));
  }
  if (options.stages === null || options.stages.length === 0) return names;
  const last = Math.max(...options.stages.map((name) => names.indexOf(name)));
  return options.dryRun ? names.slice(0, last + 1) : names.filter((name) => options.stages!.includes(name));
}

/** @throws SourceUnfit for views, time-series collections, and a source that has none of the collections */
export async function checkSource(source: Source, plan: Plan): Promise<{ missing: string[] }> {
  const missing: string[] = [];
  for (const { collection } of plan.stages) {
    const kind = await source.kindOf(collection);
    if (kind === 'missing') missing.push(collection);
    else if (kind !== 'collection') {
      throw new SourceUnfit(collectionNotMovable({ collection, source: source.label, kind }));
    }
  }
  if (missing.length === plan.stages.length) {
    throw new SourceUnfit(noCollectionOfPlan({ source: source.label, collections: missing }));
  }
  return { missing };
}

/**
 * Takes the target for a run: a new one, or the unfinished one of the same options that a dead workflow left.
 * Calling it again for the same claimant answers the same run.
 * @throws LeaseHeld, PlanChanged, StagesUnfit, TargetUnfit
 */
export async function prepareRun(
  target: Target,
  source: Source,
  plan: Plan,
  options: RunOptions,
  claimant: Claimant,
  isOpen: IsOpen,
  onProgress: () => void,
): Promise<PreparedRun> {
  const fingerprint = await source.fingerprint();
  const asked = chosenStages(plan, options);
  const { workflowId, workflowRunId, namespaceId, attempt = 1 } = claimant;
  const found = await readRuns(target.query);
  const own = found.find((run) => run.workflowRunId === workflowRunId);
  if (own?.lease) return takeUp(target, source, plan, found, own, attempt, onProgress);
  if (own !== undefined) throw late();
  await requireOpen(claimant);
  const runs = await freeLease(target, plan, found, claimant, isOpen);
  if (options.reconcile) {
    await refuseForeignRows(target, plan);
    return reopenRun(target, source, plan, runs, claimant);
  }
  for (const { id } of runs.filter(isUnfinished)) await refuseReopened(target.query, id);
  refuseOtherSources(runs, fingerprint);
  await refuseForeignRows(target, plan);
  const unfinished = runs.find((run) => isUnfinished(run) && sameOptions(run.options, options));
  if (unfinished) {
    refuseOtherFormat(unfinished);
    const epoch = await adoptRun(target, unfinished, claimant);
    return { runId: unfinished.id, epoch, resumed: true };
  }
  if (options.retry) refuseUnfinished(runs);
  else if (!options.dryRun) await requireEarlierStages(target, plan, runs, asked, options);
  const { dryRun, limit, retry = null } = options;
  const stages = retry === null ? options.stages : await stagesToRetry(target, plan, retry);
  const run = { id: runIdOf(claimant), options: { dryRun, limit, stages, ...(retry && { retry }) } };
  const inserted = insertRun(touching(target.query), {
    ...run,
    ...{ workflowId, workflowRunId, namespaceId, temporal: claimant.temporal ?? null },
    plan: plan.name,
    sourceFingerprint: fingerprint,
    sourceLabel: source.label,
    transformHashes: transformHashes(plan),
    sourceIdentity: (await source.identity?.()) ?? null,
    planDigests: await planDigests(plan),
  });
  await inserted.catch(async (error: unknown) => {
    // An earlier attempt of this very step was quicker.
    if (!(error instanceof LeaseHeld) || !(await readRun(target.query, run.id))?.lease) throw error;
  });
  return takeUp(target, source, plan, runs, { ...run, epoch: 1 }, attempt, onProgress);
}

/** What a new run begins with, its row being written: the runs that it replaces are over, and what it selects is planned. */
async function takeUp(
  target: Target,
  source: Source,
  plan: Plan,
  runs: readonly Run[],
  run: Pick<Run, 'id' | 'options' | 'epoch'>,
  attempt: number,
  onProgress: () => void,
): Promise<PreparedRun> {
  // Nothing of them can commit any more, whatever a process of theirs still has under way.
  const replaced = runs.filter((one) => one.id !== run.id && isUnfinished(one));
  for (const { id, epoch } of replaced) await endRun(target, plan, { runId: id, epoch }, 'superseded');
  await planSelection(target, source, plan, run, attempt, onProgress);
  return { runId: run.id, epoch: run.epoch, resumed: false };
}

const isUnfinished = ({ state }: Run) => ['running', 'blocked', 'failed'].includes(state);

/** @throws StagesUnfit while there is a run that has not come to its end, and would be given up for this one */
function refuseUnfinished(runs: readonly Run[]): void {
  const unfinished = runs.find((run) => isUnfinished(run) && !run.options.retry);
  if (unfinished === undefined) return;
  throw new StagesUnfit(runUnfinished({ run: unfinished.id }));
}

/** @throws StagesUnfit when nothing lies in quarantine that matches */
async function stagesToRetry(target: Target, plan: Plan, retry: RetryFilter): Promise<string[]> {
  const keys = await retriableKeys(target.query, plan, retry);
  if (keys.size === 0) throw new StagesUnfit(nothingToRetry());
  return plan.stages.map(({ name }) => name).filter((name) => keys.has(name));
}

/** Computed, so that a retried preflight finds its own run again. */
function runIdOf(claimant: Claimant): string {
  const hex = createHash('sha256').update(`${claimant.namespaceId}\n${claimant.workflowRunId}`).digest('hex');
  return formatUuid(`${hex.slice(0, 12)}8${hex.slice(13, 16)}8${hex.slice(17, 32)}`);
}

/** The stages of a retry follow from what it finds. */
function sameOptions(a: RunOptions, b: RunOptions): boolean {
  const decisive = ({ dryRun, limit, stages, retry = null }: RunOptions) =>
    JSON.stringify([dryRun, limit, retry === null ? stages : [retry.stage, retry.code]]);
  return decisive(a) === decisive(b);
}

/** @returns the runs as they are then @throws LeaseHeld */
function refuseOtherSources(runs: readonly Run[], fingerprint: string): void {
  const other = runs.find((run) => run.sourceFingerprint !== fingerprint && run.state !== 'aborted');
  if (other === undefined) return;
  throw new TargetUnfit(filledFromOtherSource({ source: other.sourceLabel, run: other.id }));
}

/** Other transforms are another matter: the run goes on, and its first step with one of them blocks it. */
function refuseOtherFormat(run: Run): void {
  if (run.formatVersion === FORMAT_VERSION) return;
  throw new PlanChanged(otherFormat({ run: run.id, format: run.formatVersion, own: FORMAT_VERSION }));
}

/** @throws TargetUnfit when a table of the plan holds a row that no run of this tool has written */
async function refuseForeignRows(target: Target, plan: Plan): Promise<void> {
  for (const stage of plan.stages) {
    for (const { table } of stage.tables) {
      if (!(await hasForeignRow(target, codecOf(stage, table)))) continue;
      throw new TargetUnfit(foreignRows({ table }));
    }
  }
}

async function hasForeignRow(target: Target, { relation, id }: TableCodec): Promise<boolean> {
  const [row] = await unhurried(target)(
    `SELECT EXISTS (SELECT 1 FROM ${relation} AS present
       WHERE NOT EXISTS (SELECT 1 FROM migration_id_map AS map WHERE map.prisma_id = present.${id}))`,
    [],
  );
  return row![0] === 't';
}

/** `--stages` goes on over the ID map that earlier runs left: every earlier stage must be complete there. */
async function requireEarlierStages(
  target: Target,
  plan: Plan,
  runs: readonly Run[],
  chosen: readonly string[],
  options: RunOptions,
): Promise<void> {
  const names = plan.stages.map(({ name }) => name);
  const first = Math.min(...chosen.map((name) => names.indexOf(name)));
  const missing: string[] = [];
  for (const [index, name] of names.entries()) {
    if (chosen.includes(name) || index > Math.max(...chosen.map((one) => names.indexOf(one)))) continue;
    if (!(await isCompleteSomewhere(target, runs, name, options))) missing.push(name);
  }
  if (missing.length > 0) {
    throw new StagesUnfit(earlierStagesIncomplete({ stage: names[first]!, missing }));
  }
}

async function isCompleteSomewhere(
  target: Target,
  runs: readonly Run[],
  stage: string,
  options: RunOptions,
): Promise<boolean> {
  for (const run of runs) {
    const { limit, retry } = run.options;
    if (run.state === 'aborted' || retry || (limit !== null && limit !== options.limit)) continue;
    const partitions = await readCheckpoints(target, run.id, stage);
    // An empty collection has no partitions: that it was dealt with is told by its settlement, which comes after the copy.
    const settled = await readCheckpoints(target, run.id, settlementOf(stage));
    if (settled.some(({ done }) => done) && partitions.every(({ done }) => done)) return true;
  }
  return false;
}

/** Under a limit and in a retry the partitions are explicit keys, written for all stages before the first is copied. */
async function planSelection(
  target: Target,
  source: Source,
  plan: Plan,
  run: Pick<Run, 'id' | 'options' | 'epoch'>,
  attempt: number,
  onProgress: () => void,
): Promise<void> {
  const { limit, retry } = run.options;
  const chosen = chosenStages(plan, run.options);
  if (!isSelective(run.options) || (await readPlanned(target, run.id, chosen.at(-1)!)) !== null) return;
  const selected = retry
    ? await retriableKeys(target.query, plan, retry)
    : await closeUnderReferences(source, plan, new Set(chosen), limit!, onProgress);
  const writer = { runId: run.id, epoch: run.epoch, sequence: 0, attempt };
  for (const { name, collection } of plan.stages.filter((stage) => chosen.includes(stage.name))) {
    const partitions = partitionsOfKeys(selected.get(name) ?? []);
    const isAbsent = partitions.length === 0 && (await source.kindOf(collection)) === 'missing';
    await savePlanned(target, writer, name, partitions, isAbsent);
  }
}
