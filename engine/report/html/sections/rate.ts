import { copiedPerSecond, EMPTY, NOTES, verifiedPerSecond } from '../../../messages/report/notes.ts';
import type { Facts } from '../../facts/facts.ts';
import { rateChart } from '../chart.ts';
import { type Html, html, label, says } from '../text.ts';

/** Colours of stages, by the variables of the page's style. */
const COLORS = 6;

/** Documents a second over time. On a narrow screen another drawing is shown, whose letters are as large. */
export async function rateSection({ course, stages }: Facts): Promise<Html> {
  const names = stages.map(({ name }) => name);
  const colorOf = (stage: string) => `var(--s${(Math.max(0, names.indexOf(stage)) % COLORS) + 1})`;
  const wide = await rateChart(course, colorOf, 860);
  const narrow = await rateChart(course, colorOf, 340);
  if (wide === null || narrow === null) {
    return html`<p class="none">${label(EMPTY.course)}</p>`;
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
      ${copied === null ? '' : says(copiedPerSecond({ rate: copied }))}
      ${verified === null ? '' : html`<small>${says(verifiedPerSecond({ rate: verified }))}</small>`}</li>`;
  });
  return html`<figure class="chart">
    <figcaption>${label(NOTES.rate)}</figcaption>
    <div class="drawing wide-only">${wide}</div><div class="drawing narrow-only">${narrow}</div>
    <ul class="legend rates">${legend}</ul>
  </figure>`;
}
