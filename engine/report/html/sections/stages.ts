import { grouped } from '../../../common/figures.ts';
import { DIFFERENCES } from '../../../messages/labels/report.ts';
import { COLUMNS } from '../../../messages/report/columns.ts';
import { HEADINGS } from '../../../messages/report/headings.ts';
import { NOTES } from '../../../messages/report/notes.ts';
import { STAGE_STATES, WORDS } from '../../../messages/report/words.ts';
import type { Facts } from '../../facts/facts.ts';
import type { StageFacts } from '../../facts/stage-facts.ts';
import { table } from '../table.ts';
import { code, duration, type Html, html, label, NOTHING, named } from '../text.ts';

/** Every stage's counts, and how its documents fared as a bar. */
export function stagesSection({ stages, findings }: Facts): Html {
  const found = (name: string) => findings.reduce((sum, one) => sum + (one.stage === name ? one.findings : 0), 0);
  const columns = [
    { ...COLUMNS.stage, as: 'wide' },
    { ...COLUMNS.read, as: 'number' },
    { ...COLUMNS.written, as: 'number' },
    { ...COLUMNS.skipped, as: 'number' },
    { ...COLUMNS.quarantined, as: 'number' },
    { ...COLUMNS.rows, as: 'number' },
    { ...COLUMNS.findings, as: 'number' },
    { ...COLUMNS.compared, as: 'number' },
    { ...COLUMNS.different, as: 'number' },
    { ...COLUMNS.duration, as: 'number' },
  ] as const;
  const rows = stages.map((stage) => ({
    cells: [
      html`<strong>${stage.name}</strong> ${stateOf(stage)}${bar(stage)}`,
      grouped(stage.read),
      grouped(stage.written),
      dimmed(stage.skipped),
      dimmed(stage.quarantined),
      grouped(stage.rows),
      found(stage.name) === 0 ? dimmed(0) : html`<a href="#findings-${stage.name}">${grouped(found(stage.name))}</a>`,
      grouped(stage.compared),
      dimmed(Object.values(stage.differences).reduce((sum, count) => sum + count, 0)),
      stage.seconds === null ? NOTHING : duration(stage.seconds),
    ],
  }));
  return html`${table(columns, rows, 'cards')}
    <p class="legend">${key('written', label(WORDS.written))}${key('skipped', label(WORDS.skipped))}${key('held', label(WORDS.quarantined))}</p>
    ${readTwice(stages)}${differences(stages)}`;
}

function readTwice(stages: readonly StageFacts[]): Html {
  const derived = stages.flatMap(({ derivedOnly }) => derivedOnly);
  const rest =
    derived.length === 0 ? '' : html` ${label(NOTES.derivedOnly)} ${derived.map((name) => html`${code(name)} `)}`;
  return html`<p class="note">${label(NOTES.readTwice)}${rest}</p>`;
}

const key = (name: string, text: Html) => html`<span><i class="swatch ${name}"></i>${text}</span>`;

const dimmed = (count: number) => (count === 0 ? html`<span class="none">0</span>` : grouped(count));

/** Where a stage stands, when it is not complete. */
function stateOf({ state }: StageFacts): Html | string {
  if (state === 'complete') return '';
  if (state === null) return html`<small>${label(STAGE_STATES.absent)}</small>`;
  return html`<small>${named(STAGE_STATES, state)}</small>`;
}

function bar({ total, read, written, skipped, quarantined }: StageFacts): Html | string {
  const all = Math.max(total, read, written + skipped + quarantined);
  if (all === 0) return '';
  // What is there at all can be seen.
  const part = (name: string, count: number) =>
    count === 0 ? '' : html`<i class="${name}" style="flex: ${Math.max(count / all, 0.012)} 0 0"></i>`;
  return html`<span class="bar" aria-hidden="true">${part('written', written)}${part('skipped', skipped)}${part('held', quarantined)}${part('rest', all - written - skipped - quarantined)}</span>`;
}

function differences(stages: readonly StageFacts[]): Html | string {
  const rows = stages.flatMap(({ name, firstDifferences }) =>
    firstDifferences.map(({ kind, legacyId, where, rowId }) => {
      return {
        className: 'differs',
        cells: [name, named(DIFFERENCES, kind), code(legacyId), code(where), rowId === null ? NOTHING : code(rowId)],
      };
    }),
  );
  if (rows.length === 0) return '';
  const columns = [
    COLUMNS.stage,
    COLUMNS.kind,
    COLUMNS.legacyId,
    COLUMNS.where,
    { ...COLUMNS.row, as: 'wide' },
  ] as const;
  return html`<h3>${label(HEADINGS.differences)}</h3>${table(columns, rows, 'cards')}`;
}
