import { describe, expect, test } from '@jest/globals';
import { type ComparedColumn, comparedColumns } from '../../../engine/plan/columns/compared-columns.ts';
import { plainPath } from '../../../engine/transform/probe/probe-document.ts';
import type { ColumnKind } from '../../../prisma/model/target-model.ts';
import { mapStage } from '../../../scripts/docs/map-fields.ts';
import { plan } from '../../../stages/plan.ts';

const shown = ({ path, table, column }: ComparedColumn) => `${path} → ${table}.${column.field}`;

describe.each(plan.stages.map((stage) => [stage.name, stage] as const))('the compared columns of %s', (_, stage) => {
  test('are those that its transform is seen to fill from one field, found without it', async () => {
    const { fields } = await mapStage(stage);
    const seen = fields
      .filter(({ placed: { field } }) => field.kind !== 'nested' && field.kind !== 'documents' && field.kind !== 'list')
      .flatMap(({ placed, to }) =>
        to.map((one) => ({ path: plainPath(placed.place), kind: placed.field.kind, ...one })),
      )
      .filter(({ kind, column }) => kind === 'json' || column.kind !== 'json')
      .map(({ path, table, column }) => `${path} → ${table}.${column.field}`);
    expect(comparedColumns(stage).map(shown).sort()).toEqual([...new Set(seen)].sort());
  });

  test('hold every number and every date of its tables but for the places of elements', () => {
    const compared = new Set(comparedColumns(stage).map(({ table, column }) => `${table}.${column.field}`));
    const due = stage.tables.flatMap(({ table }) =>
      stage.target.tables[table]!.columns.filter(
        ({ kind, field }) => ORDERED.includes(kind) && field !== 'position',
      ).map(({ field }) => `${table}.${field}`),
    );
    expect(due.filter((name) => !compared.has(name))).toEqual([]);
  });
});

const ORDERED: readonly ColumnKind[] = ['integer', 'bigint', 'decimal', 'timestamp'];
