import type { Table } from '../../../prisma/model/target-model.ts';
import { generalPath } from '../../document/findings/path.ts';
import type { Stage } from '../stage.ts';
import { tableOf } from '../stage-tables.ts';

/** A column that could be meant to hold a field that the model does not know. */
export interface Home {
  readonly table: string;
  /** Its name in the database. */
  readonly column: string;
}

/**
 * The column that a field which the model does not know could be meant for: one of the stage's tables has a column of its
 * name, as it stands in the document, in camel case or in snake case, by Prisma's name or by the database's.
 * @param path of the field, with or without places of array elements
 * @param name its own name: the last step of the path, unless it has a dot itself
 * @returns null when no column has such a name, or the stage leaves the field out on purpose (`skips`)
 * @example homeOf(user, 'last_login') // { table: 'User', column: 'lastLogin' }
 */
export function homeOf(
  stage: Pick<Stage, 'tables' | 'children' | 'skips' | 'target'>,
  path: string,
  name = path.slice(path.lastIndexOf('.') + 1),
): Home | null {
  const place = generalPath(path);
  if (Object.hasOwn(stage.skips, place)) return null;
  for (const table of tablesFor(stage, place)) {
    const names = columnsOf(tableOf(stage, table));
    const column = names.get(plain(place)) ?? names.get(plain(name));
    if (column !== undefined) return { table, column };
  }
  return null;
}

const known = new WeakMap<Table, ReadonlyMap<string, string>>();

/** The columns of a table by both of their names, `plain`: every document of a collection can have an unknown field. */
function columnsOf(table: Table): ReadonlyMap<string, string> {
  const made = known.get(table);
  if (made !== undefined) return made;
  const names = table.columns.flatMap(({ field, column }) => [field, column].map((one) => [plain(one), column]));
  const columns = new Map(names as [string, string][]);
  known.set(table, columns);
  return columns;
}

/** The stage's tables, that of the path's own array first. */
function tablesFor({ tables: filled, children }: Pick<Stage, 'tables' | 'children'>, place: string): string[] {
  const own = children.filter(({ path }) => place.startsWith(`${path}.`)).map(({ table }) => table);
  return [...own, ...filled.map(({ table }) => table)];
}

/** One text for `last_login`, `lastLogin` and `last.login`. A name that begins with `_`, such as `_id`, is another one. */
const plain = (name: string) => name.replaceAll(/(?!^)[_.-]/g, '').toLowerCase();
