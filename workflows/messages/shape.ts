import { z } from 'zod';
import { problemsOf } from './strict-object.ts';

/** Does what a message asks for. @returns why it is refused, or null; a refused one has changed nothing */
export type Act<S> = (state: S) => string | null;

/** A message that operators send, of one name, to a workflow with the state `S`. */
export interface Message<S> {
  /** What Temporal's UI says beside the name in its dialogs: what to give to it, above all. */
  readonly description: string;
  /** @returns what it asks for, or all that is wrong with it */
  read(given: readonly unknown[]): Act<S> | string;
  /** As builds did that left out what they did not know: only for histories that they have written. */
  readLoosely(given: readonly unknown[]): Act<S> | string;
}

interface Told<S, T> {
  readonly does: string;
  /** What is to be given with it, for people. */
  readonly takes: string;
  readonly shape: z.ZodType<T>;
  readonly act: (state: S, message: T) => string | null;
}

/** A message whose data are parsed strictly, with every problem told at once. */
export function message<S, T>({ does, takes, shape, act }: Told<S, T>): Message<S> {
  const parse = (given: unknown): Act<S> | string => {
    const parsed = shape.safeParse(given);
    if (parsed.success) return (state) => act(state, parsed.data);
    return `${problemsOf(parsed.error, 'data').join('; ')}. It takes ${takes}`;
  };
  return {
    description: `${does}. Data: ${takes}`,
    read: (given) =>
      given.slice(1).every((one) => one == null) ? parse(given[0]) : `more than one argument. It takes ${takes}`,
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
