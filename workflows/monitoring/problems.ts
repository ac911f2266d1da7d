import type { AlertLine, Problem } from '../../activities/monitor/course.ts';
import type { CheckedRound, Found } from '../../activities/monitor/rounds.ts';
import type { MonitorSnapshot, OpenProblem } from './snapshot.ts';
import { sentenceOf } from './words.ts';

/** Alerts that the report lists, those that are to be sent, and root rows of a problem that are looked at again. */
const MOST_ALERTS = 1_000;
const MOST_KEPT = 100;
export const MOST_RECHECKED = 200;

/** Checks that have failed in as many rounds as they may. */
export function failingChecks({ streaks }: MonitorSnapshot, checked: CheckedRound | string): Found[] {
  if (typeof checked === 'string') return [];
  return checked.checks.flatMap(({ name, rounds, problem }): Found[] => {
    streaks[name] = problem === null ? 0 : (streaks[name] ?? 0) + 1;
    if (problem === null || streaks[name] < rounds) return [];
    return [{ kind: 'check', stage: null, where: name, count: 1, documents: [], recheck: [], says: problem }];
  });
}

/**
 * Compares what a round has found with the open problems: alerts of those that are new and of those that are over.
 * @param isAsked whether the round could have found the problem
 */
export function takeProblems(
  snapshot: MonitorSnapshot,
  found: readonly Found[],
  isAsked: (problem: OpenProblem) => boolean,
  round: number,
  now: number,
): void {
  const left = new Map(snapshot.problems.map((problem) => [nameOf(problem), problem]));
  const open: OpenProblem[] = [];
  for (const one of found) {
    const before = left.get(nameOf(one));
    left.delete(nameOf(one));
    if (before === undefined) {
      const since = new Date(now).toISOString();
      open.push(tell(snapshot, 'new', { ...one, since, round, acknowledged: false, toldAt: now }, round, now));
      continue;
    }
    const recheck = [...new Set([...one.recheck, ...before.recheck])].slice(0, MOST_RECHECKED);
    const problem = { ...before, ...one, recheck };
    const { repeat } = snapshot.options;
    const isRepeated =
      repeat !== undefined && !problem.acknowledged && now - problem.toldAt >= repeat * snapshot.tuning.minuteMs;
    open.push(isRepeated ? tell(snapshot, 'repeated', { ...problem, toldAt: now }, round, now) : problem);
  }
  for (const problem of left.values()) {
    if (isAsked(problem)) tell(snapshot, 'resolved', problem, round, now);
    else open.push(problem);
  }
  snapshot.problems = open;
}

/** Puts an alert into the report and into the outbox. @returns the problem as it is */
export function tell<T extends OpenProblem>(
  snapshot: MonitorSnapshot,
  event: AlertLine['event'],
  problem: T,
  round: number,
  now: number,
): T {
  const line = { at: new Date(now).toISOString(), event, round, text: sentenceOf(problem, event) };
  snapshot.numbered += 1;
  snapshot.alerts = [...snapshot.alerts, line].slice(-MOST_ALERTS);
  snapshot.outbox = [...snapshot.outbox, { ...line, id: snapshot.numbered, problem: shownProblem(problem) }].slice(
    -MOST_KEPT,
  );
  return problem;
}

export function shownProblem({ recheck: _, toldAt: __, ...problem }: OpenProblem): Problem {
  return { ...problem, text: sentenceOf(problem, 'new') };
}

const nameOf = ({ kind, stage, where }: Pick<Problem, 'kind' | 'stage' | 'where'>) => `${kind}\n${stage}\n${where}`;

/** A step that has failed for good. */
export function unreachable(where: string, says: string): Found {
  return { kind: 'unreachable', stage: null, where, count: 1, documents: [], recheck: [], says };
}
