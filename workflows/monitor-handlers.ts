import { setHandler } from '@temporalio/workflow';
import { refuse } from './handlers.ts';
import {
  acknowledgeSignal,
  acknowledgeUpdate,
  type MonitorProgress,
  pauseMonitorSignal,
  pauseMonitorUpdate,
  resumeMonitorSignal,
  resumeMonitorUpdate,
  setEverySignal,
  setEveryUpdate,
  stopSignal,
  stopUpdate,
} from './monitor-messages.ts';
import { MonitorState } from './monitor-state.ts';

/** What Temporal's UI says beside each name in its dialogs. */
const SAYS = {
  acknowledge: {
    description: 'Somebody has taken over what is open: no alert is repeated, no restore follows. Data: nothing',
  },
  stop: { description: 'End the monitoring now, and write its report. Data: nothing' },
  pause: { description: 'Leave rounds out from now on. Data: nothing' },
  resume: { description: 'Go on with the rounds. Data: nothing' },
  setEvery: { description: 'Minutes between the rounds. Data: a whole number' },
} as const;

/** As with a migration: a signal that makes no sense is kept as refused, an update is refused before it changes anything. */
export function handleMonitorMessages(state: MonitorState, heed: () => void): void {
  const signal = (name: string, act: () => string | null): void => {
    const reason = act();
    if (reason !== null) state.refuse(name, reason, Date.now());
    heed();
  };
  const update = (act: () => string | null): MonitorProgress => {
    refuse(act());
    heed();
    return state.progress(Date.now());
  };
  // A validator may change nothing, so the message is tried on a copy.
  const tried = (act: (copy: MonitorState) => string | null) => () =>
    refuse(act(new MonitorState(JSON.parse(JSON.stringify(state.snapshot)))));

  setHandler(acknowledgeSignal, () => signal('acknowledge', () => state.acknowledge()), SAYS.acknowledge);
  setHandler(stopSignal, () => signal('stop', () => state.stop()), SAYS.stop);
  setHandler(pauseMonitorSignal, () => signal('pause', () => state.pause()), SAYS.pause);
  setHandler(resumeMonitorSignal, () => signal('resume', () => state.resume()), SAYS.resume);
  setHandler(setEverySignal, (minutes) => signal('setEvery', () => state.setEvery(minutes)), SAYS.setEvery);

  setHandler(acknowledgeUpdate, () => update(() => state.acknowledge()), {
    ...SAYS.acknowledge,
    validator: tried((copy) => copy.acknowledge()),
  });
  setHandler(stopUpdate, () => update(() => state.stop()), {
    ...SAYS.stop,
    validator: tried((copy) => copy.stop()),
  });
  setHandler(pauseMonitorUpdate, () => update(() => state.pause()), {
    ...SAYS.pause,
    validator: tried((copy) => copy.pause()),
  });
  setHandler(resumeMonitorUpdate, () => update(() => state.resume()), {
    ...SAYS.resume,
    validator: tried((copy) => copy.resume()),
  });
  setHandler(setEveryUpdate, (minutes) => update(() => state.setEvery(minutes)), {
    ...SAYS.setEvery,
    validator: (minutes) => tried((copy) => copy.setEvery(minutes))(),
  });
}
