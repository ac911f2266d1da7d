import { grouped } from '../../../common/figures.ts';
import type { RefusalCode } from '../../../document/findings/refusal.ts';
import { REFUSAL_CODES } from '../../../messages/labels/refusals.ts';
import { COLUMNS } from '../../../messages/report/columns.ts';
import { andMore, EMPTY, NOTES } from '../../../messages/report/notes.ts';
import type { QuarantineFacts } from '../../facts/document-facts.ts';
import type { Facts } from '../../facts/facts.ts';
import { table } from '../table.ts';
import { both, code, type Html, html, label, NOTHING, says } from '../text.ts';

/** Documents that could not move: reasons first, then documents of each; a cascade leads to its first cause. */
export function quarantineSection({ quarantine }: Facts): Html {
  if (quarantine.length === 0) {
    return html`<p class="none">${label(EMPTY.quarantine)}</p>`;
  }
  const anchors = anchorsOf(quarantine);
  const columns = [
    { ...COLUMNS.reason, as: 'wide' },
    { ...COLUMNS.documents, as: 'number' },
  ] as const;
  const rows = quarantine.map((reason, index) => ({
    cells: [
      html`<b>${reason.stage}</b> <a href="#reason-${index}">${code(reason.code)}</a>${stateOf(reason)}<small class="under">${meaningOf(reason)}</small>`,
      grouped(reason.documents),
    ],
  }));
  return html`<p class="intro">${label(NOTES.quarantine)}</p>${table(columns, rows, 'cards')}
  ${quarantine.map((reason, index) => documents(reason, index, anchors))}`;
}

const nameOf = (collection: string, legacyId: string) => `${collection}\n${legacyId}`;

/** Where each document is shown that is shown; the first place of one that is shown twice. */
function anchorsOf(quarantine: readonly QuarantineFacts[]): ReadonlyMap<string, string> {
  const anchors = new Map<string, string>();
  for (const [reason, { collection, examples }] of quarantine.entries()) {
    for (const [place, { legacyId }] of examples.entries()) {
      const name = nameOf(collection, legacyId);
      if (!anchors.has(name)) anchors.set(name, `document-${reason}-${place}`);
    }
  }
  return anchors;
}

function documents(reason: QuarantineFacts, index: number, anchors: ReadonlyMap<string, string>): Html {
  const { stage, collection, examples, documents: all } = reason;
  const rest = all - examples.length;
  const columns = [
    { ...COLUMNS.document, as: 'id' },
    { ...COLUMNS.path, as: 'wide', optional: true },
    { ...COLUMNS.database, optional: true },
    { ...COLUMNS.because, as: 'wide', optional: true },
  ] as const;
  const rows = examples.map(({ legacyId, path, sqlstate, constraint, cause }, place) => {
    const anchor = cause === null ? undefined : anchors.get(nameOf(cause.collection, cause.legacyId));
    const causing = cause === null ? NOTHING : html`${cause.collection} ${code(cause.legacyId)} (${cause.code})`;
    return {
      id: `document-${index}-${place}`,
      cells: [
        code(legacyId),
        path === null ? NOTHING : code(path),
        sqlstate === null && constraint === null ? NOTHING : code([sqlstate, constraint].filter(Boolean).join(' ')),
        anchor === undefined || anchor === `document-${index}-${place}`
          ? causing
          : html`<a href="#${anchor}">${causing}</a>`,
      ],
    };
  });
  return html`<details id="reason-${index}">
    <summary><b>${stage}</b> ${code(reason.code)} <small>${grouped(all)} × ${collection}</small>${stateOf(reason)}</summary>
    <p class="meaning">${meaningOf(reason)}</p>
    ${table(columns, rows, 'cards')}
    ${rest > 0 && html`<p class="note">${says(andMore({ rest }))}</p>`}
  </details>`;
}

function meaningOf({ code: reason, meaning }: QuarantineFacts): Html {
  return both(meaning, REFUSAL_CODES[reason as RefusalCode]?.ko ?? meaning);
}

/** Other than open: what became of the documents since. */
function stateOf({ state }: QuarantineFacts): Html | string {
  return state === 'open' ? '' : html` <small class="tag">${state}</small>`;
}
