import { type Command, InvalidArgumentError, Option } from 'commander';
import { ConfigurationError } from '../../engine/common/errors.ts';
import {
  documentsOrShare,
  otherDatabases,
  otherOptions,
  stagesAre,
  timeFrom,
  wholeNumberFrom,
  withoutOption,
} from '../../engine/messages/commands/options.ts';
import type { Message } from '../../engine/messages/message.ts';
import { plan } from '../../stages/plan.ts';
import type { MigrationInput, ParsedOptions, Progress } from '../../workflows/messages/definitions.ts';
import { parseOptions } from '../../workflows/messages/options.ts';

/** What `run` is given on the command line. */
export interface RunFlags {
  readonly dryRun?: boolean;
  readonly limit?: number;
  readonly stages?: string[];
  readonly batchSize?: number;
  readonly parallelism?: number;
  readonly maxRate?: number;
  readonly maxLatency?: number;
  readonly gates?: 'auto' | 'manual';
  readonly maxQuarantined?: number | string;
  readonly requireBackup?: number;
  readonly reconcile?: 'feed' | 'fingerprint';
  readonly maintenance?: 'none' | 'throughout' | 'switch';
  readonly lastPass?: 'feed' | 'fingerprint';
  readonly smokeTests?: boolean;
  readonly makeBackup?: boolean;
  readonly confirm?: string[];
  readonly workflowId: string;
  readonly source?: string;
  readonly detach?: boolean;
  readonly worker: boolean;
  readonly json?: boolean;
}

/** A whole number between two bounds, as an option's parser. */
export function wholeNumber(least: number, most: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (/^\d+$/.test(text) && value >= least && value <= most) return value;
    throw new InvalidArgumentError(wholeNumberFrom({ least, most }).text);
  };
}

/** One stage's name. */
export function stageName(text: string): string {
  const names = plan.stages.map(({ name }) => name);
  if (names.includes(text)) return text;
  throw new InvalidArgumentError(stagesAre({ stages: names }).text);
}

/** Several stages' names, with commas between them, in the plan's order. */
export function stageNames(text: string): string[] {
  const asked = text.split(',').map((name) => stageName(name.trim()));
  return plan.stages.map(({ name }) => name).filter((name) => asked.includes(name));
}

/** A time such as `10m` or `2h`, in minutes. */
export function minutes(text: string): number {
  const [, count, unit] = /^(\d{1,4})(m|h)?$/.exec(text) ?? [];
  const value = Number(count) * (unit === 'h' ? 60 : 1);
  if (value >= 1 && value <= 24 * 60) return value;
  throw new InvalidArgumentError(timeFrom().text);
}

function numberOrShare(text: string): number | string {
  if (/^\d{1,9}$/.test(text)) return Number(text);
  if (/^\d{1,3}(\.\d+)?%$/.test(text) && Number.parseFloat(text) <= 100) return text;
  throw new InvalidArgumentError(documentsOrShare().text);
}

/** Adds what a migration can be told to a command. */
export function addRunOptions(command: Command): Command {
  return command
    .option('--dry-run', 'migrate into a scratch schema, verify, report, drop it; the real tables stay untouched')
    .option(
      '--limit <n>',
      'only the first n documents of each collection, and those they refer to',
      wholeNumber(1, 1e9),
    )
    .option('--stages <names>', 'only these stages, separated by commas; earlier ones must be complete', stageNames)
    .option('--batch-size <n>', 'documents in one transaction (default: 50)', wholeNumber(1, 10_000))
    .option('--parallelism <n>', 'parts of a stage moved at once (default: 2)', wholeNumber(1, 64))
    .option('--max-rate <n>', 'documents read from the source per second', wholeNumber(1, 10_000_000))
    .option('--max-latency <ms>', 'back off from a server that takes longer to answer', wholeNumber(1, 60_000))
    .option('--max-quarantined <n|p%>', 'block the run if a stage quarantines more than this', numberOrShare)
    .option('--require-backup <hours>', 'start only with a proved backup of at most this age', wholeNumber(1, 8_760))
    .addOption(
      new Option(
        '--maintenance <when>',
        'put the platform into maintenance: before the first stage, or for the switch',
      ).choices(['none', 'throughout', 'switch']),
    )
    .addOption(
      new Option(
        '--last-pass <how>',
        'for --maintenance switch: how the last changes are found; fingerprint compares all documents',
      ).choices(['feed', 'fingerprint']),
    )
    .option('--smoke-tests', 'complete only if both databases answer the platform’s queries the same')
    .option('--confirm <gate...>', 'approve these gates beforehand, by the names that the run reports')
    .option('--make-backup', 'make and prove a backup on the worker’s host before anything is moved')
    .addOption(new Option('--gates <mode>', 'manual: wait for approval between stages').choices(['auto', 'manual']));
}

/** The options that are the input's own fields. */
const INPUT_FLAGS = [
  ...(['dryRun', 'limit', 'stages', 'batchSize', 'parallelism', 'gates', 'maxQuarantined'] as const),
  ...(['requireBackup', 'reconcile', 'maintenance', 'smokeTests', 'confirm'] as const),
] as const;

function pick<T, K extends keyof T>(from: T, names: readonly K[]): Pick<T, K> {
  return Object.fromEntries(names.map((name) => [name, from[name]])) as Pick<T, K>;
}

/**
 * The workflow's input: only what was asked for, so that its own defaults hold for the rest.
 * @throws ConfigurationError with everything that the workflow itself would refuse
 */
export function inputOf(flags: RunFlags): MigrationInput {
  const { maxRate, maxLatency, makeBackup, lastPass } = flags;
  const isThrottled = maxRate !== undefined || maxLatency !== undefined;
  const throttle = isThrottled ? { documentsPerSecond: maxRate ?? null, maxLatency: maxLatency ?? null } : undefined;
  const input = {
    ...pick(flags, INPUT_FLAGS),
    throttle,
    backup: makeBackup ? 'make' : undefined,
    catchUp: lastPass && { last: lastPass },
  };
  const asked: MigrationInput = Object.fromEntries(Object.entries(input).filter(([, value]) => value !== undefined));
  const parsed = parseOptions(asked);
  if ('problems' in parsed) throw new ConfigurationError(parsed.problems);
  return asked;
}

/** Where the command's spelling of an option is not the input's. */
const FLAG_OF: Readonly<Record<string, string>> = {
  dryRun: '--dry-run',
  limit: '--limit',
  stages: '--stages',
  batchSize: '--batch-size',
  parallelism: '--parallelism',
  gates: '--gates',
  maxQuarantined: '--max-quarantined',
  throttle: '--max-rate, --max-latency',
  requireBackup: '--require-backup',
  maintenance: '--maintenance',
  catchUp: '--last-pass',
  smokeTests: '--smoke-tests',
  backup: '--make-backup',
  retry: 'quarantine retry',
  reconcile: 'reconcile',
  confirm: '--confirm',
};

/** What decides which documents are moved where: it must be the same, also when nothing is said. */
const DECISIVE = {
  dryRun: false,
  limit: null,
  stages: null,
  maxQuarantined: null,
  retry: null,
  reconcile: null,
} as const;

/**
 * Attaching shows the run that is under way: whoever asked for another one must hear of it.
 * @throws ConfigurationError
 */
export function requireSameOptions(workflowId: string, asked: MigrationInput, running: ParsedOptions): void {
  const { identity: _, ...rest } = asked;
  const wanted: Record<string, unknown> = { ...DECISIVE, ...rest };
  const different = Object.keys(wanted).filter(
    (name) => JSON.stringify(wanted[name]) !== JSON.stringify(running[name as keyof ParsedOptions] ?? null),
  );
  if (different.length === 0) return;
  const theirs = different.map((name) => asOption(FLAG_OF[name] ?? name, running[name as keyof ParsedOptions]));
  throw new ConfigurationError([otherOptions({ migration: workflowId, options: theirs })]);
}

/**
 * A run of another source or target must not be taken for one's own, even though its options are the same.
 * @throws ConfigurationError
 */
export function requireSameIdentity(
  workflowId: string,
  { identity: wanted }: MigrationInput,
  { identity, options }: Pick<Progress, 'identity' | 'options'>,
): void {
  const running = identity ?? options.identity;
  // Runs of older builds, and those that stay on one queue, do not say which theirs are.
  if (!wanted || !running?.queue || running.queue === wanted.queue) return;
  const { source, target } = running;
  const own = { ownSource: wanted.source, ownTarget: wanted.target };
  throw new ConfigurationError([otherDatabases({ migration: workflowId, source, target, ...own })]);
}

function asOption(flag: string, value: unknown): string | Message {
  if (value === null || value === undefined || value === false) return withoutOption({ option: flag });
  if (value === true) return flag;
  if (Array.isArray(value)) return `${flag} ${value.join(',')}`;
  return `${flag} ${typeof value === 'object' ? JSON.stringify(value) : value}`;
}
