import type { Table } from '../../prisma/model/target-model.ts';
import { type TableCodec, tableCodec } from '../target/row-codec.ts';
import type { Stage } from './stage.ts';

/** A table by its model's name. @throws RangeError when the plan's target has no such model */
export function tableOf({ target }: Pick<Stage, 'target'>, model: string): Table {
  const table = target.tables[model];
  if (table === undefined) throw new RangeError(`the target has no model ${model}`);
  return table;
}

/** How rows of a table are written and read. @throws RangeError */
export function codecOf(stage: Pick<Stage, 'target'>, model: string): TableCodec {
  return tableCodec(tableOf(stage, model));
}

/** A table's name in SQL: quoted, and with its schema where the model names one. @throws RangeError */
export function relationOf(stage: Pick<Stage, 'target'>, model: string): string {
  return codecOf(stage, model).relation;
}
