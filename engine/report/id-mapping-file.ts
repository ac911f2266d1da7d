import { BSONType } from 'bson';
import { bytesOfBytea } from '../bytea.ts';
import { showKey } from '../legacy-key.ts';
import { longRead } from '../long-read.ts';
import type { Plan, Query } from '../stage.ts';
import type { Target } from '../target.ts';
import { type Put, writePrivately } from './private-file.ts';

/** What stands at the top of prisma-id-mapping.json. */
export interface IdMappingHead {
  readonly dryRun: boolean;
  readonly generatedAt: Date;
}

const PAGE = 5_000;

/**
 * Writes prisma-id-mapping.json (runbook, section 3): `{generatedAt, dryRun, collections: {user: [{legacyId,
 * prismaId}], …}}`, one entry a line, every collection of the plan's `idMapOrder`, each sorted by the bytes of legacyId
 * and then by prismaId. PostgreSQL sorts, a server-side cursor hands the entries over: memory stays flat.
 * @returns the number of entries by collection
 */
export async function writeIdMapping(
  target: Target,
  plan: Plan,
  file: string,
  { dryRun, generatedAt }: IdMappingHead,
): Promise<Record<string, number>> {
  const counts: Record<string, number> = {};
  await writePrivately(file, (put) =>
    longRead(target, async (query) => {
      await put(`{\n  "generatedAt": ${JSON.stringify(generatedAt)},\n  "dryRun": ${dryRun},\n  "collections": {`);
      for (const [index, collection] of plan.idMapOrder.entries()) {
        await put(`${index === 0 ? '' : ','}\n    ${JSON.stringify(collection)}: [`);
        counts[collection] = await putEntries(query, collection, put);
        await put(counts[collection] === 0 ? ']' : '\n    ]');
      }
      await put('\n  }\n}\n');
    }),
  );
  return counts;
}

/** As `showKey` shows keys; bytes compare like the file's own text does. */
const SHOWN = `CASE get_byte(legacy_key, 0) WHEN ${BSONType.objectId} THEN encode(substr(legacy_key, 2), 'hex')
  ELSE convert_from(substr(legacy_key, 2), 'UTF8') END COLLATE "C"`;

async function putEntries(query: Query, collection: string, put: Put): Promise<number> {
  await query(
    `DECLARE entries NO SCROLL CURSOR FOR
     SELECT legacy_key::text AS legacy, prisma_id::text AS prisma FROM migration_id_map
     WHERE collection = '${collection.replaceAll("'", "''")}' ORDER BY ${SHOWN}, migration_id_map.prisma_id`,
    [],
  );
  let count = 0;
  for (;;) {
    const rows = await query(`FETCH ${PAGE} FROM entries`, []);
    if (rows.length === 0) break;
    const lines = rows.map(([legacy, prismaId]) => {
      const entry = JSON.stringify({ legacyId: showKey(bytesOfBytea(legacy!)), prismaId });
      return `${count++ === 0 ? '' : ','}\n      ${entry}`;
    });
    await put(lines.join(''));
  }
  await query('CLOSE entries', []);
  return count;
}
