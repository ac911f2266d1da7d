import type { DoneAction, DowntimeRecord, Phase, PhaseName } from '../../activities/run/run-record.ts';
import type { DowntimeProgress, ParsedOptions } from '../messages/definitions.ts';
import { maintenanceOf } from '../messages/options.ts';
import { beginPhase, downtimeSeconds } from './phases.ts';

type Direction = DoneAction['direction'];

/** Where a run stands with the platform's maintenance: pure, and carried from one execution to the next. */
export interface MaintenanceState {
  standing: 'off' | 'turningOn' | 'on' | 'turningOff';
  /** Actions of the turn that is under way, or was the last one: they are not repeated. */
  turned: string[];
  onSince: string | null;
  offAt: string | null;
  phases: Phase[];
  done: DoneAction[];
  writes: DowntimeRecord['writes'][number][];
  /** Whether traces of writes have been taken since maintenance is on. */
  traced: boolean;
  /** Whether writes can be noticed at all; null before that has been tried. */
  probed: boolean | null;
  /** The feed of changes was marked before the copy. Missing in what older builds carried over. */
  marked?: boolean;
  /** Writes have come in spite of it, and somebody has resumed the run: a pass over changes has to bring them over. */
  written?: boolean;
  /** Stages, in their order, whose references were followed while the platform worked. */
  followed?: number;
  /** Number of the last pass before those that are made until the difference is small. */
  closingSince?: number;
  /** Number of the pass that began when nothing was written to the source any more. */
  lastPass?: number;
  /** That pass is done, and the totals agree. */
  caughtUp?: boolean;
  /** Undefined before it has been asked for. */
  estimate?: DowntimeRecord['estimate'];
}

/** Done actions that are kept. */
const MOST_DONE = 200;

export function newMaintenance(): MaintenanceState {
  return {
    standing: 'off',
    turned: [],
    onSince: null,
    offAt: null,
    phases: [],
    done: [],
    writes: [],
    traced: false,
    probed: null,
  };
}

/** A turn begins, or goes on where it was interrupted. The downtime lasts from the first turn to the last. */
export function beginTurn(state: MaintenanceState, direction: Direction, now: number): void {
  const turning = direction === 'on' ? 'turningOn' : 'turningOff';
  if (state.standing === turning) return;
  state.standing = turning;
  state.turned = [];
  if (direction === 'on') {
    state.onSince ??= new Date(now).toISOString();
    state.offAt = null;
  }
  notePhase(state, direction === 'on' ? 'maintenanceOn' : 'maintenanceOff', now);
}

/** Whatever the last pass had brought over, it is not the last one any more. */
export function forgetLastPass(state: MaintenanceState): void {
  delete state.lastPass;
  state.caughtUp = false;
}

/** What of a run tells how far its maintenance is. */
interface Standing {
  readonly snapshot: { readonly options: ParsedOptions };
  readonly maintenance: MaintenanceState;
  readonly allComplete: boolean;
}

/** Whether the source may be written to since its documents were moved: only a last pass brings source and target together. */
export function isLive({ snapshot, maintenance }: Pick<Standing, 'snapshot' | 'maintenance'>): boolean {
  return maintenanceOf(snapshot.options) === 'switch' || maintenance.written === true;
}

/**
 * Whether the platform is being let go, and nothing has set the run back since: everything was compared before that
 * began, and comparing it again would take the platform down once more.
 */
export function isLettingGo(state: Standing): boolean {
  const { standing, caughtUp } = state.maintenance;
  return standing === 'turningOff' && state.allComplete && (!isLive(state) || caughtUp === true);
}

export function noteAction(state: MaintenanceState, action: Omit<DoneAction, 'at'>, now: number): void {
  state.turned.push(action.name);
  state.done.push({ ...action, at: new Date(now).toISOString() });
  state.done.splice(0, Math.max(0, state.done.length - MOST_DONE));
}

export function endTurn(state: MaintenanceState, direction: Direction, now: number): void {
  state.standing = direction;
  if (direction === 'on') return;
  state.offAt = new Date(now).toISOString();
  state.traced = false;
  notePhase(state, 'over', now);
}

export function notePhase(state: MaintenanceState, name: PhaseName, now: number): void {
  beginPhase(state.phases, name, now);
}

/** What a report tells of the downtime. */
export function downtimeRecord(state: MaintenanceState, { maintenance = 'none' }: ParsedOptions): DowntimeRecord {
  const { phases, done, writes, probed, onSince, offAt, estimate = null } = state;
  return { mode: maintenance, onSince, offAt, phases, actions: done, probed, writes, estimate };
}

/** What the progress tells of it; null for a run without maintenance. */
export function downtimeProgress(
  state: MaintenanceState,
  { maintenance = 'none' }: ParsedOptions,
  now: number,
): DowntimeProgress | null {
  if (maintenance === 'none') return null;
  const { standing, phases, estimate } = state;
  return {
    maintenance: standing,
    phase: phases.at(-1) ?? null,
    seconds: downtimeSeconds(state, now),
    estimateSeconds: estimate?.seconds ?? null,
  };
}
