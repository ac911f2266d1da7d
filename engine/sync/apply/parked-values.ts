import type { Column } from '../../../prisma/model/target-model.ts';
import { TargetUnfit } from '../../common/errors.ts';
import { uniqueNotReleased } from '../../messages/engine/run.ts';
import { uniqueKeys } from '../../plan/columns/unique-keys.ts';
import type { Stage } from '../../plan/stage.ts';
import { codecOf } from '../../plan/stage-tables.ts';

/** Hexadecimal digits of an id, of which the last ones are random: so many differ in all rows of a table. */
const ENOUGH = 12;

/**
 * Assignments that give the unique values of root rows free, `"email" = "id"::text`: one column of each constraint gets a value
 * that no other row can have.
 * @throws TargetUnfit for a constraint none of whose columns has such values
 */
export function parkedValues(stage: Stage): string[] {
  const root = codecOf(stage, stage.tables[0]!.table);
  const assignments = uniqueKeys(stage).map(({ constraint, indexes, columns }) => {
    for (const [place, index] of indexes.entries()) {
      const value = ownValue(root.columns[index]!, root.id);
      if (value !== null) return `${columns[place]} = ${value}`;
    }
    throw new TargetUnfit(uniqueNotReleased({ stage: stage.name, constraint }));
  });
  return [...new Set(assignments)];
}

/** A value of the column that only this row has, made of its id; null where there may be none. */
function ownValue({ type, length, array, nullable, kind }: Column, id: string): string | null {
  const hex = `replace(${id}::text, '-', '')`;
  if (array) return nullable ? 'NULL' : null;
  // An e-mail address holds an at sign, and no other text is as long and looks like this.
  if (['text', 'citext'].includes(type) || (type === 'varchar' && (length ?? 36) >= 36)) return `${id}::text`;
  if (nullable) return 'NULL';
  if (kind === 'uuid') return id;
  if (kind === 'bytes') return `decode(${hex}, 'hex')`;
  if (type === 'int8') return `hashtextextended(${id}::text, 0)`;
  if ((type === 'varchar' || type === 'bpchar') && length! >= ENOUGH && (type === 'varchar' || length! <= 32))
    return `right(${hex}, ${length})`;
  return null;
}
