import { DocumentRefused } from '../document/findings/refusal.ts';
import type { EncodedRow } from '../target/row-codec.ts';
import { ValueUnfit } from '../target/value-codec.ts';
import type { Stage } from './stage.ts';
import { codecOf } from './stage-tables.ts';

/** A row of a stage as its table takes it. @throws DocumentRefused `inexact`, at the path that is declared to fill the column */
export function encodeRow(stage: Stage, table: string, row: Readonly<Record<string, unknown>>): EncodedRow {
  try {
    return codecOf(stage, table).encodeRow(row);
  } catch (error) {
    if (!(error instanceof ValueUnfit)) throw error;
    const declared = stage.declares[table]?.[error.field];
    const path = declared !== undefined && 'path' in declared ? declared.path : null;
    throw new DocumentRefused('inexact', path, null, `${table}: ${error.message}`);
  }
}
