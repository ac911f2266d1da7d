import type { Facts } from '../../facts/facts.ts';
import type { Sample } from '../../sample/sample-types.ts';
import { table } from '../table.ts';
import { both, code, type Html, html, NOTHING } from '../text.ts';

/** A few documents of every stage beside their rows; what differs is marked. */
export function samplesSection({ stages }: Facts): Html {
  const drawn = stages.filter(({ samples }) => samples.length > 0);
  if (drawn.length === 0) {
    return html`<p class="none">${both('No samples were drawn.', '추출한 샘플이 없습니다.')}</p>`;
  }
  return html`<p class="intro">${both(
    'Drawn at random and read from both databases anew. Personal values are masked after they were compared.',
    '무작위로 골라 양쪽 데이터베이스에서 다시 읽었습니다. 개인정보는 비교한 뒤에 가렸습니다.',
  )}</p>${drawn.map(({ name, samples }) => html`<h3>${name}</h3>${samples.map((sample) => oneSample(sample, sample === shown(samples)))}`)}`;
}

/** The one that is unfolded: the first that is not all the same, or the first. */
function shown(samples: readonly Sample[]): Sample | undefined {
  return samples.find(({ values }) => values.some(({ same }) => !same)) ?? samples[0];
}

function oneSample({ legacyId, prismaId, missing, values }: Sample, isOpen: boolean): Html {
  const differing = values.filter(({ same }) => !same).length;
  const summary = html`<summary><span class="ids">${code(legacyId)} → ${code(prismaId)}</span> ${
    differing === 0
      ? html`<small class="yes">${both('all the same', '모두 같음')}</small>`
      : html`<small class="note-mark">${both(`${differing} changed`, `${differing}개 다름`)}</small>`
  }</summary>`;
  if (missing !== null) {
    const gone =
      missing === 'source'
        ? both('It is no longer in the source.', '원본에 더 이상 없습니다.')
        : both('It is no longer in the target.', '대상에 더 이상 없습니다.');
    return html`<details open>${summary}<p class="no">${gone}</p></details>`;
  }
  const columns = [
    { en: 'Same', ko: '같음', as: 'mark' },
    { en: 'Field', ko: '필드' },
    { en: 'MongoDB', ko: 'MongoDB', as: 'wide' },
    { en: 'PostgreSQL', ko: 'PostgreSQL', as: 'wide' },
    { en: 'Why', ko: '이유', optional: true },
  ] as const;
  const rows = values.map(({ path, column, legacy, prisma, same, because }) => ({
    className: same ? '' : because === null ? 'differs' : 'explained',
    cells: [
      same ? html`<span class="yes">=</span>` : html`<span class="${because === null ? 'no' : 'note-mark'}">≠</span>`,
      html`${code(path)}${path === column ? '' : html` → ${code(column)}`}`,
      html`<bdi>${legacy}</bdi>`,
      html`<bdi>${prisma}</bdi>`,
      same ? NOTHING : because === null ? both('no finding explains it', '설명하는 발견이 없음') : code(because),
    ],
  }));
  return html`<details ${isOpen ? 'open' : ''}>${summary}${table(columns, rows, 'cards sample')}</details>`;
}
