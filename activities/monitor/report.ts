import { join } from 'node:path';
import { writePrivately } from '../../engine/common/private-file.ts';
import { markdownText, valuesTable } from '../../engine/common/shown-text.ts';
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
    `# Monitoring of run ${runId}`,
    `**${state}**${reason === null ? '' : `: ${markdownText(reason)}`}`,
    `From ${startedAt} to ${endedAt}, after the switch of ${switchedAt}: ${rounds.length} rounds, ${left} left out, ` +
      `${alerts.filter(({ event }) => event === 'new').length} problems, ${problems.length} of them not over.`,
    '## Alerts',
    alerts.length === 0
      ? 'None.'
      : figuresTable(
          ['At', 'Round', 'Event', 'What'],
          alerts.map((one) => [one.at, one.round, one.event, one.text]),
        ),
    '## Money',
    'What was moved, what the platform has changed and added since, and what was there in the last round.',
    figuresTable(
      ['Column', 'Moved', 'Changed', 'Added', 'There'],
      report.terms.map(({ where, moved, changed, added, now }) => [where, moved, changed, added, now]),
    ),
    '## Rounds',
    'Documents that were compared, those of them that the platform has written since the switch, and rows.',
    figuresTable(
      ['Round', 'At', 'Seconds', 'Compared', 'Written', 'Changed', 'Added', 'Deleted', 'Damages', 'Failed checks'],
      rounds.map((one) => [
        ...[one.round, one.at, one.seconds, one.compared ?? 'nothing', one.written, one.changed, one.added],
        ...[one.deleted, one.damages, one.failedChecks],
      ]),
    ),
    ...missed.map(({ from, to, because }) => `Left out: ${from} to ${to} (${because}).`),
  ];
  return `${parts.join('\n\n')}\n`;
}

function figuresTable(head: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  return valuesTable(
    head,
    rows.map((cells) => cells.map(String)),
  );
}
