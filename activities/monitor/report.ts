import { join } from 'node:path';
import { writePrivately } from '../../engine/common/private-file.ts';
import { markdownText, valuesTable } from '../../engine/common/shown-text.ts';
import { COLUMNS } from '../../engine/messages/report/columns.ts';
import {
  MONITORING_HEADINGS,
  MONITORING_NOTES,
  monitoringCourse,
  monitoringOf,
  roundsLeftOut,
} from '../../engine/messages/report/monitoring.ts';
import { EMPTY } from '../../engine/messages/report/notes.ts';
import type { Term } from '../../operations/monitor/compare-stage.ts';
import type { Course } from './course.ts';

/** What monitoring.json holds: the course of the monitoring, and the money columns as the last round found them. */
export type MonitoringReport = Course & { readonly terms: readonly Term[] };

/** Writes a monitoring's report into a folder in two forms, readable by their owner only; an older one is replaced. */
export async function writeMonitoringReport(folder: string, report: MonitoringReport): Promise<void> {
  await writePrivately(join(folder, 'monitoring.json'), (put) => put(`${JSON.stringify(report, null, 2)}\n`));
  await writePrivately(join(folder, 'monitoring.md'), (put) => put(monitoringPage(report)));
}

function monitoringPage(report: MonitoringReport): string {
  const { state, reason, runId, switchedAt, startedAt, endedAt, rounds, missed, alerts, problems } = report;
  const left = missed.reduce((sum, { from, to }) => sum + to - from + 1, 0);
  const parts = [
    `# ${monitoringOf({ run: runId }).text}`,
    `**${state}**${reason === null ? '' : `: ${markdownText(reason)}`}`,
    monitoringCourse({
      ...{ start: startedAt, end: endedAt, switched: switchedAt, rounds: rounds.length, missed: left },
      ...{ problems: alerts.filter(({ event }) => event === 'new').length, open: problems.length },
    }).text,
    `## ${MONITORING_HEADINGS.alerts.en}`,
    alerts.length === 0
      ? EMPTY.list.en
      : figuresTable(
          ['when', 'round', 'event', 'what'],
          alerts.map((one) => [one.at, one.round, one.event, one.text]),
        ),
    `## ${MONITORING_HEADINGS.money.en}`,
    MONITORING_NOTES.money.en,
    figuresTable(
      ['column', 'moved', 'changed', 'added', 'now'],
      report.terms.map(({ where, moved, changed, added, now }) => [where, moved, changed, added, now]),
    ),
    `## ${MONITORING_HEADINGS.rounds.en}`,
    MONITORING_NOTES.rounds.en,
    figuresTable(
      ['round', 'when', 'seconds', 'compared', 'written', 'changed', 'added', 'deleted', 'damages', 'failedChecks'],
      rounds.map((one) => [
        ...[
          one.round,
          one.at,
          one.seconds,
          one.compared ?? MONITORING_NOTES.nothing.en,
          one.written,
          one.changed,
          one.added,
        ],
        ...[one.deleted, one.damages, one.failedChecks],
      ]),
    ),
    ...missed.map(({ from, to, because }) => roundsLeftOut({ from: String(from), to: String(to), because }).text),
  ];
  return `${parts.join('\n\n')}\n`;
}

function figuresTable(
  head: readonly (keyof typeof COLUMNS)[],
  rows: readonly (readonly (string | number)[])[],
): string {
  return valuesTable(
    head.map((name) => COLUMNS[name].en),
    rows.map((cells) => cells.map(String)),
  );
}
