import { harmlessJson, harmlessText, shortText } from '../../../../engine/common/shown-text.ts';
import { showKey } from '../../../../engine/document/legacy-key.ts';
import { addAfter, documentsInAll, nothingMatches } from '../../../../engine/messages/commands/results.ts';
import { COLUMNS } from '../../../../engine/messages/report/columns.ts';
import {
  type Held,
  type HeldTotal,
  heldPage,
  heldTotals,
} from '../../../../engine/state/documents/quarantine-pages.ts';
import { withTarget } from '../../connect/with-target.ts';
import { EXIT } from '../../exit-codes.ts';
import { io } from '../../io.ts';
import { grouped } from '../../screen/figures.ts';
import { type FittingColumn, fittingTable } from '../../screen/fitting-table.ts';
import { collectionOf, type FilterFlags, filterOf } from './filter.ts';

interface ListFlags extends FilterFlags {
  readonly limit: number;
  readonly after: number;
  readonly json?: boolean;
}

/** `quarantine list`: one page of the documents in quarantine, and how many there are by stage and code. */
export function list(flags: ListFlags): Promise<number> {
  const filter = filterOf(flags);
  return withTarget(async ({ target }) => {
    const totals = await heldTotals(target.query, filter);
    const found = await heldPage(target.query, filter, `${flags.after}`, flags.limit + 1);
    const page = found.slice(0, flags.limit);
    const next = found.length > page.length ? page.at(-1)!.id : null;
    const text = flags.json
      ? harmlessJson(JSON.stringify({ totals, documents: page.map(told), next }))
      : render(totals, page, next);
    io().out.write(`${text}\n`);
    return EXIT.done;
  });
}

/** A document as `--json` tells it. */
function told({ id, key, stage, ...rest }: Held) {
  return { place: id, stage, collection: collectionOf(stage), legacyId: showKey(key), ...rest };
}

function render(totals: readonly HeldTotal[], page: readonly Held[], next: string | null): string {
  const all = totals.reduce((sum, { documents }) => sum + documents, 0);
  if (all === 0) return nothingMatches().text;
  return [
    fittingTable(TOTALS, totals, io().out.columns),
    documentsInAll({ documents: all }).text,
    ...(page.length === 0 ? [] : [fittingTable(DOCUMENTS, page, io().out.columns)]),
    ...(next === null ? [] : [addAfter({ after: next }).text]),
  ].join('\n');
}

const TOTALS: readonly FittingColumn<HeldTotal>[] = [
  { head: COLUMNS.stage.en, cell: ({ stage }) => stage },
  { head: COLUMNS.code.en, cell: ({ code }) => code },
  { head: COLUMNS.state.en, cell: ({ state }) => state, leave: 1 },
  { head: COLUMNS.documents.en, cell: ({ documents }) => grouped(documents), align: 'right' },
];

/** An `_id` can be a text of any length. */
const LONGEST = 40;
const shown = (text: string | null) => shortText(harmlessText(text ?? ''), LONGEST);

const DOCUMENTS: readonly FittingColumn<Held>[] = [
  { head: COLUMNS.stage.en, cell: ({ stage }) => stage, leave: 5 },
  { head: COLUMNS._id.en, cell: ({ key }) => shown(showKey(key)) },
  { head: COLUMNS.code.en, cell: ({ code }) => code },
  { head: COLUMNS.path.en, cell: ({ path }) => shown(path), leave: 4 },
  {
    head: COLUMNS.because.en,
    cell: ({ cause }) => (cause === null ? '' : `${cause.collection} ${shown(cause.legacyId)} (${cause.code})`),
    leave: 2,
  },
  { head: COLUMNS.state.en, cell: ({ state }) => state, leave: 3 },
  { head: COLUMNS.when.en, cell: ({ at }) => at.slice(0, 19).replace('T', ' '), leave: 1 },
];
