import type { Model } from 'mongoose';
import type { TargetModel } from '../../prisma/model/target-model.ts';
import type { Query } from '../target/query.ts';
import type { CheckedDocument, Reference } from './checked-document.ts';
import type { Declared, Declares } from './declare.ts';
import { type Fields, fieldsOfModel } from './model-fields.ts';
import { type PlanPolicies, type Policies, STRICT } from './policy/policies.ts';
import type { RowBuilder } from './row-builder.ts';
import type { Checked, ModelTypes, RowOf } from './row-types.ts';

/** A table that a stage fills, and the column that leads back to the root document's row (`id` for the root itself). */
export interface StageTable {
  readonly table: string;
  readonly root: string;
}

/** An array (or single sub-document) of the source whose elements become rows, with their collection in the ID map. */
export interface StageChildren {
  readonly path: string;
  readonly table: string;
  readonly collection: string;
  /** True for a single sub-document such as `executionPlan`: one row per document, whatever the source holds. */
  readonly single?: boolean;
}

/** A reference to a sub-document of another root, which is looked up inside that root only. */
export interface SubReference {
  readonly path: string;
  /** The reference that names the other root. */
  readonly within: string;
  /** The sub-document's collection in the ID map. */
  readonly collection: string;
}

/** One source collection and the tables its documents become. */
export interface Stage {
  readonly name: string;
  /** The MongoDB collection. */
  readonly collection: string;
  /** The Mongoose model's name, which references use. */
  readonly modelName: string;
  readonly fields: Fields;
  /** The tables and enums that the stage is written against. */
  readonly target: TargetModel;
  /** Collection of root documents in the ID map, and its fixed number in their ids (0..1023). */
  readonly idCollection: string;
  readonly collectionNumber: number;
  /** In insertion order: a row's parent comes before it. The first is the root's table. */
  readonly tables: readonly StageTable[];
  readonly children: readonly StageChildren[];
  readonly subReferences: readonly SubReference[];
  /** Column of each path whose column has another name than its field; what verification compares is found by them. */
  readonly columns: Readonly<Record<string, string>>;
  /** What every column holds, for the second reader of the verification; a column without one is only re-derived. */
  readonly declares: Declares;
  /**
   * Fields that the model does not know and that stay without a column on purpose, although a column has their name: why, by
   * path without places of array elements. Their values are kept as leftovers.
   */
  readonly skips: Readonly<Record<string, string>>;
  /** Columns that the sample comparison shows, source path beside column; values of `masked` ones are masked. */
  readonly samples: readonly SampleField[];
  /** Unique text columns that must also differ after Unicode normalisation: a pair that does not is a finding on both. */
  readonly normalised: readonly { readonly path: string; readonly column: string }[];
  /** Reads what the transform needs of rows that earlier stages wrote, one query a batch; its answer is `builder.found`. */
  readonly prepare:
    | ((documents: readonly CheckedDocument[], resolve: ResolveReference, query: Query) => Promise<unknown>)
    | null;
  /** A pure function of the document and what the builder resolves. @throws DocumentRefused */
  readonly transform: (document: never, to: RowBuilder) => void;
  /** The transform's source text and what it depends on, hashed into the checkpoint. */
  readonly version: string;
  /** What becomes of bad values, as the plan has it for this stage. */
  readonly policies: Policies;
}

/** The id that a reference leads to, or null. */
export type ResolveReference = (document: CheckedDocument, reference: Reference) => string | null;

export interface SampleField {
  readonly path: string;
  readonly column: string;
  readonly masked?: 'text' | 'email' | 'phone' | 'hidden';
}

/** Every column of some tables: one that is added to the schema breaks the build until it is declared. */
export type DeclaredTables<M extends ModelTypes> = {
  readonly [T in keyof M]?: { readonly [K in keyof RowOf<M, T>]: Declared };
};

type StageDefinition<M extends ModelTypes, T> = Omit<
  Stage,
  | 'fields'
  | 'modelName'
  | 'transform'
  | 'subReferences'
  | 'normalised'
  | 'prepare'
  | 'policies'
  | 'declares'
  | 'skips'
  | 'target'
  | 'tables'
> & {
  readonly declares: DeclaredTables<M>;
  readonly tables: readonly (StageTable & { readonly table: keyof M })[];
  readonly model: Pick<Model<T>, 'schema' | 'modelName'>;
  readonly subReferences?: readonly SubReference[];
  readonly skips?: Stage['skips'];
  readonly normalised?: Stage['normalised'];
  readonly prepare?: Stage['prepare'];
  readonly transform: (document: Checked<T>, to: RowBuilder<M>) => void;
};

/**
 * What declares stages over a target. `M` is the `Prisma.TypeMap['model']` of the client that knows its rows, `T` the raw
 * document type of a stage's Mongoose model.
 * @example const defineStage = stagesOver<Prisma.TypeMap['model']>({ tables, enums });
 */
export function stagesOver<M extends ModelTypes>(target: TargetModel) {
  return <T>(definition: StageDefinition<M, T>): Stage => stageOf(target, definition);
}

function stageOf<M extends ModelTypes, T>(target: TargetModel, definition: StageDefinition<M, T>): Stage {
  const { model, transform, declares, ...rest } = definition;
  return {
    target,
    transform: transform as Stage['transform'],
    declares: declares as Declares,
    subReferences: [],
    skips: {},
    normalised: [],
    prepare: null,
    policies: STRICT,
    ...rest,
    modelName: model.modelName,
    fields: fieldsOfModel(model as never),
  };
}

/** The ordered stages: each refers only to earlier ones. */
export interface Plan {
  readonly name: string;
  /** The tables and enums that its stages are written against. */
  readonly target: TargetModel;
  readonly stages: readonly Stage[];
  /** Every collection of the ID map, in the order in which prisma-id-mapping.json lists them. */
  readonly idMapOrder: readonly string[];
  /** What becomes of bad values; each stage holds what of it concerns it. */
  readonly policies: PlanPolicies;
}
