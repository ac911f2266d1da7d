import { Context } from '@temporalio/activity';
import { SourceMismatch, StagesUnfit, TargetMismatch, TargetUnfit } from '../../engine/common/errors.ts';
import { requireWritable } from '../../engine/common/writable-folder.ts';
import { namedNoStage, otherSource, startedForTarget } from '../../engine/messages/engine/run.ts';
import { migrationFailed, migrationUnknown, schemaNotCurrent } from '../../engine/messages/engine/target.ts';
import { preflightPassed } from '../../engine/messages/worker/log.ts';
import { createMigration } from '../../engine/migration/create-migration.ts';
import type { Plan } from '../../engine/plan/stage.ts';
import type { Claimant, IsOpen } from '../../engine/run/lease.ts';
import { checkSource, chosenStages } from '../../engine/run/preflight.ts';
import { createScratchSchema, dropLeftovers, scratchSchemaOf } from '../../engine/run/scratch-schema.ts';
import { addressOf, type Identity, identify } from '../../engine/state/run/identity.ts';
import { reachedStages, readRun } from '../../engine/state/run/run.ts';
import type { RunOptions } from '../../engine/state/run/run-options.ts';
import type { Target } from '../../engine/target/target.ts';
import {
  readTargetFacts,
  readTargetIdentity,
  renewTargetIdentity,
  type TargetFacts,
  type TargetIdentity,
  writeTargetIdentity,
} from '../../engine/target/target-identity.ts';
import { migrationStatus } from '../../prisma/apply/apply-migrations.ts';
import type { ActivityDependencies } from '../dependencies.ts';
import { working } from '../failures.ts';
import { refuseCopy } from '../open-run.ts';
import { PROTOCOL, requireProtocol } from '../protocol.ts';
import type { RunRef } from '../run-ref.ts';

export interface PreflightRequest {
  readonly options: RunOptions;
  readonly workflowId: string;
  readonly workflowRunId: string;
  /** What the input names as stages in gates and batch sizes. Missing in what older builds ask. */
  readonly named?: readonly string[];
  /** A backup is to be made. */
  readonly backup?: boolean;
  /** What the build of the workflow's worker sends along; missing when that is an older one. */
  readonly protocol?: number;
  /** What the command that has started the run is set to; null for a start without one. */
  readonly wanted?: Identity | null;
  /** Gates that somebody has approved before their time. */
  readonly confirmed?: readonly string[];
}

/** What the workflow goes on with. */
export interface PreflightAnswer {
  /** Missing when a worker of an older build has answered. */
  readonly protocol?: number;
  /** Where the run goes on, and what it moves; its queue is null where the run stays on the workflow's own. */
  readonly identity: Omit<Identity, 'queue'> & { readonly queue: string | null };
  readonly run: RunRef;
  readonly resumed: boolean;
  readonly stages: readonly string[];
  /** Stages that an earlier workflow of the same run has begun. */
  readonly reached: readonly string[];
  /** Collections that the source does not have: their stages are empty. */
  readonly missing: readonly string[];
  /** Those of them that this run is to move; not told by older builds. */
  readonly absent?: readonly string[];
  readonly droppedLeftovers: readonly string[];
}

/** Somebody waits for the answer: what is away is told when it is away twice. */
const TRIES = 2;

/**
 * Servers reachable, source fit, schema current, lease taken, tables empty or filled by earlier runs of the same plan
 * only. Nothing is written before all of that is so.
 */
export function preflight(deps: ActivityDependencies) {
  return (request: PreflightRequest): Promise<PreflightAnswer> =>
    working(async (signal, beat) => {
      const { options } = request;
      requireProtocol(request);
      // What is asked for wrongly is told before a dump is unpacked.
      chosenStages(deps.plan, options);
      requireStages(deps.plan, request.named ?? []);
      await requireWritable(deps.reportsFolder, 'reports');
      if (request.backup) await requireWritable(deps.backupsFolder, 'backup');
      // A dump may take long to unpack, which goes on for whoever asks next.
      const source = await Promise.race([deps.source(), Context.current().cancelled]);
      const { missing } = await checkSource(source, deps.plan);
      const identity = await identify(deps.databaseUrl, source);
      requireWanted(request.wanted ?? null, identity);
      const { workflowId, workflowRunId, confirmed = [] } = request;
      const { attempt, workflowExecution } = Context.current().info;
      const claimant = {
        workflowId,
        workflowRunId,
        namespaceId: deps.namespaceId,
        temporal: deps.temporal ?? null,
        confirmed,
        attempt,
        isClosed: async () => (await deps.isWorkflowOpen(workflowId, workflowExecution?.runId)) !== true,
      };
      const isOpen: IsOpen = (holder) =>
        holder.namespaceId === deps.namespaceId ? deps.isWorkflowOpen(holder.workflowId) : Promise.resolve(true);
      const scratch = options.dryRun ? await scratchSchema(deps, claimant, isOpen) : null;
      if (scratch === null) await requireCurrentSchema(deps.databaseUrl);
      const target = deps.target(scratch?.schema ?? null);
      const place = await readTargetFacts(target.query, target.schema, addressOf(deps.databaseUrl));
      const copied = await confirmedCopy(target, place, identity.target, confirmed);
      const migration = createMigration({ plan: deps.plan, target, source: async () => source });
      const prepared = await migration.prepare(options, claimant, isOpen, () => {
        signal.throwIfAborted();
        beat();
      });
      if (copied !== null) await renewTargetIdentity(target.query, copied, place);
      const { id } = await writeTargetIdentity(target, place);
      await deps.attend?.(identity);
      // Which stages a retry has follows from what it has found.
      const row = await readRun(target.query, prepared.runId);
      const stages = chosenStages(deps.plan, row?.options ?? options);
      deps.log.info({ run: prepared.runId, source: source.label, stages, missing }, preflightPassed().text);
      const reached = await reachedStages(target.query, prepared.runId);
      const due = deps.plan.stages.filter(({ name }) => stages.includes(name)).map(({ collection }) => collection);
      const absent = missing.filter((collection) => due.includes(collection));
      const { runId, epoch } = prepared;
      const run = { runId, epoch, schema: scratch?.schema ?? null, target: id, place: identity.place };
      const queue = deps.attend === undefined ? null : identity.queue;
      return {
        ...{ protocol: PROTOCOL, identity: { ...identity, queue }, run, resumed: prepared.resumed },
        ...{ stages, reached, missing, absent, droppedLeftovers: scratch?.dropped ?? [] },
      };
    }, TRIES);
}

/** @throws SourceMismatch, TargetMismatch when the run was started for another source or target than this worker's */
function requireWanted(wanted: Identity | null, own: Identity): void {
  if (wanted === null || wanted.queue === own.queue) return;
  if (wanted.place !== own.place) {
    throw new TargetMismatch(startedForTarget({ own: own.target, wanted: wanted.target }));
  }
  throw new SourceMismatch(otherSource({ own: own.source, wanted: wanted.source }));
}

/** The identity of what the target is a copy of; null when it is none. @throws TargetCopied when nobody has said that it is meant */
async function confirmedCopy(
  { query }: Target,
  facts: TargetFacts,
  label: string,
  confirmed: readonly string[],
): Promise<TargetIdentity | null> {
  const written = await readTargetIdentity(query);
  return written !== null && refuseCopy(written, facts, label, confirmed) ? written : null;
}

async function scratchSchema(
  deps: ActivityDependencies,
  claimant: Claimant,
  isOpen: IsOpen,
): Promise<{ schema: string; dropped: string[] }> {
  const schema = scratchSchemaOf(claimant.workflowRunId);
  const dropped = await dropLeftovers(deps.target, schema, isOpen, deps.target(null).query);
  for (const leftover of dropped) await deps.closeTarget(leftover);
  await createScratchSchema(deps.databaseUrl, schema, claimant);
  return { schema, dropped };
}

/** A gate that no stage comes to would never wait. */
function requireStages(plan: Plan, named: readonly string[]): void {
  const stages = plan.stages.map(({ name }) => name);
  const unknown = named.filter((name) => !stages.includes(name));
  if (unknown.length === 0) return;
  throw new StagesUnfit(namedNoStage({ names: unknown, stages }));
}

async function requireCurrentSchema(databaseUrl: string): Promise<void> {
  const { pending, failed, unknown } = await migrationStatus(databaseUrl);
  if (failed.length > 0) {
    throw new TargetUnfit(migrationFailed({ migrations: failed }));
  }
  if (unknown.length > 0) {
    throw new TargetUnfit(migrationUnknown({ migrations: unknown }));
  }
  if (pending.length > 0) {
    throw new TargetUnfit(schemaNotCurrent({ migrations: pending }));
  }
}
