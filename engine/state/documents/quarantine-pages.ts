import type { Cause } from '../../document/findings/refusal.ts';
import type { LegacyKey } from '../../document/legacy-key.ts';
import { bytesOfBytea } from '../../target/bytea.ts';
import { indexed } from '../../target/indexed-key.ts';
import { isoText } from '../../target/iso-text.ts';
import type { Query } from '../../target/query.ts';
import { TO_MOVE } from './quarantine-states.ts';

/** Which rows of the quarantine are meant; null is any. */
export interface HeldFilter {
  readonly run: string | null;
  readonly stage: string | null;
  readonly code: string | null;
  readonly states: readonly string[] | null;
}

/** One document in quarantine and why it is there, without the document itself. */
export interface Held {
  /** Counts up in the order in which documents came: a page's last one is where the next page begins. */
  readonly id: string;
  readonly run: string;
  readonly stage: string;
  readonly key: LegacyKey;
  readonly code: string;
  readonly path: string | null;
  readonly message: string | null;
  readonly sqlstate: string | null;
  readonly constraint: string | null;
  readonly cause: Cause | null;
  readonly state: string;
  readonly retriedBy: string | null;
  /** ISO 8601, UTC. */
  readonly at: string;
}

const COLUMNS = `id::text AS row, run_id::text AS run, stage, legacy_key::text AS legacy, code, path, message, sqlstate,
  constraint_name, cause::text AS cause, state, retried_by::text AS retried,
  ${isoText('created_at')} AS at`;

function heldOf(row: readonly (string | null)[]): Held {
  const [id, run, stage, legacy, code, path, message, sqlstate, constraint, cause, state, retriedBy, at] = row;
  return {
    ...{ id: id!, run: run!, stage: stage!, key: bytesOfBytea(legacy!), code: code!, path: path!, message: message! },
    ...{ sqlstate: sqlstate!, constraint: constraint!, cause: cause ? (JSON.parse(cause) as Cause) : null },
    ...{ state: state!, retriedBy: retriedBy!, at: at! },
  };
}

const MATCHES = `($1::text IS NULL OR run_id = $1::text::uuid) AND ($2::text IS NULL OR stage = $2)
  AND ($3::text IS NULL OR code = $3)
  AND ($4::text IS NULL OR state IN (SELECT value FROM json_array_elements_text($4::text::json) AS value))`;

const paramsOf = ({ run, stage, code, states }: HeldFilter) => [
  run,
  stage,
  code,
  states === null ? null : JSON.stringify(states),
];

/** The next documents after `after` (an id; '0' is the beginning), in the order in which they came. */
export async function heldPage(query: Query, filter: HeldFilter, after: string, most: number): Promise<Held[]> {
  const rows = await query(
    `SELECT ${COLUMNS} FROM migration_quarantine WHERE ${MATCHES} AND id > $5::text::bigint
     ORDER BY migration_quarantine.id LIMIT $6::int`,
    [...paramsOf(filter), after, most],
  );
  return rows.map(heldOf);
}

/** How many documents of a stage are there for one reason. */
export interface HeldTotal {
  readonly stage: string;
  readonly code: string;
  readonly state: string;
  readonly documents: number;
}

export async function heldTotals(query: Query, filter: HeldFilter): Promise<HeldTotal[]> {
  const rows = await query(
    `SELECT stage, code, state, count(*)::text AS documents FROM migration_quarantine WHERE ${MATCHES}
     GROUP BY stage, code, state ORDER BY stage, count(*) DESC, code, state`,
    paramsOf(filter),
  );
  return rows.map(([stage, code, state, documents]) => ({
    ...{ stage: stage!, code: code!, state: state!, documents: Number(documents) },
  }));
}

/** What each run has kept of one document, the newest first. */
export async function heldByKey(query: Query, stage: string, key: LegacyKey): Promise<(Held & { bytes: Buffer })[]> {
  const rows = await query(
    `SELECT ${COLUMNS}, document::text AS document FROM migration_quarantine
     WHERE stage = $1 AND ${indexed('legacy_key')} = ${indexed('$2::text::bytea')} ORDER BY migration_quarantine.id DESC`,
    [stage, `\\x${key.toString('hex')}`],
  );
  return rows.map((row) => ({ ...heldOf(row), bytes: bytesOfBytea(row.at(-1)!) }));
}

/** Documents that lie in quarantine because of another one: how many, and the first of them. */
export async function hangingOn(
  query: Query,
  { collection, legacyId }: Pick<Cause, 'collection' | 'legacyId'>,
  most: number,
): Promise<{ documents: number; first: Held[] }> {
  const rows = await query(
    `SELECT ${COLUMNS}, count(*) OVER ()::text AS documents FROM migration_quarantine
     WHERE code = 'cascade' AND state IN ${TO_MOVE}
       AND cause ->> 'collection' = $1 AND cause ->> 'legacyId' = $2
     ORDER BY migration_quarantine.id LIMIT $3::int`,
    [collection, legacyId, most],
  );
  return { documents: Number(rows[0]?.at(-1) ?? 0), first: rows.map(heldOf) };
}

/** The documents themselves, a MiB or two at a time; in the order in which they came. */
export async function* heldDocuments(query: Query, filter: HeldFilter): AsyncGenerator<(Held & { bytes: Buffer })[]> {
  for await (const ids of pagesOfIds(query, MATCHES, paramsOf(filter))) {
    const rows = await query(
      `SELECT ${COLUMNS}, document::text AS document FROM migration_quarantine
       WHERE id IN (SELECT value::bigint FROM json_array_elements_text($1::text::json) AS value)
       ORDER BY migration_quarantine.id`,
      [JSON.stringify(ids)],
    );
    yield rows.map((row) => ({ ...heldOf(row), bytes: bytesOfBytea(row.at(-1)!) }));
  }
}

const IDS_PER_PAGE = 5_000;
const BYTES_PER_PAGE = 2 << 20;

/**
 * Ids of quarantine rows in order. Documents can be of 16 MiB each: pages are bounded by bytes, too.
 * @param condition over the table's columns, with the parameters `$1` and so on
 */
export async function* pagesOfIds(
  query: Query,
  condition: string,
  params: readonly (string | null)[],
): AsyncGenerator<string[]> {
  let after = '0';
  for (;;) {
    const rows = await query(
      `SELECT id::text AS id, octet_length(document)::text AS size FROM migration_quarantine
       WHERE ${condition} AND id > $${params.length + 1}::text::bigint
       ORDER BY migration_quarantine.id LIMIT ${IDS_PER_PAGE}`,
      [...params, after],
    );
    if (rows.length === 0) return;
    let page: string[] = [];
    let bytes = 0;
    for (const [id, size] of rows) {
      if (page.length > 0 && bytes + Number(size) > BYTES_PER_PAGE) {
        yield page;
        page = [];
        bytes = 0;
      }
      page.push(id!);
      bytes += Number(size);
    }
    yield page;
    after = rows.at(-1)![0]!;
  }
}
