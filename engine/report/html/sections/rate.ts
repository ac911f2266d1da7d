import type { Facts } from '../../facts/facts.ts';
import { rateChart } from '../chart.ts';
import { both, type Html, html, number } from '../text.ts';

/** Colours of stages, by the variables of the page's style. */
const COLORS = 6;

/** Documents a second over time. On a narrow screen another drawing is shown, whose letters are as large. */
export async function rateSection({ course, stages }: Facts): Promise<Html> {
  const names = stages.map(({ name }) => name);
  const colorOf = (stage: string) => `var(--s${(Math.max(0, names.indexOf(stage)) % COLORS) + 1})`;
  const wide = await rateChart(course, colorOf, 860);
  const narrow = await rateChart(course, colorOf, 340);
  if (wide === null || narrow === null) {
    return html`<p class="none">${both(
      'Nothing was recorded: the workflow hands its course over when it ends.',
      '기록이 없습니다. 워크플로가 끝날 때 진행 기록을 넘겨줍니다.',
    )}</p>`;
  }
  const shown = names.filter((name) => course.pace.some(({ stage }) => stage === name));
  const mean = (stage: string, kind: 'copied' | 'verified') => {
    const points = course.pace.find((pace) => pace.stage === stage && pace.kind === kind)?.points ?? [];
    const [after = 0, documents = 0] = points.at(-1) ?? [];
    const [before = 0, earlier = 0] = points[0] ?? [];
    return after <= before ? null : Math.round(((documents - earlier) * 1000) / (after - before));
  };
  const legend = shown.map((name) => {
    const [copied, verified] = [mean(name, 'copied'), mean(name, 'verified')];
    return html`<li><i class="swatch" style="background: ${colorOf(name)}"></i><b>${name}</b>
      ${copied === null ? '' : both(`${number(copied)}/s copied`, `복사 ${number(copied)}건/초`)}
      ${verified === null ? '' : html`<small>${both(`${number(verified)}/s verified`, `검증 ${number(verified)}건/초`)}</small>`}</li>`;
  });
  return html`<figure class="chart">
    <figcaption>${both(
      'Documents per second, by time since the first document. Solid: copied. Dashed: compared row by row. Shaded: paused or blocked.',
      '초당 문서 수, 첫 문서부터 흐른 시간. 실선은 복사, 점선은 행 비교, 음영은 일시 정지 또는 차단된 시간입니다.',
    )}</figcaption>
    <div class="drawing wide-only">${wide}</div><div class="drawing narrow-only">${narrow}</div>
    <ul class="legend rates">${legend}</ul>
  </figure>`;
}
