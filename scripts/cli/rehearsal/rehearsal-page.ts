import { html, raw } from 'hono/html';
import { valuesTable } from '../../../engine/common/shown-text.ts';
import {
  backupOfBoth,
  backupOfMongodb,
  byAt,
  downtimeThroughout,
  durationByDump,
  durationByLive,
  fromTo,
  notSeenYet,
  plainDump,
  rehearsalTitle,
  runReport,
  sameConditions,
  scratchKept,
  scratchRemoved,
  sourceOf,
  targetOf,
} from '../../../engine/messages/commands/rehearsing.ts';
import { documentsOf } from '../../../engine/messages/commands/screen.ts';
import { CHECKLIST } from '../../../engine/messages/labels/report.ts';
import { COLUMNS } from '../../../engine/messages/report/columns.ts';
import { HEADINGS } from '../../../engine/messages/report/headings.ts';
import { EMPTY } from '../../../engine/messages/report/notes.ts';
import type { Approval, ChecklistItem } from '../../../engine/report/facts/checklist-types.ts';
import { STYLE } from '../../../engine/report/html/style.ts';
import type { RehearsalRecord } from '../../../engine/report/rehearsals/full-rehearsal.ts';
import { duration, grouped } from '../screen/figures.ts';
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
  const { database } = target;
  const scratch = target.kept ? scratchKept({ database }) : scratchRemoved({ database });
  const time = duration(prediction.seconds);
  return {
    title: rehearsalTitle({ verdict, code: exitCode }).text,
    blocks: [
      {
        ...{ kind: 'list', head: HEADINGS.rehearsal.en },
        lines: [
          fromTo({ start: facts.startedAt, end: facts.endedAt, by: facts.by }),
          sourceOf({ source }),
          backup === null ? plainDump() : (backup.postgres ? backupOfBoth : backupOfMongodb)({ at: backup.madeAt }),
          targetOf({ target: target.isScratch ? scratch : database }),
          runReport({ run: facts.runId, report: facts.report }),
        ].map(({ text }) => text),
      },
      {
        ...{ kind: 'list', head: HEADINGS.prediction.en },
        lines: [
          (prediction.basis === 'live' ? durationByLive : durationByDump)({ time }),
          downtimeThroughout({ time: duration(prediction.downtimeSeconds) }),
          sameConditions(),
        ].map(({ text }) => text),
      },
      {
        ...{ kind: 'table', head: HEADINGS.stages.en },
        columns: headsOf(
          ...(['stage', 'rehearsed', 'took', 'perSecond', 'predicted'] as const),
          ...(['predictedTime', 'predictedQuarantine'] as const),
        ),
        rows: prediction.stages.map(({ stage, rehearsed, rate, predicted }) => [
          ...[stage, grouped(rehearsed.documents), `${rehearsed.seconds} s`, rate === null ? '–' : grouped(rate)],
          ...[grouped(predicted.documents), `${predicted.seconds} s`, grouped(predicted.quarantined)],
        ]),
      },
      {
        ...{ kind: 'table', head: HEADINGS.quarantine.en, columns: headsOf('stage', 'code', 'documents') },
        rows: quarantine.map(({ stage, code, documents }) => [stage, code, grouped(documents)]),
      },
      {
        ...{ kind: 'table', head: HEADINGS.findings.en, columns: headsOf('stage', 'code', 'findings') },
        rows: findings.map(({ stage, code, findings: found }) => [stage, code, grouped(found)]),
      },
      { kind: 'list', head: HEADINGS.checklist.en, lines: checklistLines(checklist) },
    ],
  };
}

function headsOf(...columns: readonly (keyof typeof COLUMNS)[]): string[] {
  return columns.map((column) => COLUMNS[column].en);
}

/** The runbook's checklist in plain lines, with what was seen of each item. */
export function checklistLines(checklist: readonly ChecklistItem[]): string[] {
  const mark = { seen: '[x]', partly: '[~]', notSeen: '[ ]' };
  return checklist.map(({ item, state, evidence }) => {
    const seen = evidence.map(({ what, seen: is, run, approval, count }) =>
      [
        is ? what : notSeenYet({ what }).text,
        ...(run === null ? [] : [run.verdict, run.startedAt]),
        ...(approval === undefined ? [] : [approvalText(approval)]),
        ...(what === 'quarantineEmpty' && !is ? [documentsOf({ documents: count ?? 0 }).text] : []),
      ].join(' '),
    );
    return `${mark[state]} ${item}: ${CHECKLIST[item].en}${seen.length > 0 ? ` (${seen.join('; ')})` : ''}`;
  });
}

function approvalText({ by, at }: Approval): string {
  return byAt({ by, at }).text;
}

export function rehearsalMarkdown(facts: RehearsalFacts): string {
  const { title, blocks } = blocksOf(facts);
  const parts = blocks.map((block) => `## ${block.head}\n\n${markdownOf(block)}`);
  return `# ${title}\n\n${parts.join('\n\n')}\n`;
}

function markdownOf(block: Block): string {
  if (block.kind === 'list') return block.lines.map((text) => `- ${text}`).join('\n');
  return block.rows.length === 0 ? EMPTY.list.en : valuesTable(block.columns, block.rows);
}

export async function rehearsalHtml(facts: RehearsalFacts): Promise<string> {
  const { title, blocks } = blocksOf(facts);
  const sections = blocks.map(
    (block) =>
      html`<section><h2>${block.head}</h2>${
        block.kind === 'list'
          ? html`<ul>${block.lines.map((text) => html`<li>${text}</li>`)}</ul>`
          : block.rows.length === 0
            ? html`<p>${EMPTY.list.en}</p>`
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
