import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { QuarantineFacts } from '../../../engine/report/facts/document-facts.ts';
import type { Facts } from '../../../engine/report/facts/facts.ts';
import type { StageProgress } from '../../../workflows/messages/definitions.ts';
import { io } from '../io.ts';
import { downtimeLine } from './downtime-lines.ts';
import { counted, grouped } from './figures.ts';
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
  if (outcome.reports !== null) parts.push(`Reports: ${outcome.reports}`);
  return parts.join('\n\n');
}

function headline({ state, reason, dryRun, quarantined, workflowId }: Outcome): string {
  const what = dryRun ? 'Dry run' : 'Migration';
  if (state === 'complete') {
    const rest = quarantined === 0 ? 'nothing is in quarantine' : `${counted(quarantined, 'document')} in quarantine`;
    const kept = dryRun ? ' The scratch schema was dropped; the real tables were not touched.' : '';
    return `${what} complete and verified: ${rest}.${kept}`;
  }
  return `${what} ${workflowId} ${state === 'blocked' ? 'is blocked' : `has ${state === 'aborted' ? 'been aborted' : 'failed'}`}: ${reason ?? ''}`;
}

const COLUMNS: readonly FittingColumn<StageProgress>[] = [
  { head: 'Stage', cell: ({ name }) => name, align: 'left' },
  { head: 'State', cell: ({ state }) => state, align: 'left', leave: 5 },
  { head: 'Documents', cell: ({ total }) => (total === null ? '–' : grouped(total)) },
  { head: 'Written', cell: ({ written, skipped }) => grouped(written + skipped) },
  { head: 'Quarantined', cell: ({ quarantined }) => grouped(quarantined) },
  { head: 'Rows', cell: ({ rows }) => grouped(rows), leave: 4 },
  { head: 'Findings', cell: ({ findings }) => grouped(findings), leave: 2 },
  { head: 'Verified', cell: ({ verified }) => grouped(verified), leave: 3 },
  { head: 'Differences', cell: ({ differences }) => grouped(differences), leave: 1 },
];

/**
 * Per stage: what was read and what became of it. What does not fit the terminal is left out, differences never when
 * there are any.
 */
export function stageTable(stages: readonly StageProgress[], withState = false, width = io().out.columns): string {
  const hasDifferences = stages.some(({ differences }) => differences > 0);
  const columns = COLUMNS.filter(({ head }) => withState || head !== 'State').map(({ leave, ...column }) => ({
    align: 'right' as const,
    ...column,
    ...(leave === undefined || (column.head === 'Differences' && hasDifferences) ? {} : { leave }),
  }));
  return fittingTable(columns, stages, width);
}

/** What went to quarantine and why, stage by stage, with some documents of each reason. */
export function quarantineList(quarantine: readonly QuarantineFacts[]): string {
  const lines = ['In quarantine, and why:'];
  for (const stage of new Set(quarantine.map((reason) => reason.stage))) {
    const reasons = quarantine.filter((reason) => reason.stage === stage);
    const documents = reasons.reduce((sum, reason) => sum + reason.documents, 0);
    lines.push(`  ${stage}: ${counted(documents, 'document')}`);
    lines.push(...reasons.map((reason) => `    ${reasonLine(reason)}`));
  }
  return lines.join('\n');
}

const OBJECT_ID = /^[0-9a-f]{24}$/;

function reasonLine(reason: QuarantineFacts): string {
  const { documents, code, meaning, examples } = reason;
  const paths = new Set(examples.map(({ path }) => path));
  const place = paths.size === 1 && !paths.has(null) ? ` at ${[...paths][0]}` : '';
  // Any other `_id` can be personal data: the report and `quarantine list` have them.
  const named = examples.map(({ legacyId }) => legacyId).filter((id) => OBJECT_ID.test(id));
  const shown = named.slice(0, EXAMPLES);
  if (documents > shown.length) shown.push('…');
  return `${grouped(documents)} × ${code}${place}: ${meaning}${named.length === 0 ? '' : ` (${shown.join(', ')})`}`;
}
