import { z } from 'zod';
import type { MonitorOptions } from '../../activities/monitor/course.ts';
import { held, problemsOf } from '../../engine/messages/input/problems.ts';
import { rollbackNeedsBackup, tooManyRounds, WHOLE } from '../../engine/messages/input/words.ts';
import type { Message } from '../../engine/messages/message.ts';
import { count } from '../messages/options.ts';
import { strictObject } from '../messages/strict-object.ts';
import type { MonitorInput } from './messages.ts';

/** What a monitoring does when nothing is asked for: the 24 hours and the two domains are the runbook's (section 8). */
export const MONITOR_DEFAULTS = {
  hours: 24,
  every: 10,
  samples: 100,
  stages: ['fundingProject', 'payment'],
  switchedAt: null,
  policy: { rollback: 'offer', backup: null, after: 3 },
} as const satisfies MonitorOptions;

/** All rounds stand in the workflow's state and in its report. */
const MOST_ROUNDS = 3_000;
export const EVERY = { least: 1, most: 24 * 60 } as const;

const policy = strictObject({
  rollback: z.enum(['offer', 'run']),
  backup: z.string().min(1).nullable().default(null),
  after: count(1, 1_000).default(MONITOR_DEFAULTS.policy.after),
}).refine(({ rollback, backup }) => rollback === 'offer' || backup !== null, {
  path: ['backup'],
  ...held(rollbackNeedsBackup()),
});

const schema = strictObject({
  hours: z
    .number()
    .positive()
    .max(14 * 24)
    .default(MONITOR_DEFAULTS.hours),
  every: count(EVERY.least, EVERY.most).default(MONITOR_DEFAULTS.every),
  samples: count(0, 100_000).default(MONITOR_DEFAULTS.samples),
  stages: z
    .array(z.string())
    .min(1)
    .default([...MONITOR_DEFAULTS.stages]),
  switchedAt: z.iso.datetime({ offset: true }).nullable().default(MONITOR_DEFAULTS.switchedAt),
  policy: policy.default(MONITOR_DEFAULTS.policy),
}).refine(({ hours, every }) => isBounded(hours, every), {
  path: ['every'],
  ...held(tooManyRounds({ most: MOST_ROUNDS })),
});

/** Whether so many rounds can be kept. */
export const isBounded = (hours: number, every: number): boolean => (hours * 60) / every <= MOST_ROUNDS;

/** Parses the workflow's input once; whatever came as input, even nothing at all, is answered in full. */
export function parseMonitorOptions(
  input: MonitorInput | null | undefined,
): { readonly options: MonitorOptions } | { readonly problems: readonly Message[] } {
  const parsed = schema.safeParse(input ?? {});
  if (parsed.success) return { options: parsed.data };
  return { problems: problemsOf(parsed.error, WHOLE.input) };
}

/** The same for an execution that an older build began: it repeats alerts, every hour by default, as its history has it. */
export function parseOlderMonitorOptions(
  input: (MonitorInput & { repeat?: number }) | null | undefined,
): ReturnType<typeof parseMonitorOptions> {
  const { repeat = 60, ...asked } = input ?? {};
  const parsed = parseMonitorOptions(asked);
  return 'problems' in parsed ? parsed : { options: { ...parsed.options, repeat } };
}

/** What an execution begins with, whatever an older build's has carried over to it. */
export function withoutRepeat({ repeat: _, ...options }: MonitorOptions): MonitorOptions {
  return options;
}
