import type { Message } from '../../engine/messages/message.ts';
import { receive } from '../handlers.ts';
import { count } from '../messages/options.ts';
import { type ControlMessage, controlMessage, orNothing } from '../messages/shape.ts';
import { strictObject } from '../messages/strict-object.ts';
import { EVERY } from './options.ts';
import { MonitorState } from './state.ts';

const withoutData = (does: string, act: (state: MonitorState) => Message | null) =>
  controlMessage({ does, takes: 'nothing', shape: orNothing(strictObject({})), act });

/** Every message to a monitoring, and what it does to it. */
export const MONITOR_MESSAGES: Readonly<Record<string, ControlMessage<MonitorState>>> = {
  acknowledge: withoutData('Somebody has taken over what is open: no restore follows', (state) => state.acknowledge()),
  stop: withoutData('End the monitoring now, and write its report', (state) => state.stop()),
  pause: withoutData('Leave rounds out from now on', (state) => state.pause()),
  resume: withoutData('Go on with the rounds', (state) => state.resume()),
  setEvery: controlMessage({
    does: 'Minutes between the rounds',
    takes: `a whole number from ${EVERY.least} to ${EVERY.most}`,
    shape: count(EVERY.least, EVERY.most),
    act: (state, minutes) => state.setEvery(minutes),
  }),
};

/** As with a migration: a signal that makes no sense is kept as refused, an update is refused before it changes anything. */
export function handleMonitorMessages(state: MonitorState, heed: () => void): void {
  receive(MONITOR_MESSAGES, {
    state,
    copied: () => new MonitorState(JSON.parse(JSON.stringify(state.snapshot))),
    note: (_, __, ___, act) => act(),
    refused: (name, reason) => state.refuse(name, reason, Date.now()),
    heed,
    answer: () => state.progress(Date.now()),
  });
}
