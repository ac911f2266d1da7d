import { z } from 'zod';
import { problemsOf } from '../../engine/messages/input/problems.ts';
import { WHOLE } from '../../engine/messages/input/words.ts';
import { type Label, labelled, type Message } from '../../engine/messages/message.ts';
import { moreThanOneArgument, wrongData } from '../../engine/messages/workflows/refusals.ts';
import { dialog } from '../../engine/messages/workflows/sends.ts';

/** Does what a message asks for. @returns why it is refused, or null; a refused one has changed nothing */
export type Act<S> = (state: S) => Message | null;

/** A message that operators send, of one name, to a workflow with the state `S`. */
export interface ControlMessage<S> {
  /** What Temporal's UI says beside the name in its dialogs: what to give to it, above all. */
  readonly description: string;
  /** @returns what it asks for, or all that is wrong with it */
  read(given: readonly unknown[]): Act<S> | Message;
  /** As builds did that left out what they did not know: only for histories that they have written. */
  readLoosely(given: readonly unknown[]): Act<S> | Message;
}

interface Told<S, T> {
  readonly does: Label;
  /** What is to be given with it. */
  readonly takes: Label | Message;
  readonly shape: z.ZodType<T>;
  readonly act: (state: S, message: T) => Message | null;
}

/** A message whose data are parsed strictly, with every problem told at once. */
export function controlMessage<S, T>({ does, takes: given, shape, act }: Told<S, T>): ControlMessage<S> {
  const takes = 'en' in given ? labelled(given) : given;
  const parse = (given: unknown): Act<S> | Message => {
    const parsed = shape.safeParse(given);
    if (parsed.success) return (state) => act(state, parsed.data);
    return wrongData({ problems: problemsOf(parsed.error, WHOLE.data), takes });
  };
  return {
    description: dialog({ does: labelled(does), takes }).text,
    read: (given) => (given.slice(1).every((one) => one == null) ? parse(given[0]) : moreThanOneArgument({ takes })),
    readLoosely: ([given]) => parse(knownOf(given, shape)),
  };
}

/** Without what the shape does not know. */
function knownOf(given: unknown, shape: z.ZodType): unknown {
  if (typeof given === 'string' || given == null) return given;
  if (typeof given !== 'object' || Array.isArray(given)) return {};
  const known: Record<string, unknown> = { ...given };
  for (const issue of shape.safeParse(given).error?.issues ?? []) {
    if (issue.code === 'unrecognized_keys') for (const key of issue.keys) delete known[key];
  }
  return known;
}

/** Data of which nothing is as good as an empty object. */
export const orNothing = <T extends z.ZodType>(shape: T) => z.preprocess((given) => given ?? {}, shape);

/** Data that can be given as a text, too: the value of one field. */
export const orText = <T extends z.ZodType>(field: string, shape: T) =>
  z.preprocess((given) => (typeof given === 'string' ? { [field]: given } : given), shape);
