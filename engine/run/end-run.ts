import { VerdictRefused } from '../common/errors.ts';
import { abortedEarly, failedEarly, superseded } from '../messages/engine/verdict.ts';
import type { Plan } from '../plan/stage.ts';
import { shutOut } from '../state/run/checkpoint.ts';
import { type Run, type RunState, raiseEpoch, readRun } from '../state/run/run.ts';
import { giveSourceBack } from '../state/run/run-source.ts';
import { fenced } from '../state/run/run-writer.ts';
import { type JudgedVerdict, keptVerdict, type Verdict } from '../state/run/verdict.ts';
import { longRead } from '../target/long-read.ts';
import type { Query } from '../target/query.ts';
import type { Execute, Target } from '../target/target.ts';
import { type Judgement, judge } from '../verdict/judge.ts';

/** How a run can end. */
export type EndState = Exclude<RunState, 'running' | 'blocked'>;

/** A run's end, as its row has it. */
export interface Ended {
  /** The run's epoch from now on. */
  readonly epoch: number;
  readonly verdict: Verdict;
}

/**
 * Ends a run in one transaction: its epoch is raised and every attempt under way is shut out of its partitions, so that
 * nothing commits into it any more; then it is judged by what the database holds, and its row keeps the verdict.
 * Repeated, it answers what the row has.
 * @param run with the epoch that whoever ends it knows
 * @param how.keepsLease the target stays this run's until `releaseLease`: its reports are still to be written
 * @param how.confirmed absent collections that somebody has confirmed by name
 * @throws VerdictRefused when it is to be `complete` and is not: nothing has been changed then
 * @throws Fenced when the run has been taken over or ended otherwise
 */
export async function endRun(
  target: Target,
  plan: Plan,
  run: { readonly runId: string; readonly epoch: number },
  state: EndState,
  how: { readonly keepsLease?: boolean; readonly confirmed?: readonly string[] } = {},
): Promise<Ended> {
  const { keepsLease = false, confirmed = [] } = how;
  const epoch = await raiseEpoch(target, run, `end:${state}`, async (execute, next) => {
    await shutOut(execute, run.runId, next);
    const judgement = await judge(execute.query, plan, run.runId, { confirmed });
    if (state === 'complete' && !judgement.isWhole) throw new VerdictRefused(judgement);
    await keepEnd(execute, run, state, verdictOf(judgement, state), keepsLease);
    if (state !== 'complete') await giveSourceBack(execute, run.runId);
  });
  const stands = await readRun(target.query, run.runId);
  if (stands?.verdict == null) throw fenced();
  return { epoch, verdict: stands.verdict };
}

/** What would keep a run from being complete now, without ending it. */
export async function askVerdict(
  target: Target,
  plan: Plan,
  runId: string,
  confirmed: readonly string[],
): Promise<Pick<VerdictRefused, 'reasons' | 'stale' | 'uncompared'>> {
  const { isWhole, stale, uncompared, verdict } = await longRead(target, (query) =>
    judge(query, plan, runId, { confirmed }),
  );
  return { stale, uncompared, reasons: isWhole ? [] : verdict.reasons };
}

/** What ended before its time is not verified, whatever it had done by then. */
function verdictOf({ verdict }: Judgement, state: EndState): JudgedVerdict {
  if (state === 'complete') return verdict;
  return { ...verdict, state: 'incomplete', sentence: ENDINGS[state]() };
}

const ENDINGS = { failed: failedEarly, aborted: abortedEarly, superseded } as const;

async function keepEnd(
  execute: Execute,
  { runId, epoch: known }: { readonly runId: string; readonly epoch: number },
  state: EndState,
  verdict: JudgedVerdict,
  keepsLease: boolean,
): Promise<void> {
  const touched = await execute(
    `UPDATE migration_run SET state = $2, verdict = $3::text::jsonb, ended_at = now(), written_at = now(),
       lease = CASE WHEN $4::boolean THEN lease END, marks = marks || jsonb_build_object(
         'end.' || $5::int, jsonb_build_array($2::text, epoch), 'end.' || epoch, jsonb_build_array($2::text, epoch))
     WHERE id = $1::text::uuid AND (verdict IS NULL OR state <> 'complete')`,
    ...[runId, state, JSON.stringify(keptVerdict(verdict)), keepsLease, known],
  );
  if (touched !== 1) throw fenced();
}

/** Lets go of the target for a run that has ended. @throws Fenced when it has been opened again since */
export async function releaseLease(target: Target, run: Pick<Run, 'id' | 'epoch'>): Promise<void> {
  const rows = await target.query(
    `UPDATE migration_run SET lease = NULL, written_at = now()
     WHERE id = $1::uuid AND epoch = $2 AND ended_at IS NOT NULL RETURNING id`,
    [run.id, run.epoch],
  );
  if (rows.length === 0) throw fenced();
}

/**
 * Whether an end has been committed and has let go of the target, whoever has opened the run again since: its mark stays
 * in the run's row, under the epoch that it raised and the one that it was raised from.
 * @param run with the epoch that whoever ends it knows
 */
export async function isEnded(
  query: Query,
  run: { readonly runId: string; readonly epoch: number },
  state: EndState,
): Promise<boolean> {
  const [row] = await query(
    `SELECT mark ->> 0 = $3 AND (lease IS NULL OR epoch > (mark ->> 1)::int)
     FROM migration_run, LATERAL (SELECT marks -> $2) AS own (mark) WHERE id = $1::uuid`,
    [run.runId, `end.${run.epoch}`, state],
  );
  return row?.[0] === 't';
}
