import type { Column } from '../../../prisma/model/target-model.ts';
import type { Field, Fields } from '../model-fields.ts';
import type { Stage } from '../stage.ts';
import { tableOf } from '../stage-tables.ts';

/** A column and the path of the source whose values it holds, as both databases are asked about them. */
export interface ComparedColumn {
  /** Without places of array elements: `tasks.dueDate`. */
  readonly path: string;
  /** The array whose elements are the table's rows; empty where documents are. */
  readonly rows: string;
  readonly table: string;
  readonly column: Column;
  /** What the values are compared by: numbers and dates have a sum, a least and a greatest one. */
  readonly kind: 'number' | 'date' | 'other';
  /** The number that the model puts where there is none. */
  readonly default: number | null;
  /** What a missing date is taken from: the nearest ObjectId, or the document's `createdAt`. */
  readonly standIn: 'ids' | 'createdAt' | null;
  /** The Mongoose model that a reference names; null for what is none, or one to a sub-document. */
  readonly refersTo: string | null;
}

/**
 * The columns of a stage's tables that hold one field's value each, by the names that the stage declares and without its
 * transform. Left out is what no path stands for: ids, references to the row above, `position`, `planId`, `pledgeId`, and
 * columns that gather several values (arrays, and a group as JSON); the row comparison sees to those.
 */
export function comparedColumns(stage: Stage): ComparedColumn[] {
  return [...columnsAt(stage, stage.fields, '', { rows: '', table: stage.tables[0]!.table })];
}

interface Place {
  readonly rows: string;
  readonly table: string;
}

function* columnsAt(stage: Stage, fields: Fields, prefix: string, place: Place): Generator<ComparedColumn> {
  for (const [name, field] of fields) {
    const path = prefix + name;
    const child = stage.children.find((children) => children.path === path);
    if (field.kind === 'documents') {
      if (child) yield* columnsAt(stage, field.fields, `${path}.`, { rows: path, table: child.table });
    } else if (field.kind === 'nested') {
      yield* columnsAt(stage, field.fields, `${path}.`, { ...place, table: child?.table ?? place.table });
    } else if (field.kind !== 'list') {
      const column = columnOf(stage, place.table, stage.columns[path] ?? name);
      if (column) yield compared(field, path, place, column);
    }
  }
}

function columnOf(stage: Stage, table: string, name: string): Column | undefined {
  return tableOf(stage, table).columns.find(({ field, array }) => field === name && !array);
}

type Leaf = Exclude<Field, { kind: 'nested' | 'documents' | 'list' }>;

function compared(field: Leaf, path: string, { rows, table }: Place, column: Column): ComparedColumn {
  const { default: standsIn } = field;
  const ownLevel = path === (rows === '' ? field.name : `${rows}.${field.name}`);
  const timestamp = rows === '' && field.name === 'updatedAt';
  const takesTime = field.kind === 'date' && (standsIn.kind === 'now' || timestamp || isCreatedAt(path));
  return {
    ...{ path, rows, table, column },
    // A group that is missing whole has no level of its own to take a time from.
    kind: takesTime && !ownLevel ? 'other' : kindOf(column),
    default: standsIn.kind === 'value' && typeof standsIn.value === 'number' ? standsIn.value : null,
    standIn: takesTime ? (timestamp ? 'createdAt' : 'ids') : null,
    refersTo: field.kind === 'reference' ? field.to : null,
  };
}

const isCreatedAt = (path: string) => path === 'createdAt';

function kindOf({ kind }: Column): ComparedColumn['kind'] {
  if (kind === 'timestamp') return 'date';
  return kind === 'integer' || kind === 'bigint' || kind === 'decimal' ? 'number' : 'other';
}
