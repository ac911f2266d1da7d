/**
 * Copies or verifies the one partition of a stage in a process of its own, and says in one line of JSON what that took:
 * `node dist/tests/engine/copy/one-partition.js <work as JSON>`.
 */
import { copySegment } from '../../../engine/copy/copy-segment.ts';
import { openSource } from '../../../engine/source/open-source.ts';
import type { Counters } from '../../../engine/state/run/checkpoint.ts';
import { verificationOf } from '../../../engine/state/run/checkpoint-names.ts';
import { openTarget } from '../../../engine/target/target.ts';
import { verifySegment } from '../../../engine/verify/rows/verify-rows.ts';
import { DEFAULT_TARGET_TIMEOUTS } from '../../../prisma/connection/session-settings.ts';
import { plan } from '../../../stages/plan.ts';

/** What is to be done, and where. */
export interface Work {
  readonly what: 'copy' | 'verify';
  readonly databaseUrl: string;
  readonly dump: string;
  /** Where the dump's documents are indexed. */
  readonly spoolFolder: string;
  readonly stage: string;
  /** Of the step that does it. */
  readonly sequence: number;
  readonly run: { readonly runId: string; readonly epoch: number };
}

/** What it took. */
export interface Took {
  readonly counters: Counters;
  readonly done: boolean;
  /** Most that was resident of this process, in MiB. */
  readonly resident: number;
}

const work = JSON.parse(process.argv[2]!) as Work;
// A machine that others keep busy must not be what is measured.
const timeouts = { ...DEFAULT_TARGET_TIMEOUTS, transaction: 300_000 };
const target = openTarget(work.databaseUrl, { timeouts });
const source = await openSource(`dump:${work.dump}`, {
  spoolFolder: work.spoolFolder,
  collections: plan.stages.map(({ collection }) => collection),
});
const stage = plan.stages.find(({ name }) => name === work.stage)!;
const context = { plan, stage, source, target, skipExisting: true };
const at = { runId: work.run.runId, partition: 0 };
const fence = { epoch: work.run.epoch, sequence: work.sequence, attempt: 1 };
const limits = { batchSize: 50, milliseconds: 600_000, signal: new AbortController().signal };
const { counters, done } =
  work.what === 'copy'
    ? await copySegment(context, { ...at, stage: stage.name }, fence, limits)
    : await verifySegment(context, { ...at, stage: verificationOf(stage.name) }, fence, limits);
const took: Took = { counters, done, resident: process.resourceUsage().maxRSS / 1024 };
process.stdout.write(`${JSON.stringify(took)}\n`);
await Promise.all([source.close(), target.close()]);
