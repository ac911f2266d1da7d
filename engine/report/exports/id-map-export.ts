import { stringify } from 'csv-stringify/sync';
import type { Put } from '../../common/private-file.ts';
import type { Mapping } from '../../state/documents/id-map.ts';
import { longRead } from '../../target/long-read.ts';
import type { Target } from '../../target/target.ts';
import { mappingPages, putIdMapping } from './id-mapping-file.ts';

export const ID_MAP_FORMATS = ['json', 'csv', 'ndjson'] as const;
export type IdMapFormat = (typeof ID_MAP_FORMATS)[number];

const COLUMNS = ['collection', 'legacyId', 'prismaId', 'parentLegacyId', 'path'] as const;

/**
 * Writes the ID map out, page by page: as prisma-id-mapping.json has it, as CSV (RFC 4180, with a header), or as one JSON
 * object a line.
 * @param collections of the ID map, in the order in which they are to come
 * @returns the number of entries
 */
export async function exportIdMap(
  target: Target,
  collections: readonly string[],
  format: IdMapFormat,
  put: Put,
): Promise<number> {
  if (format === 'json') {
    const counts = await putIdMapping(target, collections, put, { dryRun: false, generatedAt: new Date() });
    return Object.values(counts).reduce((sum, count) => sum + count, 0);
  }
  const lines = format === 'csv' ? csvLines : jsonLines;
  if (format === 'csv') await put(csvText([COLUMNS]));
  return longRead(target, async (query) => {
    let count = 0;
    for (const collection of collections) {
      for await (const page of mappingPages(query, collection)) {
        await put(lines(page));
        count += page.length;
      }
    }
    return count;
  });
}

const cells = ({ collection, legacyId, prismaId, parent, path }: Mapping) => [
  collection,
  legacyId,
  prismaId,
  parent ?? '',
  path,
];

const csvLines = (page: readonly Mapping[]) => csvText(page.map(cells));

/** A spreadsheet takes a cell that begins with = + - or @ for a formula: such cells begin with an apostrophe (OWASP). */
function csvText(rows: readonly (readonly string[])[]): string {
  return stringify([...rows] as string[][], { record_delimiter: 'windows', escape_formulas: true });
}

function jsonLines(page: readonly Mapping[]): string {
  const lines = page.map(({ collection, legacyId, prismaId, parent: parentLegacyId, path }) => {
    return `${JSON.stringify({ collection, legacyId, prismaId, parentLegacyId, path })}\n`;
  });
  return lines.join('');
}
