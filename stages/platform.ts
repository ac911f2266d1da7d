/** The platform's target, and what its stages are written with. */
import { membersOf, type RowBuilder as RowBuilderOf } from '../engine/plan/row-builder.ts';
import { type DeclaredTables as DeclaredTablesOf, stagesOver } from '../engine/plan/stage.ts';
import type { Prisma } from '../prisma/generated/client/client.ts';
import { enums, tables } from '../prisma/generated/tables.ts';
import type { TargetModel } from '../prisma/model/target-model.ts';

type Models = Prisma.TypeMap['model'];

export const target: TargetModel = { tables, enums };

export type RowBuilder = RowBuilderOf<Models>;
export type DeclaredTables = DeclaredTablesOf<Models>;

/** Declares a stage of the platform over a Mongoose model whose raw document type is `T`. */
export const defineStage = stagesOver<Models>(target);

/** Prisma's member for a value that the source stores. @throws DocumentRefused `enum` */
export const member = membersOf(enums);

/** What the source stores for a member of one of the platform's enums. */
export function labelOf(name: keyof typeof enums, member: string): string {
  return target.enums[name]!.labels[member] ?? member;
}
