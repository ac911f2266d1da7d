import { DIFFERENCES } from '../../../messages/labels/report.ts';
import type { Facts } from '../../facts/facts.ts';
import type { StageFacts } from '../../facts/stage-facts.ts';
import { table } from '../table.ts';
import { both, code, duration, type Html, html, label, NOTHING, number } from '../text.ts';

/** Every stage's counts, and how its documents fared as a bar. */
export function stagesSection({ stages, findings }: Facts): Html {
  const found = (name: string) => findings.reduce((sum, one) => sum + (one.stage === name ? one.findings : 0), 0);
  const columns = [
    { en: 'Stage', ko: '단계', as: 'wide' },
    { en: 'Read', ko: '읽음', as: 'number' },
    { en: 'Written', ko: '기록', as: 'number' },
    { en: 'Skipped', ko: '건너뜀', as: 'number' },
    { en: 'Quarantined', ko: '격리', as: 'number' },
    { en: 'Rows', ko: '행', as: 'number' },
    { en: 'Findings', ko: '발견', as: 'number' },
    { en: 'Compared', ko: '비교', as: 'number' },
    { en: 'Different', ko: '차이', as: 'number' },
    { en: 'Duration', ko: '소요 시간', as: 'number' },
  ] as const;
  const rows = stages.map((stage) => ({
    cells: [
      html`<strong>${stage.name}</strong> ${stateOf(stage)}${bar(stage)}`,
      number(stage.read),
      number(stage.written),
      dimmed(stage.skipped),
      dimmed(stage.quarantined),
      number(stage.rows),
      found(stage.name) === 0 ? dimmed(0) : html`<a href="#findings-${stage.name}">${number(found(stage.name))}</a>`,
      number(stage.compared),
      dimmed(Object.values(stage.differences).reduce((sum, count) => sum + count, 0)),
      stage.seconds === null ? NOTHING : duration(stage.seconds),
    ],
  }));
  return html`${table(columns, rows, 'cards')}
    <p class="legend">${key('written', both('written', '기록'))}${key('skipped', both('skipped: an earlier run moved them', '건너뜀: 이전 실행에서 이미 옮김'))}${key('held', both('quarantined', '격리'))}</p>
    ${readTwice(stages)}${differences(stages)}`;
}

function readTwice(stages: readonly StageFacts[]): Html {
  const derived = stages.flatMap(({ derivedOnly }) => derivedOnly);
  const rest =
    derived.length === 0
      ? ''
      : html` ${both('Re-derived only:', '다시 만든 행으로만 비교한 컬럼:')} ${derived.map((name) => html`${code(name)} `)}`;
  return html`<p class="note">${both(
    'Every document is compared twice: with rows derived from it anew, and by a second reader that knows only what the plan declares of each column.',
    '모든 문서를 두 번 비교합니다. 한 번은 다시 만든 행과, 한 번은 플랜이 선언한 컬럼 내용만 아는 두 번째 판독기로 비교합니다.',
  )}${rest}</p>`;
}

const key = (name: string, text: Html) => html`<span><i class="swatch ${name}"></i>${text}</span>`;

const dimmed = (count: number) => (count === 0 ? html`<span class="none">0</span>` : number(count));

const STATES: Readonly<Record<string, readonly [en: string, ko: string]>> = {
  copying: ['copying', '복사 중'],
  settling: ['settling', '정리 중'],
  verifying: ['verifying', '검증 중'],
  rollingBack: ['rolling back', '롤백 중'],
};

/** Where a stage stands, when it is not complete. */
function stateOf({ state }: StageFacts): Html | string {
  if (state === 'complete') return '';
  if (state === null) return html`<small>${both('not part of the run', '이 실행에 포함되지 않음')}</small>`;
  const [en, ko] = STATES[state] ?? [state, state];
  return html`<small>${both(en, ko)}</small>`;
}

function bar({ total, read, written, skipped, quarantined }: StageFacts): Html | string {
  const all = Math.max(total, read, written + skipped + quarantined);
  if (all === 0) return '';
  // What is there at all can be seen.
  const part = (name: string, count: number) =>
    count === 0 ? '' : html`<i class="${name}" style="flex: ${Math.max(count / all, 0.012)} 0 0"></i>`;
  return html`<span class="bar" aria-hidden="true">${part('written', written)}${part('skipped', skipped)}${part('held', quarantined)}${part('rest', all - written - skipped - quarantined)}</span>`;
}

const kindOf = (kind: string) =>
  Object.hasOwn(DIFFERENCES, kind) ? DIFFERENCES[kind as keyof typeof DIFFERENCES] : { en: kind, ko: kind };

function differences(stages: readonly StageFacts[]): Html | string {
  const rows = stages.flatMap(({ name, firstDifferences }) =>
    firstDifferences.map(({ kind, legacyId, where, rowId }) => {
      return {
        className: 'differs',
        cells: [name, label(kindOf(kind)), code(legacyId), code(where), rowId === null ? NOTHING : code(rowId)],
      };
    }),
  );
  if (rows.length === 0) return '';
  const columns = [
    { en: 'Stage', ko: '단계' },
    { en: 'Kind', ko: '종류' },
    { en: 'Legacy id', ko: '원본 ID' },
    { en: 'Where', ko: '위치' },
    { en: 'Row', ko: '행', as: 'wide' },
  ] as const;
  return html`<h3>${both('First differences of the row comparison', '행 비교에서 처음 나온 차이')}</h3>${table(columns, rows, 'cards')}`;
}
