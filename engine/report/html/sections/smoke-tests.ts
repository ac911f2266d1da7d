import { QUESTIONS } from '../../../messages/labels/report.ts';
import { labelled } from '../../../messages/message.ts';
import type { SmokeFacts, SmokeLatency, SmokeQuestion } from '../../../verdict/smoke-record.ts';
import type { Facts } from '../../facts/facts.ts';
import { smokeTestsAgree } from '../../facts/smoke-facts.ts';
import { table } from '../table.ts';
import { both, code, type Html, html, moment, NOTHING, number, sentence } from '../text.ts';

/** The platform’s queries, put to both databases: which answers are equal, what differs, how long each side took. */
export function smokeTestsSection({ smokeTests }: Facts): Html {
  if (smokeTests === null) {
    return html`<p class="none">${both('No smoke tests were run.', 'Smoke 테스트를 실행하지 않았습니다.')}</p>`;
  }
  const { at, seed, samples, waived, questions } = smokeTests;
  return html`<p class="intro">${both(
    html`The platform’s typical queries through Prisma Client, beside the same ones through Mongoose: ${moment(at)}, at most ${number(samples)} inputs each, seed ${seed}.`,
    html`플랫폼의 대표 쿼리를 Prisma Client와 Mongoose에 똑같이 던져 비교했습니다: ${moment(at)}, 질문마다 최대 ${number(samples)}개 입력, 시드 ${seed}.`,
  )}</p>
  ${waived && !smokeTestsAgree(smokeTests) && html`<p class="no">${both('Somebody has approved going on with answers that differ.', '응답이 다른 상태로 진행하도록 승인되었습니다.')}</p>`}
  ${questionTable(questions)}${questions.filter(({ different }) => different > 0).map(differences)}${slowNote(smokeTests)}`;
}

function questionTable(questions: readonly SmokeQuestion[]): Html {
  const columns = [
    { en: 'Same', ko: '같음', as: 'mark' },
    { en: 'Question', ko: '질문', as: 'wide' },
    { en: 'Asked', ko: '입력', as: 'number' },
    { en: 'Equal', ko: '일치', as: 'number' },
    { en: 'Different values', ko: '다른 값', as: 'number' },
    { en: 'Explained', ko: '설명된 값', as: 'number' },
    { en: 'Left out', ko: '제외 문서', as: 'number' },
    { en: 'Mongoose ms', ko: 'Mongoose ms' },
    { en: 'Prisma ms', ko: 'Prisma ms' },
  ] as const;
  const rows = questions.map((question) => ({
    className: question.different > 0 ? 'differs' : '',
    cells: [
      markOf(question),
      html`<strong>${question.name}</strong><br>${described(question)}`,
      number(question.asked),
      number(question.equal),
      number(question.different),
      number(question.explained),
      number(Object.values(question.leftOut).reduce((sum, count) => sum + count, 0)),
      times(question.latency.mongoose),
      html`${times(question.latency.prisma)}${question.slow && html` <small class="note-mark">${both('slow', '느림')}</small>`}`,
    ],
  }));
  return html`${table(columns, rows, 'cards')}<p class="note">${both(
    'Milliseconds: median / worst of one input’s queries. Left out on both sides: documents in quarantine, those that the run did not choose, and those that store what the question looks for otherwise than the model reads it.',
    '밀리초: 입력 하나의 쿼리 시간의 중앙값 / 최댓값. 양쪽에서 제외한 문서: 격리된 문서, 이번 실행에서 선택되지 않은 문서, 질문이 찾는 값을 모델이 읽는 것과 다르게 저장한 문서.',
  )}</p>`;
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
    { en: '_id', ko: '_id', as: 'id' },
    { en: 'Row', ko: '행', as: 'id' },
    { en: 'Path', ko: '경로' },
    { en: 'Mongoose', ko: 'Mongoose', as: 'wide' },
    { en: 'Prisma', ko: 'Prisma', as: 'wide' },
  ] as const;
  const rows = first.map(({ legacyId, prismaId, path, legacy, prisma }) => ({
    className: 'differs',
    cells: [
      legacyId === null ? NOTHING : code(legacyId),
      prismaId === null ? NOTHING : code(prismaId),
      path === '' ? both('the whole answer', '응답 전체') : code(path),
      html`<bdi>${legacy}</bdi>`,
      html`<bdi>${prisma}</bdi>`,
    ],
  }));
  return html`<h3>${name}: ${both(
    `the first ${number(first.length)} of ${number(different)} differences`,
    `차이 ${number(different)}개 중 처음 ${number(first.length)}개`,
  )}</h3>${table(columns, rows, 'cards')}`;
}

function slowNote({ questions, slowFrom }: SmokeFacts): Html | string {
  if (!questions.some(({ slow }) => slow)) return '';
  return html`<p class="note-mark">${both(
    `Prisma took more than ${slowFrom} times as long as Mongoose where it says “slow”: look at the query’s plan and indexes before the service resumes.`,
    `“느림”으로 표시된 질문은 Prisma가 Mongoose보다 ${slowFrom}배 넘게 걸렸습니다. 서비스 재개 전에 쿼리 계획과 인덱스를 확인하십시오.`,
  )}</p>`;
}
