import { resolve } from 'node:path';
import { BackupUnfit, LeaseHeld, StagesUnfit, TargetUnfit } from '../../engine/common/errors.ts';
import { leaseHeldFirst, leaseHeldFirstElsewhere } from '../../engine/messages/engine/run.ts';
import type { Message } from '../../engine/messages/message.ts';
import { backupOnlyOf, withoutPostgres } from '../../engine/messages/operations/backup.ts';
import {
  noSuchStageToWatch,
  nothingToWatch,
  sideTablesGone,
  stageWithoutUpdatedAt,
} from '../../engine/messages/operations/monitor.ts';
import { type Rules, withRules } from '../../engine/plan/rules.ts';
import { tableOf } from '../../engine/plan/stage-tables.ts';
import { identify } from '../../engine/state/run/identity.ts';
import { hasSideTables, leaseHolder, type Run, readRun, readRuns } from '../../engine/state/run/run.ts';
import { readTargetIdentity } from '../../engine/target/target-identity.ts';
import { backupBefore } from '../../operations/backup/find-backup.ts';
import { readManifest } from '../../operations/backup/manifest.ts';
import { takeBaseline } from '../../operations/monitor/baseline.ts';
import { causesOf } from '../../operations/monitor/causes.ts';
import { compareStage, type StageComparison } from '../../operations/monitor/compare-stage.ts';
import { readBaselines, saveBaselines, saveTerms, switchOf } from '../../operations/monitor/kept.ts';
import { requireUnchanged } from '../../operations/monitor/require-unchanged.ts';
import { type CheckAnswer, runCheck } from '../../operations/monitor/run-check.ts';
import { describeTarget, schemaOf } from '../../prisma/connection/target.ts';
import { PLATFORM_RULES } from '../../stages/platform-rules.ts';
import type { ActivityDependencies } from '../dependencies.ts';
import { working } from '../failures.ts';
import { checkMeter, roundMeter } from '../metrics.ts';
import { requireProtocol } from '../protocol.ts';
import type { RunRef } from '../run-ref.ts';
import { openStage, writerOf } from '../stage/segment.ts';
import type { Begun } from './begun.ts';

/** Something that is wrong, as it goes into the workflow: no value, and no `_id` that could be personal data. */
export interface Found {
  readonly kind: string;
  readonly stage: string | null;
  readonly where: string;
  readonly count: number;
  readonly documents: readonly { readonly legacyId: string | null; readonly rootId: string | null }[];
  /** Root rows to be looked at again in the next round. */
  readonly recheck: readonly string[];
  readonly says: string | null;
}

/** What a round has found of a stage: documents and rows by number, and what is wrong. */
export interface ComparedStage extends Omit<StageComparison, 'damages' | 'terms'> {
  readonly damages: number;
  readonly found: readonly Found[];
}

export interface ComparedRound {
  readonly stages: readonly ComparedStage[];
}

export interface CheckedRound {
  readonly checks: readonly CheckAnswer[];
}

/** What is watched: the newest complete run. */
export interface MonitoringRef {
  /** Names the monitoring among those of the run. */
  readonly key: string;
  readonly stages: readonly string[];
  /** ISO 8601. */
  readonly switchedAt: string | null;
  readonly backup: string | null;
  /** What the workflow's worker agrees on with this one; missing when it is of an older build. */
  readonly protocol?: number;
}

/**
 * Finds the run that is watched, reads its documents once, and keeps what they add up to in the run's row.
 * @throws TargetUnfit when there is no complete run; LeaseHeld while one is under way; SourceUnfit when documents have
 * changed in the source since they were moved; StagesUnfit; BackupUnfit
 */
export function beginMonitoring(deps: ActivityDependencies) {
  return (ref: MonitoringRef): Promise<Begun> =>
    working(async (signal, beat) => {
      requireProtocol(ref);
      const target = deps.target(null);
      const runs = (await hasSideTables(target.query)) ? await readRuns(target.query) : [];
      const run = runs.find(({ state }) => state === 'complete');
      if (run === undefined) throw new TargetUnfit(nothingToWatch());
      const holder = await leaseHolder(target.query);
      if (holder !== null) throw new LeaseHeld(heldBy(holder));
      refuseStages(deps, ref.stages);
      if (ref.backup !== null) await requirePostgres(deps, ref.backup);
      const { switchedAt, startedAt, endedAt } = await switchOf(target.query, run.id);
      const since = ref.switchedAt === null ? switchedAt : new Date(ref.switchedAt);
      const ids = runs.map(({ id }) => id);
      const watched = [];
      for (const name of ref.stages) {
        const watch = await openWatch(deps, { runId: run.id, schema: null, epoch: 0 }, name);
        watched.push({ ...watch, isWhole: runs.some((one) => hasMovedAll(one, name)) });
      }
      await requireUnchanged(watched, endedAt, beat, signal);
      const baselines = [];
      for (const watch of watched) {
        baselines.push([watch.stage.name, await takeBaseline(watch, ids, since, beat, signal)] as const);
      }
      await saveBaselines(
        target,
        writerOf({ runId: run.id, epoch: run.epoch }),
        ref.key,
        Object.fromEntries(baselines),
      );
      const place = { target: describeTarget(deps.databaseUrl), schema: schemaOf(deps.databaseUrl) };
      const backup = ref.backup ?? (await backupBefore(deps.backupsFolder, place, startedAt));
      const identity = await identify(deps.databaseUrl, await deps.source());
      await deps.attend?.(identity);
      const written = await readTargetIdentity(target.query);
      return {
        ...{ runId: run.id, switchedAt: since.toISOString(), backup },
        identity: { ...identity, queue: deps.attend === undefined ? null : identity.queue },
        ...(written && { target: written.id }),
      };
    });
}

function hasMovedAll({ state, options }: Run, stage: string): boolean {
  const { limit, stages, retry } = options;
  return state === 'complete' && limit === null && !retry && (stages?.includes(stage) ?? true);
}

function refuseStages({ plan }: ActivityDependencies, stages: readonly string[]): void {
  for (const name of stages) {
    const stage = plan.stages.find((one) => one.name === name);
    if (stage === undefined) {
      throw new StagesUnfit(noSuchStageToWatch({ stage: name, stages: plan.stages.map((one) => one.name) }));
    }
    const { columns } = tableOf(stage, stage.tables[0]!.table);
    if (columns.some(({ field }) => field === 'updatedAt')) continue;
    throw new StagesUnfit(stageWithoutUpdatedAt({ stage: name }));
  }
}

async function requirePostgres(deps: ActivityDependencies, folder: string) {
  const { postgres } = await readManifest(resolve(folder));
  if (postgres === null) throw new BackupUnfit(withoutPostgres({ folder }));
  if (postgres.target !== describeTarget(deps.databaseUrl) || postgres.schema !== schemaOf(deps.databaseUrl)) {
    throw new BackupUnfit(backupOnlyOf({ folder, target: postgres.target, schema: postgres.schema }));
  }
}

async function openWatch(deps: ActivityDependencies, run: RunRef, stage: string) {
  const rules: Rules = withRules(PLATFORM_RULES, deps.monitor.rules);
  return { ...(await openStage(deps, { run, stage })), rules };
}

/** One round of the comparison, of the stages that are watched. */
export interface RoundRef {
  readonly key: string;
  /** Counted from 1; missing in rounds that an older build has scheduled. */
  readonly round?: number;
  readonly runId: string;
  /** The target's id in its side tables; missing in monitorings of older builds. */
  readonly target?: string;
  readonly switchedAt: string;
  readonly samples: number;
  readonly seed: string;
  readonly stages: readonly { readonly stage: string; readonly recheck: readonly string[]; readonly locate: boolean }[];
}

/** Compares both databases once. @throws TargetUnfit when the run, or what was kept of it, is not there any more */
export function compareRound(deps: ActivityDependencies) {
  return (ref: RoundRef): Promise<ComparedRound> =>
    working(async (signal, beat) => {
      const target = deps.target(null);
      const baselines = (await hasSideTables(target.query))
        ? await readBaselines(target.query, ref.runId, ref.key)
        : null;
      if (baselines === null) {
        throw new TargetUnfit(sideTablesGone());
      }
      const run = { runId: ref.runId, schema: null, epoch: 0, ...(ref.target && { target: ref.target }) };
      // Who opens the run anew meanwhile, to reconcile it, makes this round worthless.
      const { epoch } = (await readRun(target.query, ref.runId))!;
      const writer = writerOf({ runId: ref.runId, epoch, sequence: ref.round ?? 0 });
      const stages: ComparedStage[] = [];
      for (const { stage, ...one } of ref.stages) {
        const watch = await openWatch(deps, run, stage);
        const moment = { switchedAt: Date.parse(ref.switchedAt), now: Date.now() };
        const request = { ...one, samples: ref.samples, seed: ref.seed, moment };
        const comparison = await compareStage(watch, baselines[stage]!, request, beat, signal);
        await saveTerms(target, writer, ref.key, stage, comparison.terms);
        stages.push(comparedStage(comparison, watch.stage.collection));
      }
      roundMeter(stages);
      return { stages };
    });
}

/** Documents of a problem that are named, and those that are looked at again. */
const NAMED = 5;
const RECHECKED = 20;

function comparedStage({ terms: _, damages, ...comparison }: StageComparison, collection: string): ComparedStage {
  const causes = causesOf(collection, damages);
  const found = causes.map(({ kind, where, damages: alike }): Found => {
    const documents = new Map(alike.map(({ legacyId, rootId }) => [rootId, { legacyId, rootId }]));
    documents.delete(null);
    return {
      ...{ kind, stage: comparison.stage, where, count: Math.max(1, documents.size), says: null },
      documents: [...documents.values()].slice(0, NAMED),
      recheck: [...documents.keys()].filter((id) => id !== null).slice(0, RECHECKED),
    };
  });
  return { ...comparison, damages: causes.reduce((sum, cause) => sum + cause.damages.length, 0), found };
}

/** Asks what MONITOR_FILE has to be asked. */
export function checkRound(deps: ActivityDependencies) {
  return (): Promise<CheckedRound> =>
    working(async () => {
      const checks = await Promise.all(deps.monitor.checks.map((check) => runCheck(check)));
      checkMeter(checks);
      return { checks };
    });
}

function heldBy({ id: run, workflowId: workflow, temporal }: Pick<Run, 'id' | 'workflowId' | 'temporal'>): Message {
  return temporal === null ? leaseHeldFirst({ run, workflow }) : leaseHeldFirstElsewhere({ run, workflow, temporal });
}
