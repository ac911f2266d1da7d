import { html, raw } from 'hono/html';
import { valuesTable } from '../../../engine/common/shown-text.ts';
import { CHECKLIST } from '../../../engine/messages/labels/report.ts';
import type { Approval, ChecklistItem } from '../../../engine/report/facts/checklist-types.ts';
import { STYLE } from '../../../engine/report/html/style.ts';
import type { RehearsalRecord } from '../../../engine/report/rehearsals/full-rehearsal.ts';
import { counted, duration, grouped } from '../screen/figures.ts';
import type { Prediction } from './predict.ts';

/** What `rehearsal.json` holds. */
export interface RehearsalFacts extends RehearsalRecord {
  readonly format: 1;
  readonly by: string;
  readonly endedAt: string;
  readonly exitCode: number;
  readonly source: string;
  /** The backup that was migrated, and which parts of it were proved; null for a plain dump. */
  readonly backup: {
    readonly folder: string;
    readonly madeAt: string;
    readonly mongodb: boolean;
    readonly postgres: boolean;
  } | null;
  readonly target: { readonly database: string; readonly isScratch: boolean; readonly kept: boolean };
  readonly prediction: Prediction;
  readonly quarantine: readonly { readonly stage: string; readonly code: string; readonly documents: number }[];
  readonly findings: readonly { readonly stage: string; readonly code: string; readonly findings: number }[];
  readonly checklist: readonly ChecklistItem[];
  /** The run's own report, from this file's folder. */
  readonly report: string;
}

type Block =
  | { readonly kind: 'list'; readonly head: string; readonly lines: readonly string[] }
  | {
      readonly kind: 'table';
      readonly head: string;
      readonly columns: readonly string[];
      readonly rows: readonly string[][];
    };

/** The title and the sections, whatever they are written in. */
function blocksOf(facts: RehearsalFacts): { readonly title: string; readonly blocks: readonly Block[] } {
  const { verdict, exitCode, source, backup, target, prediction, quarantine, findings, checklist } = facts;
  const basis = prediction.basis === 'live' ? 'the live source’s documents as counted now' : 'the dump’s documents';
  const where = target.isScratch
    ? `scratch database ${target.database}, ${target.kept ? 'kept' : 'dropped'}`
    : target.database;
  return {
    title: `Rehearsal: ${verdict} (exit code ${exitCode})`,
    blocks: [
      {
        ...{ kind: 'list', head: 'Rehearsal' },
        lines: [
          `From ${facts.startedAt} to ${facts.endedAt}, by ${facts.by}`,
          `Source: ${source}`,
          backup === null
            ? 'A plain dump, which no manifest proves'
            : `Backup of ${backup.madeAt}, proved: MongoDB${backup.postgres ? ' and PostgreSQL' : ', without PostgreSQL'}`,
          `Target: ${where}`,
          `Run ${facts.runId}: ${facts.report}`,
        ],
      },
      {
        ...{ kind: 'list', head: 'Prediction for production' },
        lines: [
          `Duration: ${duration(prediction.seconds)}, by the rates of this rehearsal and ${basis}`,
          `Downtime with maintenance throughout: ${duration(prediction.downtimeSeconds)}`,
          'Both apply to hardware, network and settings like those of the rehearsal.',
        ],
      },
      {
        ...{ kind: 'table', head: 'Stages' },
        columns: ['Stage', 'Rehearsed', 'Took', 'Per second', 'Expected', 'Will take', 'Will be in quarantine'],
        rows: prediction.stages.map(({ stage, rehearsed, rate, predicted }) => [
          ...[stage, grouped(rehearsed.documents), `${rehearsed.seconds} s`, rate === null ? '–' : grouped(rate)],
          ...[grouped(predicted.documents), `${predicted.seconds} s`, grouped(predicted.quarantined)],
        ]),
      },
      {
        ...{ kind: 'table', head: 'Quarantine', columns: ['Stage', 'Code', 'Documents'] },
        rows: quarantine.map(({ stage, code, documents }) => [stage, code, grouped(documents)]),
      },
      {
        ...{ kind: 'table', head: 'Findings', columns: ['Stage', 'Code', 'Findings'] },
        rows: findings.map(({ stage, code, findings: found }) => [stage, code, grouped(found)]),
      },
      { kind: 'list', head: 'Checklist', lines: checklistLines(checklist) },
    ],
  };
}

/** The runbook's checklist in plain lines, with what was seen of each item. */
export function checklistLines(checklist: readonly ChecklistItem[]): string[] {
  const mark = { seen: '[x]', partly: '[~]', notSeen: '[ ]' };
  return checklist.map(({ item, state, evidence }) => {
    const seen = evidence.map(({ what, seen: is, run, approval, count }) =>
      [
        `${is ? '' : 'not '}${what}`,
        ...(run === null ? [] : [run.verdict, run.startedAt]),
        ...(approval === undefined ? [] : [approvalText(approval)]),
        ...(what === 'quarantineEmpty' && !is ? [counted(count ?? 0, 'document')] : []),
      ].join(' '),
    );
    return `${mark[state]} ${item}: ${CHECKLIST[item].en}${seen.length > 0 ? ` (${seen.join('; ')})` : ''}`;
  });
}

function approvalText({ by, at }: Approval): string {
  return `by ${by} at ${at}`;
}

export function rehearsalMarkdown(facts: RehearsalFacts): string {
  const { title, blocks } = blocksOf(facts);
  const parts = blocks.map((block) => `## ${block.head}\n\n${markdownOf(block)}`);
  return `# ${title}\n\n${parts.join('\n\n')}\n`;
}

function markdownOf(block: Block): string {
  if (block.kind === 'list') return block.lines.map((text) => `- ${text}`).join('\n');
  return block.rows.length === 0 ? 'None.' : valuesTable(block.columns, block.rows);
}

export async function rehearsalHtml(facts: RehearsalFacts): Promise<string> {
  const { title, blocks } = blocksOf(facts);
  const sections = blocks.map(
    (block) =>
      html`<section><h2>${block.head}</h2>${
        block.kind === 'list'
          ? html`<ul>${block.lines.map((text) => html`<li>${text}</li>`)}</ul>`
          : block.rows.length === 0
            ? html`<p>None.</p>`
            : html`<div class="wide"><table><thead><tr>${block.columns.map((name) => html`<th scope="col">${name}</th>`)}</tr></thead>
<tbody>${block.rows.map((row) => html`<tr>${row.map((cell) => html`<td>${cell}</td>`)}</tr>`)}</tbody></table></div>`
      }</section>`,
  );
  const page = await html`<!doctype html>
<html lang="en"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="color-scheme" content="light dark">
<title>${title}</title><style>${raw(STYLE)}</style></head>
<body><main><h1>${title}</h1>${sections}</main></body></html>`;
  return `${page}\n`;
}
