import { defineSignal, defineUpdate, patched, setHandler } from '@temporalio/workflow';
import type { Message } from '../engine/messages/message.ts';
import { CONTROL_MESSAGES } from './control-messages.ts';
import { failureOf } from './failure.ts';
import type { Flow } from './flow.ts';
import type { Progress } from './messages/definitions.ts';
import type { Act, ControlMessage } from './messages/shape.ts';
import { RunState } from './state/run-state.ts';

/** Older builds took messages with names that they did not know, and left these out. */
const STRICT_MESSAGES = 'strict-messages';
/** These they refused as well. */
const ALWAYS_STRICT: readonly string[] = [
  'setBatchSize',
  'setParallelism',
  'setThrottle',
  'retryQuarantine',
  'setEvery',
];

/** What a message came with, and how it ended: for the way in which the receiver keeps that. */
type Note = (way: 'signal' | 'update', name: string, held: unknown, act: () => Message | null) => Message | null;

interface Receiver<S, P> {
  readonly state: S;
  /** The state as it is now, for trying a message on it. */
  readonly copied: () => S;
  readonly note: Note;
  readonly refused: (name: string, reason: Message) => void;
  /** Called after every message. */
  readonly heed: () => void;
  readonly answer: () => P;
}

/** Every message to a migration, as signal and as update. */
export function handleMessages(flow: Flow): void {
  const { state } = flow;
  receive(CONTROL_MESSAGES, {
    state,
    copied: () => new RunState(JSON.parse(JSON.stringify(state.snapshot))),
    note: (...heard) => state.hear(...heard),
    refused: (name, reason) => state.refuse(name, reason, Date.now()),
    heed: () => flow.heed(),
    answer: (): Progress => state.progress(Date.now()),
  });
}

/**
 * Signals and updates do the same; a signal that makes no sense is kept in the progress as refused, an update is
 * refused by its validator before it changes anything, and answers the new state otherwise.
 */
export function receive<S, P>(messages: Readonly<Record<string, ControlMessage<S>>>, to: Receiver<S, P>): void {
  const hear = (way: 'signal' | 'update', name: string, one: ControlMessage<S>, given: readonly unknown[]) =>
    to.note(way, name, given[0], () => {
      const read = one.read(given);
      const isRight = typeof read === 'function' || ALWAYS_STRICT.includes(name) || patched(STRICT_MESSAGES);
      return done(isRight ? read : one.readLoosely(given), to.state);
    });
  const all = Object.entries(messages);
  for (const [name, one] of all) {
    const signal = (...given: unknown[]): void => {
      const reason = hear('signal', name, one, given);
      if (reason !== null) to.refused(name, reason);
      to.heed();
    };
    setHandler(defineSignal<unknown[]>(name), signal, one);
  }
  for (const [name, one] of all) {
    const update = (...given: unknown[]): P => {
      refuse(hear('update', name, one, given));
      to.heed();
      return to.answer();
    };
    // A validator may change nothing, so the message is tried on a copy.
    const validator = (...given: unknown[]): void => refuse(done(one.read(given), to.copied()));
    setHandler(defineUpdate<P, unknown[]>(name), update, { description: one.description, validator });
  }
}

function done<S>(act: Act<S> | Message, state: S): Message | null {
  return typeof act === 'function' ? act(state) : act;
}

/** @throws ApplicationFailure `Refused` with the reason */
function refuse(reason: Message | null): void {
  if (reason === null) return;
  const refusal = failureOf(reason, 'Refused');
  // Temporal's UI shows a stack below the reason: it would only say where this code lies.
  refusal.stack = '';
  throw refusal;
}
