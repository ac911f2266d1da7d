import { z } from 'zod';
import { held, problemsOf } from '../../engine/messages/input/problems.ts';
import { cannotCombine, noTaskQueue, numberOrShare, WHOLE } from '../../engine/messages/input/words.ts';
import type { Message } from '../../engine/messages/message.ts';
import { tooManyQuarantined as overLimit } from '../../engine/messages/workflows/blocked.ts';
import { wholeNumberFrom } from '../../engine/messages/workflows/sends.ts';
import type { MigrationInput, ParsedOptions } from './definitions.ts';
import { strictObject } from './strict-object.ts';

/** What a run does when nothing is asked for. Batches of 50 are the runbook's (section 2). */
export const DEFAULTS = {
  dryRun: false,
  limit: null,
  stages: null,
  batchSize: 50,
  parallelism: 2,
  gates: 'auto',
  maxQuarantined: null,
  throttle: null,
  requireBackup: null,
  maintenance: 'none',
  smokeTests: false,
  backup: 'none',
  retry: null,
  reconcile: null,
  confirm: [],
  identity: null,
  catchUp: null,
} as const satisfies ParsedOptions;

/** Verification reads in batches of its own: it holds no locks, so they may be large. */
export const VERIFY_BATCH = 500;

/** When passes over changes end (so few documents differ, or so many passes were made), and how the last one finds them. */
export const CATCH_UP = { small: 1_000, passes: 20, last: 'feed' } as const;

export const count = (least: number, most: number) => z.number().int().min(least).max(most);

/** What a message takes that is one whole number, and how that is said. */
export const wholeNumber = (least: number, most: number) => ({
  takes: wholeNumberFrom({ least: String(least), most: String(most) }),
  shape: count(least, most),
});
const batchSize = count(1, 10_000);
const gate = z.enum(['auto', 'manual']);

/** No more than this can be read anyhow; a slower answer than a minute is a server that is away. */
export const throttleLimits = strictObject({
  documentsPerSecond: z.number().min(0.1).max(10_000_000).nullable().default(null),
  maxLatency: count(1, 60_000).nullable().default(null),
});

/** Which documents in quarantine are meant. */
export const retryFilter = strictObject({
  stage: z.string().nullable().default(null),
  code: z.string().nullable().default(null),
});

const catchUp = strictObject({
  small: count(0, 1_000_000_000).default(CATCH_UP.small),
  passes: count(1, 1_000).default(CATCH_UP.passes),
  last: z.enum(['feed', 'fingerprint']).default(CATCH_UP.last),
});

const identity = strictObject({
  queue: z.string().refine((name) => /^mongo-to-prisma-[0-9a-f]{16}$/.test(name), held(noTaskQueue())),
  place: z.string(),
  source: z.string(),
  target: z.string(),
});

const fields = strictObject({
  dryRun: z.boolean().default(DEFAULTS.dryRun),
  limit: count(1, 1_000_000_000).nullable().default(DEFAULTS.limit),
  stages: z.array(z.string()).min(1).nullable().default(DEFAULTS.stages),
  batchSize: z.union([batchSize, z.record(z.string(), batchSize)]).default(DEFAULTS.batchSize),
  parallelism: count(1, 64).default(DEFAULTS.parallelism),
  gates: z.union([gate, z.record(z.string(), gate)]).default(DEFAULTS.gates),
  maxQuarantined: z
    .union([
      count(0, 1_000_000_000),
      z.string().refine((text) => /^\d{1,3}(\.\d+)?%$/.test(text), held(numberOrShare())),
    ])
    .nullable()
    .default(DEFAULTS.maxQuarantined),
  throttle: throttleLimits.nullable().default(DEFAULTS.throttle),
  requireBackup: z.number().positive().max(8760).nullable().default(DEFAULTS.requireBackup),
  maintenance: z.enum(['none', 'throughout', 'switch']).default(DEFAULTS.maintenance),
  smokeTests: z.boolean().default(DEFAULTS.smokeTests),
  backup: z.enum(['none', 'make']).default(DEFAULTS.backup),
  retry: retryFilter.nullable().default(DEFAULTS.retry),
  reconcile: z.enum(['feed', 'fingerprint']).nullable().default(DEFAULTS.reconcile),
  confirm: z.array(z.string().min(1)).default([...DEFAULTS.confirm]),
  identity: identity.nullable().default(DEFAULTS.identity),
  catchUp: catchUp.nullable().default(DEFAULTS.catchUp),
});

const schema = fields
  .refine(({ retry, dryRun, limit, stages }) => retry === null || (!dryRun && !limit && !stages), {
    path: ['retry'],
    ...held(cannotCombine({ others: 'dryRun, limit, stages' })),
  })
  .refine(({ reconcile, retry, dryRun, limit, stages }) => !reconcile || (!retry && !dryRun && !limit && !stages), {
    path: ['reconcile'],
    ...held(cannotCombine({ others: 'retry, dryRun, limit, stages' })),
  });

/** The options, or everything that is wrong with the input. */
export type OptionsOrProblems = { readonly options: ParsedOptions } | { readonly problems: readonly Message[] };

/** Parses the workflow's input once; whatever came as input, even nothing at all, is answered in full. */
export function parseOptions(input: MigrationInput | null | undefined): OptionsOrProblems {
  const parsed = schema.safeParse(input ?? {});
  if (parsed.success) return { options: parsed.data };
  return { problems: problemsOf(parsed.error, WHOLE.input) };
}

/** When the platform is in maintenance; never for a dry run, which needs none. */
export function maintenanceOf({ maintenance = 'none', dryRun }: ParsedOptions): 'none' | 'throughout' | 'switch' {
  return dryRun ? 'none' : maintenance;
}

/** The batch size of one stage. */
export function batchSizeOf(options: ParsedOptions, stage: string): number {
  const { batchSize: size } = options;
  return typeof size === 'number' ? size : (size[stage] ?? DEFAULTS.batchSize);
}

const GATES: readonly string[] = ['start', 'complete', 'maintenance-on', 'maintenance-off'];

/** What the input names as stages of the plan. */
export function stagesNamed({ gates, batchSize: sizes }: ParsedOptions): string[] {
  const named = [gates, sizes].flatMap((one) => (typeof one === 'object' ? Object.keys(one) : []));
  return [...new Set(named)].filter((name) => !GATES.includes(name));
}

/** Whether a gate waits for a person. */
export function isManual(options: ParsedOptions, name: string): boolean {
  return (typeof options.gates === 'string' ? options.gates : options.gates[name]) === 'manual';
}

/** Why a stage has too many documents in quarantine, or null when it has not. */
export function tooManyQuarantined(
  options: ParsedOptions,
  stage: string,
  quarantined: number,
  read: number,
): Message | null {
  const { maxQuarantined: limit } = options;
  if (limit === null) return null;
  const most = typeof limit === 'number' ? limit : (Number.parseFloat(limit) / 100) * read;
  if (quarantined <= most) return null;
  return overLimit({ stage, quarantined, read, limit });
}
