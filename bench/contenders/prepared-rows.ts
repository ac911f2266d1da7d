import type { Plan, Stage } from '../../engine/plan/stage.ts';
import { tableOf } from '../../engine/plan/stage-tables.ts';
import type { Source } from '../../engine/source/source.ts';
import type { HashedEntry } from '../../engine/state/documents/id-map.ts';
import type { Moved } from '../../engine/state/documents/outcome.ts';
import type { EncodedRow } from '../../engine/target/row-codec.ts';
import type { Target } from '../../engine/target/target.ts';
import { prepareBatch } from '../../engine/transform/prepare-batch.ts';
import { Prisma } from '../../prisma/generated/client/client.ts';
import type { Column } from '../../prisma/model/target-model.ts';

/** One stage's documents as the rows that they become, in the source's order. */
export interface PreparedStage {
  readonly collection: string;
  readonly stage: Stage;
  readonly tables: readonly string[];
  readonly documents: readonly Moved[];
}

/** What Prisma's `create` and `createMany` take as `data`. */
export type Input = Readonly<Record<string, unknown>>;

/**
 * Derives every row of the source once, so that the rivals are charged for writing only.
 * @param filled a target that holds the whole source already: references are looked up in its ID map.
 */
export async function prepareRows(plan: Plan, source: Source, filled: Target): Promise<PreparedStage[]> {
  const stages: PreparedStage[] = [];
  for (const stage of plan.stages) {
    const keys = [];
    for await (const key of source.scanKeys(stage.collection)) keys.push(key);
    const documents: Moved[] = [];
    for (let from = 0; from < keys.length; from += 1000) {
      const batch = await source.readByKeys(stage.collection, keys.slice(from, from + 1000));
      const outcomes = await prepareBatch({ plan, stage, target: filled, skipExisting: false }, batch);
      for (const outcome of outcomes) {
        if (outcome.kind !== 'moved') throw new Error(`a document of ${stage.collection} does not move`);
        documents.push(outcome);
      }
    }
    stages.push({ stage, collection: stage.collection, tables: stage.tables.map(({ table }) => table), documents });
  }
  return stages;
}

/** Rows of a table for the Prisma client. */
export function prismaRows(stage: Stage, table: string, rows: readonly EncodedRow[]): Input[] {
  const { columns } = tableOf(stage, table);
  return rows.map((row) =>
    Object.fromEntries(columns.map((column, i) => [column.field, prismaValue(column, row[i]!)])),
  );
}

function prismaValue(column: Column, text: string): unknown {
  if (text === 'null') return column.kind === 'json' ? Prisma.DbNull : null;
  const value = JSON.parse(text);
  if (column.array) return (value as unknown[]).map((element) => prismaElement(column, String(element), element));
  return prismaElement(column, text, value);
}

function prismaElement(column: Column, text: string, value: unknown): unknown {
  switch (column.kind) {
    case 'enum':
      return memberOf(column, value as string);
    case 'bigint':
      return BigInt(text);
    case 'decimal':
      return text;
    case 'timestamp':
      return new Date(`${(value as string).replace(' ', 'T')}:00`);
    default:
      return value;
  }
}

function memberOf(column: Column, label: string): string {
  const labels = column.labels!;
  return Object.keys(labels).find((member) => labels[member] === label)!;
}

/** ID map rows for the Prisma client. */
export function prismaIdMap(runId: string, entries: readonly HashedEntry[]): Input[] {
  return entries.map((entry) => ({
    collection: entry.collection,
    parentKey: entry.parent,
    legacyKey: entry.key,
    path: entry.path,
    occurrence: entry.occurrence,
    prismaId: entry.id,
    runId,
    sourceHash: entry.sourceHash ?? null,
    rowsHash: entry.rowsHash ?? null,
  }));
}
