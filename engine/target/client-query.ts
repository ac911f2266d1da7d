import type pg from 'pg';
import type { Query } from './query.ts';

/** Statements over one session, so that they see its transaction and its settings. They must select text. */
export function queryOf(client: pg.Client): Query {
  return async (sql, params) => (await client.query({ text: sql, values: [...params], rowMode: 'array' })).rows;
}
