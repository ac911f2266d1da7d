import { smokeTestsAgree } from '../../../engine/report/facts/smoke-facts.ts';
import type { SmokeFacts, SmokeLatency, SmokeQuestion } from '../../../engine/verdict/smoke-record.ts';
import { counted, grouped } from './figures.ts';
import { type FittingColumn, fittingTable } from './fitting-table.ts';

const COLUMNS: readonly FittingColumn<SmokeQuestion>[] = [
  { head: '', cell: ({ missing, different }) => (missing.length > 0 ? '–' : different > 0 ? '≠' : '=') },
  { head: 'Question', cell: ({ name }) => name },
  { head: 'Asked', cell: ({ asked }) => grouped(asked), align: 'right' },
  { head: 'Equal', cell: ({ equal }) => grouped(equal), align: 'right' },
  { head: 'Different', cell: ({ different }) => grouped(different), align: 'right' },
  { head: 'Explained', cell: ({ explained }) => grouped(explained), align: 'right', leave: 1 },
  { head: 'Left out', cell: ({ leftOut }) => grouped(leftOutOf(leftOut)), align: 'right', leave: 2 },
  { head: 'Mongoose ms', cell: ({ latency }) => times(latency.mongoose), align: 'right', leave: 3 },
  { head: 'Prisma ms', cell: ({ latency }) => times(latency.prisma), align: 'right', leave: 3 },
];

function leftOutOf(leftOut: SmokeQuestion['leftOut']): number {
  return leftOut.quarantined + leftOut.notMoved + leftOut.restated;
}

function times(latency: SmokeLatency | null): string {
  return latency === null ? '–' : `${latency.median} / ${latency.worst}`;
}

/** What smoke tests have found out, as text for a console. @param width of the terminal; undefined where there is none */
export function smokeTestSummary(facts: SmokeFacts, width: number | undefined): string {
  const { questions, seed, slowFrom } = facts;
  const lines = [fittingTable(COLUMNS, questions, width)];
  for (const { name, missing } of questions) {
    if (missing.length > 0) lines.push(`${name} was not asked: ${missing.join(', ')} not moved.`);
  }
  for (const { name, slow } of questions) {
    if (slow) lines.push(`Warning: ${name} takes Prisma more than ${slowFrom} times as long as Mongoose.`);
  }
  for (const { name, first, different } of questions) {
    if (different === 0) continue;
    lines.push(`${name}: ${counted(different, 'difference')}`);
    for (const { legacyId, prismaId, path, legacy, prisma } of first) {
      lines.push(
        `  ${legacyId ?? `row ${prismaId}`} ${path || 'the whole answer'}: Mongoose ${legacy}, Prisma ${prisma}`,
      );
    }
    if (different > first.length) lines.push(`  … and ${grouped(different - first.length)} more`);
  }
  const leftOut = questions.reduce((sum, question) => sum + question.leftOut.quarantined, 0);
  if (leftOut > 0) lines.push(`${counted(leftOut, 'answer')} of Mongoose were quarantined and did not count.`);
  lines.push(
    `${smokeTestsAgree(facts) ? 'Both databases give the same answers.' : 'The databases do not give the same answers.'} The same inputs again: --seed ${seed}`,
  );
  return lines.join('\n');
}
