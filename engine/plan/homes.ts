import { type Table, type TableName, tables } from '../../prisma/generated/tables.ts';
import { generalPath } from '../document/findings/path.ts';
import type { Stage } from './stage.ts';

/** A column that could be meant to hold a field that the model does not know. */
export interface Home {
  readonly table: TableName;
  /** Its name in the database. */
  readonly column: string;
}

/**
 * The column that a field which the model does not know could be meant for: one of the stage's tables has a column of its
 * name, as it stands in the document, in camel case or in snake case, by Prisma's name or by the database's.
 * @param path of the field, with or without places of array elements
 * @param name its own name, the last step of the path
 * @returns null when no column has such a name, or the stage leaves the field out on purpose (`skips`)
 * @example homeOf(user, 'last_login', 'last_login') // { table: 'User', column: 'lastLogin' }
 */
export function homeOf(stage: Pick<Stage, 'tables' | 'children' | 'skips'>, path: string, name: string): Home | null {
  const place = generalPath(path);
  if (Object.hasOwn(stage.skips, place)) return null;
  const names = new Set([plain(place), plain(name)]);
  for (const table of tablesFor(stage, place)) {
    const { columns }: Table = tables[table];
    const column = columns.find(({ field, column: own }) => names.has(plain(field)) || names.has(plain(own)));
    if (column !== undefined) return { table, column: column.column };
  }
  return null;
}

/** The stage's tables, that of the path's own array first. */
function tablesFor({ tables: filled, children }: Pick<Stage, 'tables' | 'children'>, place: string): TableName[] {
  const own = children.filter(({ path }) => place.startsWith(`${path}.`)).map(({ table }) => table);
  return [...own, ...filled.map(({ table }) => table)];
}

/** One text for `last_login`, `lastLogin` and `last.login`. A name that begins with `_`, such as `_id`, is another one. */
const plain = (name: string) => name.replaceAll(/(?!^)[_.-]/g, '').toLowerCase();
