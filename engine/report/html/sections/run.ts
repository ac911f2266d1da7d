import { COLUMNS } from '../../../messages/report/columns.ts';
import { HEADINGS } from '../../../messages/report/headings.ts';
import { mappedEntries, planFormat } from '../../../messages/report/notes.ts';
import { RUN_STATES, WORDS } from '../../../messages/report/words.ts';
import type { Facts } from '../../facts/facts.ts';
import { definitions } from '../table.ts';
import { code, duration, type Html, html, label, moment, named, says } from '../text.ts';

/** Which run this is, on what it ran, and what was asked for. */
export function runSection({ run, made, idMap }: Facts): Html {
  const asked = Object.entries(run.options).filter(([, value]) => value !== null && value !== false);
  const entries = Object.values(idMap).reduce((sum, count) => sum + count, 0);
  return definitions([
    [label(COLUMNS.source), code(run.source)],
    [label(COLUMNS.state), named(RUN_STATES, run.state)],
    [label(COLUMNS.started), moment(run.startedAt)],
    [label(COLUMNS.ended), run.endedAt === null ? label(WORDS.notYet) : moment(run.endedAt)],
    [label(COLUMNS.took), duration(run.seconds)],
    [
      label(COLUMNS.options),
      asked.length === 0
        ? label(WORDS.allDocuments)
        : html`${asked.map(([name, value]) => html`${code(`${name}: ${JSON.stringify(value)}`)} `)}`,
    ],
    [label(COLUMNS.plan), html`${code(run.plan)} ${says(planFormat({ format: run.formatVersion }))}`],
    [label(HEADINGS.idMap), says(mappedEntries({ entries }))],
    [label(COLUMNS.run), code(run.id)],
    [label(COLUMNS.workflow), html`${code(run.workflowId)} ${code(run.workflowRunId)}`],
    [
      label(COLUMNS.reportMade),
      html`${moment(made.at)} ${label(WORDS.madeBy)} mongo-to-prisma ${made.tool}, Node ${made.node}, PostgreSQL ${made.postgres}`,
    ],
  ]);
}
