import { nextRoundAt, problemAcknowledged, roundOfStanding } from '../../engine/messages/commands/monitoring.ts';
import { COLUMNS } from '../../engine/messages/report/columns.ts';
import { noRunYet, noWorker, refusedAt } from '../../engine/messages/workflows/details.ts';
import {
  moreProblems,
  roundsMissed,
  runUntil,
  signalsToMonitor,
  watches,
} from '../../engine/messages/workflows/monitor.ts';
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
    [
      `${roundOfStanding({ standing: `**${state}**`, round, last: lastRound }).text}.`,
      ...(nextAt === null ? [] : [nextRoundAt({ at: nextAt }).text]),
    ].join(' '),
    ...(reason === null ? [] : [reason]),
    ...problems
      .slice(0, SHOWN)
      .map(({ text, acknowledged }) => `- ${acknowledged ? problemAcknowledged({ problem: text }).text : text}`),
    ...(problems.length > SHOWN ? [moreProblems({ problems: problems.length - SHOWN }).text] : []),
    ...(rows.length === 0
      ? []
      : [
          [`| ${HEADS.map((name) => COLUMNS[name].en).join(' | ')} |`, `|${'---|'.repeat(HEADS.length)}`, ...rows].join(
            '\n',
          ),
        ]),
    ...(missed > 0 ? [roundsMissed({ rounds: missed }).text] : []),
    signalsToMonitor().text,
    ...progress.refused.slice(-3).map(({ message, reason: why, at }) => refusedAt({ at, message, reason: why }).text),
    runUntil({ run: progress.runId ?? noRunYet(), until: progress.endsAt, at: progress.asOf }).text,
  ].join('\n\n');
}

const HEADS = ['stage', 'compared', 'writtenSince', 'rowsChanged', 'added', 'deleted', 'damages'] as const;
