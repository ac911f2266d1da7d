import type { MonitorProgress } from './messages.ts';

/** Problems that the page lists; all are counted. */
const SHOWN = 20;

/** The Markdown that Temporal's UI shows on the workflow's page: the verdict first, then what to do, then the stages. */
export function renderMonitorDetails(progress: MonitorProgress): string {
  const { state, reason, round, lastRound, nextAt, stages, problems, missed, undelivered, identity, waiting } =
    progress;
  const rows = stages.map(
    ({ stage, compared, written, changed, added, deleted, damages }) =>
      `| ${stage} | ${compared} | ${written} | ${changed} | ${added} | ${deleted} | ${damages} |`,
  );
  return [
    ...(identity === undefined ? [] : [`Watches ${identity.target}, filled from ${identity.source}.`]),
    ...(waiting === undefined
      ? []
      : [
          `No worker takes its steps since ${waiting.since}: start one whose source is ${waiting.source} and whose target is ${waiting.target}.`,
        ]),
    `**${state}**, round ${round} of ${lastRound}${nextAt === null ? '' : `, the next at ${nextAt}`}`,
    ...(reason === null ? [] : [reason]),
    ...problems.slice(0, SHOWN).map((one) => `- ${one.text}${one.acknowledged ? ' (acknowledged)' : ''}`),
    ...(problems.length > SHOWN ? [`… and ${problems.length - SHOWN} more.`] : []),
    ...(rows.length === 0
      ? []
      : [
          [
            '| stage | compared | written since | rows changed | added | deleted | damages |',
            '|---|---|---|---|---|---|---|',
            ...rows,
          ].join('\n'),
        ]),
    ...(missed > 0 ? [`Rounds that have not taken place: ${missed}.`] : []),
    ...(undelivered > 0 ? [`Alerts that no webhook has taken yet: ${undelivered}.`] : []),
    'Signals: `acknowledge`, `pause`, `resume`, `setEvery`, `stop`.',
    ...progress.refused.slice(-3).map(({ message, reason: why, at }) => `Refused at ${at}: ${message}: ${why}`),
    `Run ${progress.runId ?? '(none yet)'}, until ${progress.endsAt}, as of ${progress.asOf}`,
  ].join('\n\n');
}
