import { ActivityFailure } from '@temporalio/workflow';
import type { PlannedAction } from '../../activities/run/maintenance.ts';
import { type Message, plain } from '../../engine/messages/message.ts';
import { writesSeen, writesTo } from '../../engine/messages/workflows/blocked.ts';
import { forPerson, maintenanceStillOn, maintenanceTurnedOff } from '../../engine/messages/workflows/progress.ts';
import { documents, maintaining } from '../activity-proxies.ts';
import { reasonOf } from '../failure.ts';
import type { Flow } from '../flow.ts';
import { isManual, maintenanceOf } from '../messages/options.ts';
import { beginTurn, endTurn, forgetLastPass, noteAction } from '../state/maintenance-state.ts';

type Direction = 'on' | 'off';

/** Finds out before anything is moved whether this run can have its maintenance, and how long that may take. */
export async function prepareMaintenance(flow: Flow): Promise<void> {
  const { state } = flow;
  const { maintenance } = state;
  const mode = maintenanceOf(state.snapshot.options);
  if (mode === 'switch' && !maintenance.marked) {
    const stages = state.snapshot.stages.map(({ name }) => name);
    await flow.persistently(() => documents(flow).markFeed({ run: flow.run, stages }));
    maintenance.marked = true;
  }
  if (mode === 'none' || maintenance.estimate !== undefined) return;
  await actionsOf(flow, 'on');
  const { estimate } = await flow.persistently(() => maintaining(flow).estimateDowntime({ run: flow.run }));
  maintenance.estimate = estimate;
  flow.show();
}

/** Before a stage: the platform is in maintenance if all of the run is to happen in it, and nobody has written. */
export async function beforeStage(flow: Flow): Promise<void> {
  forgetLastPass(flow.state.maintenance);
  flow.state.maintenance.followed = 0;
  if (maintenanceOf(flow.state.snapshot.options) === 'throughout') await maintenanceOn(flow);
  await checkWrites(flow);
}

/** Puts the platform into maintenance, unless it is; from then on writes to the source are noticed. @throws Interrupted, HistoryFull */
export async function maintenanceOn(flow: Flow): Promise<void> {
  const { maintenance } = flow.state;
  if (maintenance.standing !== 'on') await turn(flow, 'on');
  if (!maintenance.traced) await takeBaseline(flow);
}

/** Takes the platform out of maintenance again. @throws Interrupted, HistoryFull */
export async function maintenanceOff(flow: Flow): Promise<void> {
  if (flow.state.maintenance.standing !== 'off') await turn(flow, 'off');
}

/**
 * The gate before a turn. @param patience in milliseconds, without end unless given
 * @returns whether it is open @throws Interrupted, HistoryFull
 */
export async function passGate(flow: Flow, direction: Direction, patience: number | null = null): Promise<boolean> {
  return wait(flow, direction, await actionsOf(flow, direction), patience);
}

/** Whether a person has to open the gate of a turn, or to carry a part of it out. @throws Interrupted, HistoryFull */
export async function isForPerson(flow: Flow, direction: Direction): Promise<boolean> {
  const actions = await actionsOf(flow, direction);
  return isManual(flow.state.snapshot.options, gateOf(direction)) || actions.some(({ task }) => task !== null);
}

const gateOf = (direction: Direction) => `maintenance-${direction}`;

function wait(flow: Flow, direction: Direction, actions: readonly PlannedAction[], patience: number | null = null) {
  const gate = gateOf(direction);
  const tasks = actions.flatMap(({ task }) => (task === null ? [] : [task])).join(' ');
  const task = tasks === '' ? null : plain(tasks);
  return flow.gate(gate, isManual(flow.state.snapshot.options, gate), task, patience);
}

async function turn(flow: Flow, direction: Direction): Promise<void> {
  const { state } = flow;
  const { maintenance } = state;
  const gate = gateOf(direction);
  const actions = await actionsOf(flow, direction);
  await wait(flow, direction, actions);
  beginTurn(maintenance, direction, Date.now());
  for (const { name, kind, task } of actions) {
    if (maintenance.turned.includes(name)) continue;
    const { outcome, milliseconds } =
      task === null
        ? await flow.persistently(() => maintaining(flow).performMaintenance({ run: flow.run, direction, name }))
        : await askPerson(flow, gate, task);
    noteAction(maintenance, { direction, name, kind, outcome, milliseconds }, Date.now());
    flow.show();
  }
  endTurn(maintenance, direction, Date.now());
  // Another turn, after a rollback, asks again.
  state.forgetApproval(gate);
  flow.show();
}

async function askPerson(flow: Flow, gate: string, task: string): Promise<{ outcome: string; milliseconds: number }> {
  const began = Date.now();
  await flow.gate(gate, true, plain(task));
  return { outcome: 'approved', milliseconds: Date.now() - began };
}

/**
 * Blocks the run when writes have reached the source in spite of the maintenance; after resume, later ones are noticed,
 * and a pass over changes brings these over before the run completes. @throws Interrupted, HistoryFull
 */
export async function checkWrites(flow: Flow): Promise<void> {
  const { maintenance } = flow.state;
  if (!maintenance.traced || maintenance.probed !== true) return;
  const { writes } = await flow.persistently(() => maintaining(flow).probeWrites({ run: flow.run, anew: false }));
  if (writes.length === 0) return;
  maintenance.writes.push({ at: new Date(Date.now()).toISOString(), collections: writes });
  maintenance.writes.splice(0, Math.max(0, maintenance.writes.length - MOST_WRITES));
  const collections = writes.map(({ collection, documents }) => writesTo({ collection, documents }));
  await flow.blocked(writesSeen({ collections }), WRITES_SEEN, () => {
    Object.assign(maintenance, { written: true, traced: false });
    forgetLastPass(maintenance);
  });
  await takeBaseline(flow);
}

const WRITES_SEEN = 'WritesSeen';
const MOST_WRITES = 50;

async function takeBaseline(flow: Flow): Promise<void> {
  const { possible } = await flow.persistently(() => maintaining(flow).probeWrites({ run: flow.run, anew: true }));
  Object.assign(flow.state.maintenance, { traced: true, probed: possible });
}

/** The run ends before its time: what has been turned on is turned off. @returns what to say of it, null when there was nothing */
export async function undoMaintenance(flow: Flow): Promise<Message | null> {
  const { maintenance } = flow.state;
  if (maintenance.standing === 'off') return null;
  const left: Message[] = [];
  try {
    const actions = await flow.attended(() => maintaining(flow).planMaintenance({ run: flow.run, direction: 'off' }));
    beginTurn(maintenance, 'off', Date.now());
    for (const action of actions) {
      if (maintenance.turned.includes(action.name)) continue;
      const failure = await undo(flow, action);
      if (failure !== null) left.push(failure);
    }
  } catch (error) {
    if (!(error instanceof ActivityFailure)) throw error;
    left.push(reasonOf(error));
  }
  if (left.length > 0) return maintenanceStillOn({ failures: left });
  endTurn(maintenance, 'off', Date.now());
  return maintenanceTurnedOff();
}

/** @returns the sentence why an action is not done; all others are tried nevertheless */
async function undo(flow: Flow, { name, kind, task }: PlannedAction): Promise<Message | null> {
  if (task !== null) return forPerson({ action: name, task });
  try {
    const answer = await flow.attended(() =>
      maintaining(flow).performMaintenance({ run: flow.run, direction: 'off', name }),
    );
    noteAction(flow.state.maintenance, { direction: 'off', name, kind, ...answer }, Date.now());
    return null;
  } catch (error) {
    if (!(error instanceof ActivityFailure)) throw error;
    return reasonOf(error);
  }
}

function actionsOf(flow: Flow, direction: Direction): Promise<readonly PlannedAction[]> {
  return flow.persistently(() => maintaining(flow).planMaintenance({ run: flow.run, direction }));
}
