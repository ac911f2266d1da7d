import type { z } from 'zod';
import { type Label, labelled, type Message } from '../message.ts';
import { unknownName } from './unknown-name.ts';
import {
  atLeast,
  atMost,
  KINDS,
  moreThan,
  mustBe,
  mustBeOneOf,
  notEmpty,
  problemAt,
  tooLong,
  wrongForm,
} from './words.ts';

/**
 * What a schema's own check takes, so that its issue carries the message.
 * @example z.string().refine(isAbsolute, held(notAbsolutePath()))
 */
export function held(said: Message): { readonly error: string; readonly params: { readonly said: Message } } {
  return { error: said.text, params: { said } };
}

/** Everything that is wrong, each with the field that it is about; `whole` is what has no field. */
export function problemsOf({ issues }: z.ZodError, whole: Label): Message[] {
  return issues.map((issue) => problemAt({ where: placeOf(issue, whole), problem: wrongIn(issue) }));
}

/** The field that an issue is about, `checks.0.url`. */
export function placeOf({ path }: z.core.$ZodIssue, whole: Label): string | Message {
  return path.join('.') || labelled(whole);
}

/** What is wrong there: several unknown names are one issue. */
export function wrongIn(issue: z.core.$ZodIssue): Message | readonly Message[] {
  switch (issue.code) {
    case 'custom':
      return saidBy(issue) ?? wrongForm();
    case 'unrecognized_keys':
      return issue.keys.map((name) => unknownName(name, (issue as { known?: readonly string[] }).known ?? []));
    case 'invalid_type':
      return mustBe({ kind: kindOf(issue.expected) });
    case 'invalid_value':
      return mustBeOneOf({ values: issue.values.map(String) });
    case 'too_small':
      return tooSmall(issue);
    case 'too_big':
      return issue.origin === 'string'
        ? tooLong({ most: Number(issue.maximum) })
        : atMost({ most: Number(issue.maximum) });
    case 'invalid_format':
      return issue.format === 'datetime' ? mustBe({ kind: labelled(KINDS.datetime) }) : wrongForm();
    case 'invalid_union':
      return wrongInUnion(issue);
    default:
      return wrongForm();
  }
}

function saidBy({ params }: z.core.$ZodIssueCustom): Message | undefined {
  return params?.['said'] as Message | undefined;
}

function kindOf(expected: string): string | Message {
  const kind = expected === 'record' ? KINDS.object : KINDS[expected as keyof typeof KINDS];
  return kind === undefined ? expected : labelled(kind);
}

function tooSmall({ origin, minimum, inclusive }: z.core.$ZodIssueTooSmall): Message {
  if (origin === 'string' || origin === 'array') return notEmpty();
  return inclusive ? atLeast({ least: Number(minimum) }) : moreThan({ least: Number(minimum) });
}

/** What one of the kinds says of itself, or which kinds there are. */
function wrongInUnion(issue: z.core.$ZodIssueInvalidUnion): Message {
  const [own] = issue.errors.flat().flatMap((one) => (one.code === 'custom' ? (saidBy(one) ?? []) : []));
  const kinds = 'options' in issue ? (issue.options ?? []) : [];
  return own ?? (kinds.length > 0 ? mustBeOneOf({ values: kinds.map(String) }) : wrongForm());
}
