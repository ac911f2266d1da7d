import { join, resolve } from 'node:path';
import { stampOf, writePrivately } from '../../../../engine/common/private-file.ts';
import { isWellFormed } from '../../../../engine/document/bson/raw-bson.ts';
import { showKey } from '../../../../engine/document/legacy-key.ts';
import {
  exportedInexact,
  exportedUndecoded,
  fileHas,
  nothingExported,
} from '../../../../engine/messages/commands/results.ts';
import { documentsOf } from '../../../../engine/messages/commands/screen.ts';
import {
  type Held,
  type HeldFilter,
  heldDocuments,
  heldTotals,
} from '../../../../engine/state/documents/quarantine-pages.ts';
import { longRead } from '../../../../engine/target/long-read.ts';
import type { Target } from '../../../../engine/target/target.ts';
import { plan } from '../../../../stages/plan.ts';
import { withTarget } from '../../connect/with-target.ts';
import { EXIT } from '../../exit-codes.ts';
import { io } from '../../io.ts';
import { canonical, tellDocument, tellId } from '../../screen/told-document.ts';
import { collectionOf, type FilterFlags, filterOf } from './filter.ts';

interface ExportFlags extends FilterFlags {
  readonly format: 'ndjson' | 'bson';
  readonly out?: string;
}

/** A file and how many documents it holds. */
interface Exported {
  readonly file: string;
  readonly documents: number;
}

/**
 * `quarantine export`: the documents with their reasons, one line of canonical Extended JSON each, or (bson) as they
 * were read, a file for each collection. Readable by their owner only; streamed, memory stays flat.
 */
export function exportQuarantine(flags: ExportFlags): Promise<number> {
  const filter = filterOf(flags);
  return withTarget(async ({ target, reportsFolder }) => {
    const name = `quarantine-${stampOf(new Date())}`;
    const at = flags.out === undefined ? join(reportsFolder, name) : resolve(flags.out);
    const files =
      flags.format === 'bson'
        ? await exportBson(target, filter, at)
        : [await exportTo(target, filter, flags.out === undefined ? `${at}.ndjson` : at, linesOf)];
    for (const { file, documents } of files)
      io().out.write(`${fileHas({ file, what: documentsOf({ documents }) }).text}\n`);
    if (files.length === 0) io().out.write(`${nothingExported().text}\n`);
    return EXIT.done;
  });
}

type Kept = Held & { readonly bytes: Buffer };

/** What Extended JSON cannot tell is told as bytes beside it. */
function lineOf({ bytes, key, run, stage, code, path, message, sqlstate, constraint, cause, state }: Kept): string {
  const { document, isExact } = tellDocument(bytes);
  const note = (document === null ? exportedUndecoded() : exportedInexact()).text;
  const line = canonical(
    {
      ...{ run, stage, collection: collectionOf(stage), _id: null, legacyId: showKey(key), code, path },
      ...{ message, sqlstate, constraint, cause, state },
    },
    { _id: tellId(key), document, ...(isExact ? {} : { bson: bytes.toString('base64'), note }) },
  );
  return `${line}\n`;
}

/** `<collection>.bson` as mongodump writes it; what mongorestore would stumble over goes to a file of lines beside it. */
async function exportBson(target: Target, filter: HeldFilter, folder: string): Promise<Exported[]> {
  const files: Exported[] = [];
  const totals = await heldTotals(target.query, filter);
  for (const { name, collection } of plan.stages.filter(({ name }) => totals.some(({ stage }) => stage === name))) {
    const of = { ...filter, stage: name };
    const whole = await exportTo(target, of, join(folder, `${collection}.bson`), bytesOf, isWhole);
    files.push(whole);
    const all = totals.reduce((sum, { stage, documents }) => (stage === name ? sum + documents : sum), 0);
    if (all === whole.documents) continue;
    const damaged = join(folder, `${collection}.damaged.ndjson`);
    files.push(await exportTo(target, of, damaged, linesOf, (document) => !isWhole(document)));
  }
  return files;
}

const linesOf = (documents: readonly Kept[]) => documents.map(lineOf).join('');
const bytesOf = (documents: readonly Kept[]) => Buffer.concat(documents.map(({ bytes }) => bytes));
const isWhole = ({ bytes }: Kept) => isWellFormed(bytes, 0, bytes.length);

async function exportTo(
  target: Target,
  filter: HeldFilter,
  file: string,
  told: (documents: readonly Kept[]) => string | Buffer,
  isMine: (document: Kept) => boolean = () => true,
): Promise<Exported> {
  let documents = 0;
  await writePrivately(file, (put) =>
    longRead(target, async (query) => {
      for await (const page of heldDocuments(query, filter)) {
        const mine = page.filter(isMine);
        if (mine.length > 0) await put(told(mine));
        documents += mine.length;
      }
    }),
  );
  return { file, documents };
}
