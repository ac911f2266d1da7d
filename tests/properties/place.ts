import { createHash } from 'node:crypto';
import { ObjectId } from 'bson';
import type { ReferenceField, ScalarField } from '../../engine/plan/model-fields.ts';
import type { Stage } from '../../engine/plan/stage.ts';

export type Level = [string | Uint8Array, unknown][];
/** A value that depends on which document it stands in. */
export type Make<V = unknown> = (at: Place) => V;

/** Which document a value stands in, and whom it can name. */
export interface Place {
  readonly stage: Stage;
  readonly index: number;
  readonly crowd: Crowd;
}

/** All documents there will be: which of them are sound, and which `_id` each has. */
export interface Crowd {
  soundId(model: string, n: number): unknown;
  brokenId(model: string, n: number): unknown;
  idOf(model: string, index: number): unknown;
}

export const constant =
  (value: unknown): Make =>
  () =>
    value;

/** All of 2023, and unlike for every two numbers. */
export function numbered(...numbers: number[]): ObjectId {
  const hex = createHash('sha256').update(numbers.join('/')).digest('hex').slice(0, 8);
  return new ObjectId(`65000000${(numbers[1] ?? 0).toString(16).padStart(8, '0')}${hex}`);
}

export function childId({ stage, index }: Place, path: string, n: number): ObjectId {
  return numbered(stage.collectionNumber, index, n, path.length, path.charCodeAt(0));
}

export function isUnique(field: ScalarField | ReferenceField): boolean {
  return (field.schemaType.options as { unique?: unknown }).unique === true;
}
