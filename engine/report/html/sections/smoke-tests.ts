import { grouped } from '../../../common/figures.ts';
import { QUESTIONS } from '../../../messages/labels/report.ts';
import { labelled } from '../../../messages/message.ts';
import { COLUMNS } from '../../../messages/report/columns.ts';
import { EMPTY, firstOfDifferences, NOTES, slowQuestions, smokeTestsPut } from '../../../messages/report/notes.ts';
import { WORDS } from '../../../messages/report/words.ts';
import type { SmokeFacts, SmokeLatency, SmokeQuestion } from '../../../verdict/smoke-record.ts';
import type { Facts } from '../../facts/facts.ts';
import { smokeTestsAgree } from '../../facts/smoke-facts.ts';
import { table } from '../table.ts';
import { code, type Html, html, label, momentText, NOTHING, says, sentence } from '../text.ts';

/** The platform’s queries, put to both databases: which answers are equal, what differs, how long each side took. */
export function smokeTestsSection({ smokeTests }: Facts): Html {
  if (smokeTests === null) {
    return html`<p class="none">${label(EMPTY.smokeTests)}</p>`;
  }
  const { at, seed, samples, waived, questions } = smokeTests;
  return html`<p class="intro">${says(smokeTestsPut({ at: momentText(at), samples, seed: String(seed) }))}</p>
  ${waived && !smokeTestsAgree(smokeTests) && html`<p class="no">${label(NOTES.answersWaived)}</p>`}
  ${questionTable(questions)}${questions.filter(({ different }) => different > 0).map(differences)}${slowNote(smokeTests)}`;
}

function questionTable(questions: readonly SmokeQuestion[]): Html {
  const columns = [
    { ...COLUMNS.same, as: 'mark' },
    { ...COLUMNS.question, as: 'wide' },
    { ...COLUMNS.asked, as: 'number' },
    { ...COLUMNS.equal, as: 'number' },
    { ...COLUMNS.different, as: 'number' },
    { ...COLUMNS.explained, as: 'number' },
    { ...COLUMNS.leftOut, as: 'number' },
    COLUMNS.mongooseMs,
    COLUMNS.prismaMs,
  ] as const;
  const rows = questions.map((question) => ({
    className: question.different > 0 ? 'differs' : '',
    cells: [
      markOf(question),
      html`<strong>${question.name}</strong><br>${described(question)}`,
      grouped(question.asked),
      grouped(question.equal),
      grouped(question.different),
      grouped(question.explained),
      grouped(Object.values(question.leftOut).reduce((sum, count) => sum + count, 0)),
      times(question.latency.mongoose),
      html`${times(question.latency.prisma)}${question.slow && html` <small class="note-mark">${label(WORDS.slow)}</small>`}`,
    ],
  }));
  return html`${table(columns, rows, 'cards')}<p class="note">${label(NOTES.milliseconds)}</p>`;
}

/** An operator may have put a question of the same name in the place of a shipped one. */
function described({ name, description }: SmokeQuestion): Html {
  const shipped = Object.hasOwn(QUESTIONS, name) ? QUESTIONS[name as keyof typeof QUESTIONS] : null;
  return sentence(description, shipped?.en === description ? labelled(shipped) : null);
}

function markOf({ missing, different }: SmokeQuestion): Html {
  if (missing.length > 0) return html`<span class="note-mark">–</span>`;
  return different > 0 ? html`<span class="no">≠</span>` : html`<span class="yes">=</span>`;
}

function times(latency: SmokeLatency | null): Html {
  return latency === null ? NOTHING : html`${latency.median} / ${latency.worst}`;
}

function differences({ name, first, different }: SmokeQuestion): Html {
  const columns = [
    { ...COLUMNS._id, as: 'id' },
    { ...COLUMNS.row, as: 'id' },
    COLUMNS.path,
    { ...COLUMNS.mongoose, as: 'wide' },
    { ...COLUMNS.prisma, as: 'wide' },
  ] as const;
  const rows = first.map(({ legacyId, prismaId, path, legacy, prisma }) => ({
    className: 'differs',
    cells: [
      legacyId === null ? NOTHING : code(legacyId),
      prismaId === null ? NOTHING : code(prismaId),
      path === '' ? label(WORDS.wholeAnswer) : code(path),
      html`<bdi>${legacy}</bdi>`,
      html`<bdi>${prisma}</bdi>`,
    ],
  }));
  return html`<h3>${name}: ${says(firstOfDifferences({ shown: first.length, all: different }))}</h3>${table(columns, rows, 'cards')}`;
}

function slowNote({ questions, slowFrom }: SmokeFacts): Html | string {
  if (!questions.some(({ slow }) => slow)) return '';
  return html`<p class="note-mark">${says(slowQuestions({ times: slowFrom }))}</p>`;
}
