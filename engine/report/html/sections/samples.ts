import { COLUMNS } from '../../../messages/report/columns.ts';
import { EMPTY, NOTES, valuesDiffer } from '../../../messages/report/notes.ts';
import { WORDS } from '../../../messages/report/words.ts';
import type { Facts } from '../../facts/facts.ts';
import type { Sample } from '../../sample/sample-types.ts';
import { table } from '../table.ts';
import { code, type Html, html, label, NOTHING, says } from '../text.ts';

/** A few documents of every stage beside their rows; what differs is marked. */
export function samplesSection({ stages }: Facts): Html {
  const drawn = stages.filter(({ samples }) => samples.length > 0);
  if (drawn.length === 0) {
    return html`<p class="none">${label(EMPTY.samples)}</p>`;
  }
  return html`<p class="intro">${label(NOTES.samples)}</p>${drawn.map(({ name, samples }) => html`<h3>${name}</h3>${samples.map((sample) => oneSample(sample, sample === shown(samples)))}`)}`;
}

/** The one that is unfolded: the first that is not all the same, or the first. */
function shown(samples: readonly Sample[]): Sample | undefined {
  return samples.find(({ values }) => values.some(({ same }) => !same)) ?? samples[0];
}

function oneSample({ legacyId, prismaId, missing, values }: Sample, isOpen: boolean): Html {
  const differing = values.filter(({ same }) => !same).length;
  const summary = html`<summary><span class="ids">${code(legacyId)} → ${code(prismaId)}</span> ${
    differing === 0
      ? html`<small class="yes">${label(WORDS.same)}</small>`
      : html`<small class="note-mark">${says(valuesDiffer({ values: differing }))}</small>`
  }</summary>`;
  if (missing !== null) {
    const gone = missing === 'source' ? label(NOTES.goneFromSource) : label(NOTES.goneFromTarget);
    return html`<details open>${summary}<p class="no">${gone}</p></details>`;
  }
  const columns = [
    { ...COLUMNS.same, as: 'mark' },
    COLUMNS.field,
    { ...COLUMNS.mongodb, as: 'wide' },
    { ...COLUMNS.postgres, as: 'wide' },
    { ...COLUMNS.why, optional: true },
  ] as const;
  const rows = values.map(({ path, column, legacy, prisma, same, because }) => ({
    className: same ? '' : because === null ? 'differs' : 'explained',
    cells: [
      same ? html`<span class="yes">=</span>` : html`<span class="${because === null ? 'no' : 'note-mark'}">≠</span>`,
      html`${code(path)}${path === column ? '' : html` → ${code(column)}`}`,
      html`<bdi>${legacy}</bdi>`,
      html`<bdi>${prisma}</bdi>`,
      same ? NOTHING : because === null ? label(WORDS.unexplained) : code(because),
    ],
  }));
  return html`<details ${isOpen ? 'open' : ''}>${summary}${table(columns, rows, 'cards sample')}</details>`;
}
