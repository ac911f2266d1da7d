import { BSONType } from 'bson';
import { type Put, writePrivately } from '../../common/private-file.ts';
import { showKey } from '../../document/legacy-key.ts';
import type { Plan } from '../../plan/stage.ts';
import type { Mapping } from '../../state/documents/id-map.ts';
import { bytesOfBytea } from '../../target/bytea.ts';
import { longRead } from '../../target/long-read.ts';
import type { Query } from '../../target/query.ts';
import type { Target } from '../../target/target.ts';

/** What stands at the top of prisma-id-mapping.json. */
export interface IdMappingHead {
  readonly dryRun: boolean;
  readonly generatedAt: Date;
}

const PAGE = 5_000;

/**
 * Writes prisma-id-mapping.json (runbook, section 3); it appears under its name when it is whole.
 * @returns the number of entries by collection
 */
export async function writeIdMapping(
  target: Target,
  plan: Plan,
  file: string,
  head: IdMappingHead,
): Promise<Record<string, number>> {
  const counts: Record<string, number> = {};
  await writePrivately(file, async (put) => {
    Object.assign(counts, await putIdMapping(target, plan.idMapOrder, put, head));
  });
  return counts;
}

/**
 * The ID mapping as JSON: `{generatedAt, dryRun, collections: {user: [{legacyId, prismaId}], …}}`, one entry a line, each
 * collection sorted by the bytes of legacyId and then by prismaId.
 * @returns the number of entries by collection
 */
export function putIdMapping(
  target: Target,
  collections: readonly string[],
  put: Put,
  { dryRun, generatedAt }: IdMappingHead,
): Promise<Record<string, number>> {
  return longRead(target, async (query) => {
    const counts: Record<string, number> = {};
    await put(`{\n  "generatedAt": ${JSON.stringify(generatedAt)},\n  "dryRun": ${dryRun},\n  "collections": {`);
    for (const [index, collection] of collections.entries()) {
      await put(`${index === 0 ? '' : ','}\n    ${JSON.stringify(collection)}: [`);
      let count = 0;
      for await (const page of mappingPages(query, collection)) {
        const lines = page.map(({ legacyId, prismaId }) => {
          return `${count++ === 0 ? '' : ','}\n      ${JSON.stringify({ legacyId, prismaId })}`;
        });
        await put(lines.join(''));
      }
      counts[collection] = count;
      await put(count === 0 ? ']' : '\n    ]');
    }
    await put('\n  }\n}\n');
    return counts;
  });
}

/** As `showKey` shows keys; bytes compare like the file's own text does. */
const SHOWN = `CASE get_byte(legacy_key, 0) WHEN ${BSONType.objectId} THEN encode(substr(legacy_key, 2), 'hex')
  ELSE convert_from(substr(legacy_key, 2), 'UTF8') END COLLATE "C"`;

/**
 * The ID map's entries of a collection, sorted by the bytes of legacyId and then by prismaId. PostgreSQL sorts, a
 * server-side cursor hands the entries over page by page: memory stays flat.
 * @param query of a transaction, in which the cursor lives
 */
export async function* mappingPages(query: Query, collection: string): AsyncGenerator<readonly Mapping[]> {
  await query(
    `DECLARE entries NO SCROLL CURSOR FOR
     SELECT legacy_key::text AS legacy, prisma_id::text AS prisma, parent_key::text AS parent, path
     FROM migration_id_map WHERE collection = '${collection.replaceAll("'", "''")}'
     ORDER BY ${SHOWN}, migration_id_map.prisma_id`,
    [],
  );
  for (;;) {
    const rows = await query(`FETCH ${PAGE} FROM entries`, []);
    if (rows.length === 0) break;
    yield rows.map(([legacy, prismaId, parent, path]) => ({
      collection,
      legacyId: showKey(bytesOfBytea(legacy!)),
      parent: parent === '\\x' ? null : showKey(bytesOfBytea(parent!)),
      path: path!,
      prismaId: prismaId!,
    }));
  }
  await query('CLOSE entries', []);
}
