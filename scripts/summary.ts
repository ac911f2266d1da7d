import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import Table from 'cli-table3';
import type { QuarantineFacts } from '../engine/report/document-facts.ts';
import type { Facts } from '../engine/report/facts.ts';
import type { StageProgress } from '../workflows/messages.ts';
import { counted, grouped } from './figures.ts';
import type { Outcome } from './watch-migration.ts';

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
  if (facts !== null && facts.quarantine.length > 0) parts.push(quarantineList(facts.quarantine));
  if (facts !== null && !['verified', 'quarantined'].includes(facts.verdict.state)) {
    parts.push([facts.verdict.sentence, ...facts.verdict.reasons].join('\n'));
  }
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

interface Column {
  readonly head: string;
  readonly cell: (stage: StageProgress) => string;
  /** Columns are left out in this order while the table is too wide. */
  readonly leave?: number;
}

const COLUMNS: readonly Column[] = [
  { head: 'Stage', cell: ({ name }) => name },
  { head: 'State', cell: ({ state }) => state, leave: 5 },
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
export function stageTable(
  stages: readonly StageProgress[],
  withState = false,
  width = process.stdout.columns,
): string {
  const hasDifferences = stages.some(({ differences }) => differences > 0);
  let columns = COLUMNS.filter(({ head }) => withState || head !== 'State');
  for (let next = 1; next <= 5 && widthOf(columns, stages) > (width ?? Number.POSITIVE_INFINITY); next += 1) {
    columns = columns.filter(({ head, leave }) => leave !== next || (head === 'Differences' && hasDifferences));
  }
  const isText = ({ head }: Column) => head === 'Stage' || head === 'State';
  const table = new Table({
    head: columns.map(({ head }) => head),
    colAligns: columns.map((column) => (isText(column) ? 'left' : 'right')),
    style: { head: [], border: [], compact: true },
  });
  for (const stage of stages) table.push(columns.map(({ cell }) => cell(stage)));
  return table.toString();
}

/** How wide the table is, its lines and its blanks included. */
function widthOf(columns: readonly Column[], stages: readonly StageProgress[]): number {
  const widths = columns.map(({ head, cell }) => Math.max(head.length, ...stages.map((stage) => cell(stage).length)));
  return widths.reduce((sum, one) => sum + one + 3, 1);
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

function reasonLine(reason: QuarantineFacts): string {
  const { documents, code, meaning, examples } = reason;
  const paths = new Set(examples.map(({ path }) => path));
  const place = paths.size === 1 && !paths.has(null) ? ` at ${[...paths][0]}` : '';
  const named = examples.slice(0, EXAMPLES).map(({ legacyId }) => legacyId);
  if (documents > named.length) named.push('…');
  return `${grouped(documents)} × ${code}${place}: ${meaning} (${named.join(', ')})`;
}
