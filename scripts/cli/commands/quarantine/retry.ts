import { isDeepStrictEqual } from 'node:util';
import {
  departedFromSource,
  retriedSoFar,
  retriesUnderWay,
  triedOnResume,
} from '../../../../engine/messages/commands/results.ts';
import { migrationStands } from '../../../../engine/messages/commands/screen.ts';
import { leavingAfterBatches } from '../../../../engine/messages/commands/starting.ts';
import { retryOutcomes } from '../../../../engine/run/retry-quarantine.ts';
import type { Run } from '../../../../engine/state/run/run.ts';
import { plan } from '../../../../stages/plan.ts';
import { isWorkflowOpen } from '../../../../worker/temporal/connect.ts';
import type { Progress } from '../../../../workflows/messages/definitions.ts';
import { firstProgress, startOrAttach } from '../../connect/run-migration.ts';
import { withTarget } from '../../connect/with-target.ts';
import { EXIT } from '../../exit-codes.ts';
import { io } from '../../io.ts';
import { type RunFlags, requireSameIdentity } from '../../run-options.ts';
import { grouped } from '../../screen/figures.ts';
import type { Outcome } from '../../screen/outcome.ts';
import { createScreen } from '../../screen/screen.ts';
import { standingOf } from '../../screen/standing.ts';
import { heedSignals } from '../../signals.ts';
import { sendUpdate } from '../control/control.ts';
import { runHere } from '../migrate/run.ts';

interface RetryFlags extends Pick<RunFlags, 'worker' | 'source' | 'workflowId' | 'json'> {
  readonly stage?: string;
  readonly code?: string;
}

/** The worker of this very command may be starting still. */
const FIRST_ANSWER_MS = 60_000;

/**
 * `quarantine retry`: has the migration that is under way try its documents again, or starts one that does nothing else,
 * and watches it until they have been tried.
 * @returns 3 when some are in quarantine still
 */
export async function retry(flags: RetryFlags): Promise<number> {
  const { workflowId, stage = null, code = null } = flags;
  const filter = { stage, code };
  const screen = createScreen(flags.json ? io().err : io().out);
  const leaving = heedSignals(() => screen.say(leavingAfterBatches().text));
  const before = await withTarget(async ({ runs }) => runs);
  let last: Progress | null = null;
  try {
    const { outcome } = await runHere(flags, {
      ...{ input: { retry: filter }, screen, signal: leaving.signal },
      begin: async (client, input) => {
        const isOpen = await isWorkflowOpen(client, workflowId);
        const under = isOpen ? await firstProgress(client, workflowId, FIRST_ANSWER_MS) : null;
        if (under === null || isDeepStrictEqual(under.options.retry, filter)) {
          return startOrAttach(client, { workflowId, input, screen, patience: FIRST_ANSWER_MS });
        }
        requireSameIdentity(workflowId, input, under);
        await sendUpdate(client, workflowId, 'retryQuarantine', [filter], { withinMs: FIRST_ANSWER_MS });
        screen.say(retriesUnderWay({ migration: workflowId }).text);
      },
      isOver: (progress) => {
        last = progress;
        return isAtRest(progress);
      },
    });
    const told = await outcomesOf(outcome, before);
    const code = exitCodeOf(outcome, last, told.left.length > 0, leaving.signal.aborted);
    if (flags.json) print(JSON.stringify({ ...headOf(outcome, last), filter, ...told, exitCode: code }));
    else print(render(outcome, last, told));
    return code;
  } finally {
    leaving.release();
  }
}

/** Nothing more happens to the documents before somebody does something; a run that comes to its end is waited for. */
function isAtRest({ state, retries }: Progress): boolean {
  return state === 'paused' || (state === 'blocked' && retries.length === 0);
}

/** What has become of the documents. */
interface Told {
  readonly moved: number;
  readonly departed: number;
  readonly left: readonly { readonly stage: string; readonly code: string; readonly documents: number }[];
}

/** A run that was there before has tried its own quarantine; a new one has done nothing else. */
async function outcomesOf({ runId, dryRun }: Outcome, before: readonly Run[]): Promise<Told> {
  // A dry run's quarantine lies in its own schema.
  if (runId === null || dryRun) return { moved: 0, departed: 0, left: [] };
  const run = before.find(({ id }) => id === runId);
  const since = run === undefined || run.options.retry ? null : run.epoch;
  const all = await withTarget(({ target }) => retryOutcomes(target.query, plan, runId, since));
  const sum = (outcome: string) => all.reduce((n, one) => (one.outcome === outcome ? n + one.documents : n), 0);
  const left = all.filter(({ outcome }) => outcome !== 'moved' && outcome !== 'departed');
  return {
    ...{ moved: sum('moved'), departed: sum('departed') },
    left: left.map(({ stage, outcome, documents }) => ({ stage, code: outcome, documents })),
  };
}

function exitCodeOf({ state }: Outcome, last: Progress | null, isLeft: boolean, interrupted: boolean): number {
  if (interrupted) return EXIT.interrupted;
  const isStuck = last?.state === 'blocked' && last.gate === null;
  if (isStuck || (state !== 'complete' && state !== 'detached')) return EXIT.failed;
  return isLeft ? EXIT.quarantined : EXIT.done;
}

/** How the migration stands; one that goes on does so as it said itself. */
function headOf({ workflowId, runId, state, reason }: Outcome, last: Progress | null) {
  return state === 'detached' && last !== null
    ? { workflowId, runId, state: last.state, reason: last.reason }
    : { workflowId, runId, state, reason };
}

function render(outcome: Outcome, last: Progress | null, { moved, departed, left }: Told): string {
  const { workflowId, state, reason } = headOf(outcome, last);
  const still = left.reduce((sum, { documents }) => sum + documents, 0);
  return [
    retriedSoFar({ moved, left: still }).text,
    ...left.map(({ stage, code, documents }) => `  ${stage}: ${grouped(documents)} × ${code}`),
    ...(departed === 0 ? [] : [departedFromSource({ documents: departed }).text]),
    ...(state === 'paused' && last!.retries.length > 0 ? [triedOnResume().text] : []),
    migrationStands({ migration: workflowId, standing: standingOf({ state, reason }) }).text,
  ].join('\n');
}

function print(text: string): void {
  io().out.write(`${text}\n`);
}
