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

/** Per stage: what was read and what became of it. */
export function stageTable(stages: readonly StageProgress[], withState = false): string {
  const head = ['Stage', 'Documents', 'Written', 'Quarantined', 'Rows', 'Findings', 'Verified', 'Differences'];
  const table = new Table({
    head: withState ? [...head.slice(0, 1), 'State', ...head.slice(1)] : head,
    colAligns: ['left', ...(withState ? (['left'] as const) : []), ...head.slice(1).map(() => 'right' as const)],
    style: { head: [], border: [], compact: true },
  });
  for (const stage of stages) {
    const counts = [
      stage.total === null ? '–' : grouped(stage.total),
      grouped(stage.written + stage.skipped),
      grouped(stage.quarantined),
      grouped(stage.rows),
      grouped(stage.findings),
      grouped(stage.verified),
      grouped(stage.differences),
    ];
    table.push([stage.name, ...(withState ? [stage.state] : []), ...counts]);
  }
  return table.toString();
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
