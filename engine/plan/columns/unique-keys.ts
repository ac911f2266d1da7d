import { type EncodedRow, quoted } from '../../target/row-codec.ts';
import type { DatabaseRefusal } from '../../target/target.ts';
import type { Stage } from '../stage.ts';
import { codecOf } from '../stage-tables.ts';

/** A unique constraint of a stage's root table. */
export interface UniqueKey {
  readonly constraint: string;
  readonly fields: readonly string[];
  /** Places of the fields in an encoded row. */
  readonly indexes: readonly number[];
  /** Quoted column names. */
  readonly columns: readonly string[];
}

/** The unique constraints (not the primary key) of the stage's root table. */
export function uniqueKeys(stage: Stage): UniqueKey[] {
  const { table, columns } = codecOf(stage, stage.tables[0]!.table);
  return table.uniques.map(({ constraint, fields }) => {
    const indexes = fields.map((field) => columns.findIndex((column) => column.field === field));
    return { constraint, fields, indexes, columns: indexes.map((index) => quoted(columns[index]!.column)) };
  });
}

/** SQLSTATE unique_violation on one of those constraints: another document may hold the same value. */
export function isContested(stage: Stage, refusal: DatabaseRefusal): boolean {
  if (refusal.sqlstate !== '23505') return false;
  return uniqueKeys(stage).some(({ constraint }) => constraint === refusal.constraint);
}

/** The values that a row claims under its table's unique constraints, one text each; NULLs claim nothing. */
export function claimsOf(stage: Stage, row: EncodedRow): string[] {
  return uniqueKeys(stage)
    .filter(({ indexes }) => indexes.every((index) => row[index] !== 'null'))
    .map((unique) => claimOf(unique, row));
}

/** What a row claims under one unique constraint. */
export function claimOf({ constraint, indexes }: UniqueKey, row: EncodedRow): string {
  return `${constraint}:${indexes.map((index) => row[index]).join(',')}`;
}
