import { noWorker, refusedAt } from '../../engine/messages/workflows/details.ts';
import { moreProblems, roundsMissed, signalsToMonitor, watches } from '../../engine/messages/workflows/monitor.ts';
import type { MonitorProgress } from './messages.ts';

/** Problems that the page lists; all are counted. */
const SHOWN = 20;

/** The Markdown that Temporal's UI shows on the workflow's page: the verdict first, then what to do, then the stages. */
export function renderMonitorDetails(progress: MonitorProgress): string {
  const { state, reason, round, lastRound, nextAt, stages, problems, missed, identity, waiting } = progress;
  const rows = stages.map(
    ({ stage, compared, written, changed, added, deleted, damages }) =>
      `| ${stage} | ${compared} | ${written} | ${changed} | ${added} | ${deleted} | ${damages} |`,
  );
  return [
    ...(identity === undefined ? [] : [watches({ target: identity.target, source: identity.source }).text]),
    ...(waiting === undefined
      ? []
      : [noWorker({ since: waiting.since, source: waiting.source, target: waiting.target }).text]),
    `**${state}**, round ${round} of ${lastRound}${nextAt === null ? '' : `, the next at ${nextAt}`}`,
    ...(reason === null ? [] : [reason]),
    ...problems.slice(0, SHOWN).map((one) => `- ${one.text}${one.acknowledged ? ' (acknowledged)' : ''}`),
    ...(problems.length > SHOWN ? [moreProblems({ problems: problems.length - SHOWN }).text] : []),
    ...(rows.length === 0
      ? []
      : [
          [
            '| stage | compared | written since | rows changed | added | deleted | damages |',
            '|---|---|---|---|---|---|---|',
            ...rows,
          ].join('\n'),
        ]),
    ...(missed > 0 ? [roundsMissed({ rounds: missed }).text] : []),
    signalsToMonitor().text,
    ...progress.refused.slice(-3).map(({ message, reason: why, at }) => refusedAt({ at, message, reason: why }).text),
    `Run ${progress.runId ?? '(none yet)'}, until ${progress.endsAt}, as of ${progress.asOf}`,
  ].join('\n\n');
}
