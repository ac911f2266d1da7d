import { Context } from '@temporalio/activity';
import { ConfigurationError } from '../../engine/common/errors.ts';
import { actionMissing, maintenanceFileMissing } from '../../engine/messages/operations/maintenance.ts';
import { maintenanceActionDone } from '../../engine/messages/worker/log.ts';
import type { DowntimeEstimate } from '../../engine/report/facts/downtime-estimate.ts';
import { estimateDowntime } from '../../engine/report/rehearsals/estimate-downtime.ts';
import type { Direction, MaintenanceActions } from '../../operations/maintenance/action.ts';
import { perform } from '../../operations/maintenance/perform.ts';
import { type ProbeAnswer, probeWrites as probe, takeBaseline } from '../../operations/maintenance/write-probe.ts';
import type { ActivityDependencies } from '../dependencies.ts';
import { working } from '../failures.ts';
import { openRun } from '../open-run.ts';
import type { RunRef } from '../run-ref.ts';
import { writerOf } from '../stage/segment.ts';

/** An action as the workflow knows it: nothing that could be a secret. */
export interface PlannedAction {
  readonly name: string;
  readonly kind: string;
  /** What a person is asked to do; null where none is. */
  readonly task: string | null;
}

/** What leads out of maintenance must work at every end of a run, with any plan, and without the source. */
const OF_THE_PLATFORM = { anyPlan: true, sourceMayBeAway: true } as const;

/** The actions of one direction, in their order. @param ref.run missing in histories of older builds */
export function planMaintenance(deps: ActivityDependencies) {
  return (ref: { readonly run?: RunRef; readonly direction: Direction }): Promise<readonly PlannedAction[]> =>
    working(async () => {
      if (ref.run !== undefined) await openRun(deps, ref.run, OF_THE_PLATFORM);
      return actionsOf(deps)[ref.direction].map((action) => ({
        name: action.name,
        kind: action.kind,
        task: action.kind === 'manual' ? action.task : null,
      }));
    });
}

/** How an action went, in words, and how long it took. */
export interface ActionAnswer {
  readonly outcome: string;
  readonly milliseconds: number;
}

/**
 * Carries one action out. It is not cancelled half done: whether it has worked has to be known, and it is short.
 */
export function performMaintenance(deps: ActivityDependencies) {
  return (ref: { readonly run: RunRef; readonly direction: Direction; readonly name: string }): Promise<ActionAnswer> =>
    working(async () => {
      await openRun(deps, ref.run, OF_THE_PLATFORM);
      const action = actionsOf(deps)[ref.direction].find(({ name }) => name === ref.name);
      if (action === undefined) {
        throw new ConfigurationError([actionMissing({ action: ref.name, direction: ref.direction })]);
      }
      const began = Date.now();
      const outcome = await perform(action, ref.direction, `${ref.run.runId}-${ref.direction}-${ref.name}`);
      deps.log.info(
        { action: ref.name, attempt: Context.current().info.attempt, outcome },
        maintenanceActionDone().text,
      );
      return { outcome, milliseconds: Date.now() - began };
    });
}

/** Looks for writes that have reached the source, or takes the traces that later ones are noticed by. */
export function probeWrites(deps: ActivityDependencies) {
  return (ref: { readonly run: RunRef; readonly anew: boolean }): Promise<ProbeAnswer> =>
    working(async () => {
      const { target } = await openRun(deps, ref.run);
      const look = ref.anew ? takeBaseline : probe;
      return look(await deps.source(), target, deps.plan, writerOf(ref.run));
    });
}

/** How long the downtime may take; null when no earlier run tells. */
export function estimateDowntimeOf(deps: ActivityDependencies) {
  return (ref: { readonly run: RunRef }): Promise<{ readonly estimate: DowntimeEstimate | null }> =>
    working(async () => {
      const { target } = await openRun(deps, ref.run);
      return { estimate: await estimateDowntime(await deps.source(), target, deps.plan, deps.reportsFolder) };
    });
}

function actionsOf({ maintenance }: ActivityDependencies): MaintenanceActions {
  if (maintenance !== null) return maintenance;
  throw new ConfigurationError([maintenanceFileMissing()]);
}
