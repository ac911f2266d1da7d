import { together } from '../../common/together.ts';
import { readBeside } from '../../target/long-read.ts';
import type { Query } from '../../target/query.ts';
import type { Target } from '../../target/target.ts';

/** A table's rows and what they add up to. */
export interface TableChecksum {
  readonly table: string;
  readonly rows: number;
  /** 64 hex digits. */
  readonly checksum: string;
}

/** How the checksum is made, for whoever wants to compute it by other means. */
export const CHECKSUM_METHOD =
  'SHA-256 of each row as PostgreSQL writes it in UTF-8 (time zone UTC, DateStyle ISO), cut into four 64-bit ' +
  'integers; each of the four is added up over all rows modulo 2^64, and the four sums stand side by side in hex';

/** A table under the name that it is reported by, and its name in SQL. */
export interface Summed {
  readonly table: string;
  readonly relation: string;
}

const LANES = [0, 1, 2, 3] as const;

/**
 * A checksum of a whole table, computed by PostgreSQL in one pass and constant memory. A sum does not depend on the
 * order of the rows, and unlike an exclusive or it sees rows that are there twice.
 */
export async function tableChecksum(query: Query, { table, relation }: Summed): Promise<TableChecksum> {
  const lanes = LANES.map(
    (lane) => `coalesce(sum(substring(hash FROM ${lane * 64 + 1} FOR 64)::bit(64)::bigint), 0)::text AS lane${lane}`,
  );
  // Without OFFSET 0 PostgreSQL makes each row's text and hash once for every lane.
  const [row] = await query(
    `SELECT count(*)::text AS rows, ${lanes.join(', ')}
     FROM (SELECT ('x' || encode(sha256(convert_to(t::text, 'UTF8')), 'hex'))::bit(256) AS hash
           FROM ${relation} AS t OFFSET 0) AS hashed`,
    [],
  );
  const [rows, ...sums] = row!;
  const checksum = sums.map((sum) => BigInt.asUintN(64, BigInt(sum!)).toString(16).padStart(16, '0')).join('');
  return { table, rows: Number(rows), checksum };
}

/**
 * Checksums of tables, in their order: two sessions work beside the long read under way, for which PostgreSQL has a
 * process each.
 */
export async function tableChecksums(
  target: Target,
  underWay: Query,
  tables: readonly Summed[],
  signal?: AbortSignal,
): Promise<TableChecksum[]> {
  const waiting = [...tables.keys()];
  const checksums: TableChecksum[] = [];
  const session = () =>
    readBeside(
      target,
      underWay,
      async (query) => {
        for (let place = waiting.shift(); place !== undefined; place = waiting.shift()) {
          checksums[place] = await tableChecksum(query, tables[place]!);
        }
      },
      signal,
    );
  await together(session(), session());
  return checksums;
}
