import type { Label, Message } from '../../engine/messages/message.ts';
import { MONITORING_DOES, TAKES } from '../../engine/messages/workflows/sends.ts';
import { receive } from '../handlers.ts';
import { wholeNumber } from '../messages/options.ts';
import { type ControlMessage, controlMessage, orNothing } from '../messages/shape.ts';
import { strictObject } from '../messages/strict-object.ts';
import { EVERY } from './options.ts';
import { MonitorState } from './state.ts';

const withoutData = (does: Label, act: (state: MonitorState) => Message | null) =>
  controlMessage({ does, takes: TAKES.nothing, shape: orNothing(strictObject({})), act });

/** Every message to a monitoring, and what it does to it. */
export const MONITOR_MESSAGES: Readonly<Record<string, ControlMessage<MonitorState>>> = {
  acknowledge: withoutData(MONITORING_DOES.acknowledge, (state) => state.acknowledge()),
  stop: withoutData(MONITORING_DOES.stop, (state) => state.stop()),
  pause: withoutData(MONITORING_DOES.pause, (state) => state.pause()),
  resume: withoutData(MONITORING_DOES.resume, (state) => state.resume()),
  setEvery: controlMessage({
    does: MONITORING_DOES.setEvery,
    ...wholeNumber(EVERY.least, EVERY.most),
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
