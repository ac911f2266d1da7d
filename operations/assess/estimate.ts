import type { Stage } from '../../engine/plan/stage.ts';
import { tableOf } from '../../engine/plan/stage-tables.ts';
import type { EncodedRow } from '../../engine/target/row-codec.ts';
import type { Column, Table } from '../../prisma/model/target-model.ts';

/** Rows of a table and what they will take, its indexes included: an estimate. */
export interface TableEstimate {
  readonly table: string;
  readonly rows: number;
  readonly bytes: number;
}

/** What PostgreSQL adds to a row: header, line pointer, alignment. */
const ROW_OVERHEAD = 36;
/** An entry of a B-tree over one UUID, at the usual fill. */
const INDEX_ENTRY = 40;
/** What the ID map, its two indexes and the checkpoints take of each row that was moved. */
export const SIDE_BYTES_PER_ROW = 330;
/** Rows that are assumed to be written and read back in a second; docs/assess.md says so. */
export const ASSUMED_ROWS_PER_SECOND = 4_000;

const FIXED: Partial<Record<Column['kind'], number>> = {
  ...{ uuid: 16, enum: 4, boolean: 1, integer: 4, bigint: 8, timestamp: 8, decimal: 10 },
};

/** Adds up what rows of the plan's tables will take. */
export class SizeEstimate {
  readonly #tables = new Map<string, { rows: number; bytes: number }>();

  add(stage: Stage, table: string, row: EncodedRow): void {
    const sum = this.#tables.get(table) ?? { rows: 0, bytes: 0 };
    this.#tables.set(table, sum);
    const described = tableOf(stage, table);
    const { columns } = described;
    let bytes = ROW_OVERHEAD + INDEX_ENTRY * indexes(described);
    for (let i = 0; i < row.length; i++) if (row[i] !== 'null') bytes += bytesOf(columns[i]!, row[i]!);
    sum.rows += 1;
    sum.bytes += bytes;
  }

  /** @param factor documents of the collection for each one that was added */
  of(names: readonly string[], factor: number): TableEstimate[] {
    return names.map((table) => {
      const { rows, bytes } = this.#tables.get(table) ?? { rows: 0, bytes: 0 };
      return { table, rows: Math.round(rows * factor), bytes: Math.round(bytes * factor) };
    });
  }
}

/** The primary key, unique constraints, and an index for each foreign key. */
function indexes({ uniques, references }: Table): number {
  return 1 + uniques.length + references.length;
}

/** Most text here is longer in bytes than in characters. */
function bytesOf(column: Column, text: string): number {
  const fixed = column.array ? undefined : FIXED[column.kind];
  return fixed ?? Buffer.byteLength(text) + 2;
}
