import {
  answersHeld,
  otherAnswersGiven,
  questionDiffers,
  questionNotAsked,
  questionSlow,
  rowNamed,
  sameAnswers,
  sameInputs,
} from '../../../engine/messages/commands/results.ts';
import { andSomeMore } from '../../../engine/messages/commands/screen.ts';
import { sentences } from '../../../engine/messages/lines.ts';
import { COLUMNS } from '../../../engine/messages/report/columns.ts';
import { WORDS } from '../../../engine/messages/report/words.ts';
import { smokeTestsAgree } from '../../../engine/report/facts/smoke-facts.ts';
import type { SmokeFacts, SmokeLatency, SmokeQuestion } from '../../../engine/verdict/smoke-record.ts';
import { grouped } from './figures.ts';
import { type FittingColumn, fittingTable } from './fitting-table.ts';

const SHOWN: readonly FittingColumn<SmokeQuestion>[] = [
  { head: '', cell: ({ missing, different }) => (missing.length > 0 ? '–' : different > 0 ? '≠' : '=') },
  { head: COLUMNS.question.en, cell: ({ name }) => name },
  { head: COLUMNS.asked.en, cell: ({ asked }) => grouped(asked), align: 'right' },
  { head: COLUMNS.equal.en, cell: ({ equal }) => grouped(equal), align: 'right' },
  { head: COLUMNS.different.en, cell: ({ different }) => grouped(different), align: 'right' },
  { head: COLUMNS.explained.en, cell: ({ explained }) => grouped(explained), align: 'right', leave: 1 },
  { head: COLUMNS.leftOut.en, cell: ({ leftOut }) => grouped(leftOutOf(leftOut)), align: 'right', leave: 2 },
  { head: COLUMNS.mongooseMs.en, cell: ({ latency }) => times(latency.mongoose), align: 'right', leave: 3 },
  { head: COLUMNS.prismaMs.en, cell: ({ latency }) => times(latency.prisma), align: 'right', leave: 3 },
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
  const lines = [fittingTable(SHOWN, questions, width)];
  for (const { name, missing } of questions) {
    if (missing.length > 0) lines.push(questionNotAsked({ question: name, missing }).text);
  }
  for (const { name, slow } of questions) {
    if (slow) lines.push(questionSlow({ question: name, times: slowFrom }).text);
  }
  for (const { name, first, different } of questions) {
    if (different === 0) continue;
    lines.push(questionDiffers({ question: name, differences: different }).text);
    for (const { legacyId, prismaId, path, legacy, prisma } of first) {
      lines.push(
        `  ${legacyId ?? rowNamed({ row: String(prismaId) }).text} ${path || WORDS.wholeAnswer.en}: Mongoose ${legacy}, Prisma ${prisma}`,
      );
    }
    if (different > first.length) lines.push(`  ${andSomeMore({ count: different - first.length }).text}`);
  }
  const leftOut = questions.reduce((sum, question) => sum + question.leftOut.quarantined, 0);
  if (leftOut > 0) lines.push(answersHeld({ answers: leftOut }).text);
  const all = [smokeTestsAgree(facts) ? sameAnswers() : otherAnswersGiven(), sameInputs({ seed: String(seed) })];
  lines.push(sentences({ all }).text);
  return lines.join('\n');
}
