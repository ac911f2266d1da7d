import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { codeAt } from '../../../engine/messages/commands/results.ts';
import {
  documentsHeld,
  documentsOf,
  heldAndWhy,
  nothingHeld,
  reportsAt,
  runHasFailed,
  runIsBlocked,
  runVerified,
  runWasAborted,
  scratchDropped,
} from '../../../engine/messages/commands/screen.ts';
import { sentences } from '../../../engine/messages/lines.ts';
import { labelled } from '../../../engine/messages/message.ts';
import { COLUMNS } from '../../../engine/messages/report/columns.ts';
import { RUN_KINDS } from '../../../engine/messages/report/headings.ts';
import type { QuarantineFacts } from '../../../engine/report/facts/document-facts.ts';
import type { Facts } from '../../../engine/report/facts/facts.ts';
import type { StageProgress } from '../../../workflows/messages/definitions.ts';
import { io } from '../io.ts';
import { downtimeLine } from './downtime-lines.ts';
import { grouped } from './figures.ts';
import { type FittingColumn, fittingTable } from './fitting-table.ts';
import type { Outcome } from './outcome.ts';

/** Documents that are named of each reason. */
const EXAMPLES = 3;

/** What a report file on this host says; null when it lies on another one. */
export async function readFacts(reports: string | null): Promise<Facts | null> {
  if (reports === null) return null;
  const text = await readFile(join(reports, 'report.json'), 'utf8').catch(() => null);
  return text === null ? null : (JSON.parse(text) as Facts);
}

/** The end of a migration in words and tables. */
export function summaryOf(outcome: Outcome, facts: Facts | null): string {
  const parts = [headline(outcome)];
  if (outcome.stages.length > 0) parts.push(stageTable(outcome.stages));
  const held = facts?.quarantine.filter(({ state }) => state !== 'resolved') ?? [];
  if (held.length > 0) parts.push(quarantineList(held));
  const verdict = outcome.verdict ?? facts?.verdict ?? null;
  if (verdict !== null && verdict.state !== 'verified' && verdict.state !== 'quarantined') {
    parts.push([verdict.sentence, ...verdict.reasons].join('\n'));
  }
  const downtime = facts?.downtime == null ? null : downtimeLine(facts.downtime);
  if (downtime !== null) parts.push(downtime);
  if (outcome.reports !== null) parts.push(reportsAt({ folder: outcome.reports }).text);
  return parts.join('\n\n');
}

function headline({ state, reason, dryRun, quarantined, workflowId }: Outcome): string {
  const kind = labelled(dryRun ? RUN_KINDS.dryRun : RUN_KINDS.migration);
  if (state !== 'complete') return ENDED[state]({ kind, migration: workflowId, reason: reason ?? '' }).text;
  const held = quarantined === 0 ? nothingHeld() : documentsHeld({ documents: quarantined });
  return sentences({ all: [runVerified({ kind, held }), ...(dryRun ? [scratchDropped()] : [])] }).text;
}

const ENDED = {
  blocked: runIsBlocked,
  aborted: runWasAborted,
  failed: runHasFailed,
  detached: runHasFailed,
} as const;

const SHOWN: readonly FittingColumn<StageProgress>[] = [
  { head: COLUMNS.stage.en, cell: ({ name }) => name, align: 'left' },
  { head: COLUMNS.state.en, cell: ({ state }) => state, align: 'left', leave: 5 },
  { head: COLUMNS.documents.en, cell: ({ total }) => (total === null ? '–' : grouped(total)) },
  { head: COLUMNS.written.en, cell: ({ written, skipped }) => grouped(written + skipped) },
  { head: COLUMNS.quarantined.en, cell: ({ quarantined }) => grouped(quarantined) },
  { head: COLUMNS.rows.en, cell: ({ rows }) => grouped(rows), leave: 4 },
  { head: COLUMNS.findings.en, cell: ({ findings }) => grouped(findings), leave: 2 },
  { head: COLUMNS.verified.en, cell: ({ verified }) => grouped(verified), leave: 3 },
  { head: COLUMNS.different.en, cell: ({ differences }) => grouped(differences), leave: 1 },
];

/**
 * Per stage: what was read and what became of it. What does not fit the terminal is left out, differences never when
 * there are any.
 */
export function stageTable(stages: readonly StageProgress[], withState = false, width = io().out.columns): string {
  const hasDifferences = stages.some(({ differences }) => differences > 0);
  const columns = SHOWN.filter(({ head }) => withState || head !== COLUMNS.state.en).map(({ leave, ...column }) => ({
    align: 'right' as const,
    ...column,
    ...(leave === undefined || (column.head === COLUMNS.different.en && hasDifferences) ? {} : { leave }),
  }));
  return fittingTable(columns, stages, width);
}

/** What went to quarantine and why, stage by stage, with some documents of each reason. */
export function quarantineList(quarantine: readonly QuarantineFacts[]): string {
  const lines = [heldAndWhy().text];
  for (const stage of new Set(quarantine.map((reason) => reason.stage))) {
    const reasons = quarantine.filter((reason) => reason.stage === stage);
    const documents = reasons.reduce((sum, reason) => sum + reason.documents, 0);
    lines.push(`  ${stage}: ${documentsOf({ documents }).text}`);
    lines.push(...reasons.map((reason) => `    ${reasonLine(reason)}`));
  }
  return lines.join('\n');
}

const OBJECT_ID = /^[0-9a-f]{24}$/;

function reasonLine(reason: QuarantineFacts): string {
  const { documents, code, meaning, examples } = reason;
  const paths = new Set(examples.map(({ path }) => path));
  const place = paths.size === 1 && !paths.has(null) ? codeAt({ code, path: [...paths][0]! }).text : code;
  // Any other `_id` can be personal data: the report and `quarantine list` have them.
  const named = examples.map(({ legacyId }) => legacyId).filter((id) => OBJECT_ID.test(id));
  const shown = named.slice(0, EXAMPLES);
  if (documents > shown.length) shown.push('…');
  return `${grouped(documents)} × ${place}: ${meaning}${named.length === 0 ? '' : ` (${shown.join(', ')})`}`;
}
