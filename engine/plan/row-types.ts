import type { InputJsonValue } from '@prisma/client/runtime/client';
import type { Types } from 'mongoose';
import type { ExactNumber } from '../document/exact-number.ts';
import type { JsonValue } from '../document/json.ts';
import type { CheckedChild, Reference } from './checked-document.ts';

/** What a generated client of Prisma's knows of the rows of its models: its `Prisma.TypeMap['model']`. */
export type ModelTypes = Readonly<
  Record<string, { readonly operations: { readonly createMany: { readonly args: { readonly data?: unknown } } } }>
>;

type CreateMany<M extends ModelTypes, T extends keyof M> = Extract<
  NonNullable<M[T]['operations']['createMany']['args']['data']>,
  readonly unknown[]
>[number];
/** Prisma tells JSON null from a database NULL by special objects; here NULL is null. */
type RowValue<V> = InputJsonValue extends V ? JsonValue : V;

/** One row of a table, every column stated: a column added to the schema breaks the build, not the data. */
export type RowOf<M extends ModelTypes, T extends keyof M> = {
  readonly [K in keyof Required<CreateMany<M, T>>]: RowValue<Required<CreateMany<M, T>>[K]>;
};
/** Sub-documents are gone through, as often as wanted: very many are not all there at once. */
type Elements<E> = E extends Date | number | string | boolean | Types.ObjectId
  ? CheckedValue<E>[]
  : Iterable<Checked<E> & CheckedChild>;
type CheckedValue<V> = V extends Date
  ? Date
  : V extends number
    ? ExactNumber
    : V extends Types.ObjectId
      ? Reference
      : V extends string | boolean
        ? V
        : V extends readonly (infer E)[]
          ? Elements<E>
          : IsMixed<V> extends true
            ? JsonValue
            : Checked<V>;
/** A Map or Mixed field has no keys of its own. */
type IsMixed<V> = V extends Map<string, unknown> ? true : string extends keyof V ? true : false;

/** Nested objects and arrays are always there, empty when the source has none. */
type OrNull<T> =
  NonNullable<T> extends readonly unknown[]
    ? never
    : NonNullable<T> extends Date | number | string | boolean | Types.ObjectId
      ? NullOf<T>
      : IsMixed<NonNullable<T>> extends true
        ? NullOf<T>
        : never;
type NullOf<T> = undefined extends T ? null : null extends T ? null : never;

/** A raw document type of Mongoose as the check leaves it: exact numbers, references unresolved, null for "not there". */
export type Checked<T> = {
  readonly [K in Exclude<keyof T, '_id'>]-?: CheckedValue<NonNullable<T[K]>> | OrNull<T[K]>;
};
