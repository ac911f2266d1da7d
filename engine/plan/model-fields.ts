import type { Model, Schema, SchemaType } from 'mongoose';
import { ConfigurationError } from '../common/errors.ts';
import { fieldKindUnknown } from '../messages/engine/run.ts';

/** A rule of a Mongoose schema type, as `validate`, `enum`, `min` and the like put it there. */
export interface Rule {
  readonly type: string;
  readonly test: (value: unknown) => boolean;
  /** The bound of `min`, `max` and `maxlength`. */
  readonly bound: number | null;
}

/** What stands in for a missing value: nothing, a constant, or the time that the document's ids tell. */
export type Default =
  | { readonly kind: 'none' }
  | { readonly kind: 'now' }
  | { readonly kind: 'value'; readonly value: unknown };

interface Common {
  readonly name: string;
  readonly required: boolean;
  readonly default: Default;
  readonly rules: readonly Rule[];
  readonly schemaType: SchemaType;
}
export interface ScalarField extends Common {
  readonly kind: 'text' | 'number' | 'date' | 'boolean' | 'json';
  readonly hasSetters: boolean;
}
export interface ReferenceField extends Common {
  readonly kind: 'reference';
  /** The Mongoose model referred to; null where the model does not say (references to sub-documents). */
  readonly to: string | null;
}
export interface ListField extends Common {
  readonly kind: 'list';
  readonly element: Field;
}
export interface DocumentsField extends Common {
  readonly kind: 'documents';
  readonly fields: Fields;
}
/** A nested object: a group of paths, never missing itself. */
export interface NestedField {
  readonly kind: 'nested';
  readonly name: string;
  readonly fields: Fields;
}
export type Field = ScalarField | ReferenceField | ListField | DocumentsField | NestedField;
export type Fields = ReadonlyMap<string, Field>;

/**
 * The fields of a Mongoose model, read once from its schema, so that each document is judged by the model's own rules,
 * casts and defaults without hydrating it.
 * @throws ConfigurationError when the model uses a schema type that has no rule here.
 */
export function fieldsOfModel(model: Pick<Model<unknown>, 'schema' | 'modelName'>): Fields {
  return fieldsOfSchema(model.schema as Schema, model.modelName);
}

function fieldsOfSchema(schema: Schema, where: string): Fields {
  const root = new Map<string, Field>();
  for (const [path, schemaType] of Object.entries(schema.paths)) {
    if (path === '_id' || path === '__v' || path.endsWith('.$*')) continue;
    const steps = path.split('.');
    const name = steps.pop()!;
    let level = root;
    for (const step of steps) level = nestedLevel(level, step);
    level.set(name, fieldOf(name, schemaType as SchemaType, `${where}.${path}`));
  }
  return root;
}

function nestedLevel(level: Map<string, Field>, step: string): Map<string, Field> {
  const present = level.get(step);
  if (present?.kind === 'nested') return present.fields as Map<string, Field>;
  const fields = new Map<string, Field>();
  level.set(step, { kind: 'nested', name: step, fields });
  return fields;
}

/** The parts of a schema type that Mongoose's type declarations leave out. */
interface SchemaTypeInside {
  readonly instance: string;
  readonly isRequired?: boolean;
  readonly defaultValue?: unknown;
  readonly setters: readonly unknown[];
  readonly validators: readonly { validator: (value: unknown) => unknown; type: string; [bound: string]: unknown }[];
  readonly options: { ref?: unknown; [option: string]: unknown };
  readonly schema?: Schema;
  readonly embeddedSchemaType?: SchemaType;
  getDefault(scope: null, init: boolean): unknown;
}

const SCALARS: Record<string, ScalarField['kind']> = {
  String: 'text',
  Number: 'number',
  Date: 'date',
  Boolean: 'boolean',
  Map: 'json',
  Mixed: 'json',
};

function fieldOf(name: string, schemaType: SchemaType, where: string): Field {
  const inside = schemaType as unknown as SchemaTypeInside;
  const common = {
    name,
    schemaType,
    required: inside.isRequired === true,
    default: defaultOf(inside),
    rules: rulesOf(inside),
  };
  if (inside.instance === 'ObjectId') {
    const ref = inside.options.ref;
    return { ...common, kind: 'reference', to: typeof ref === 'string' ? ref : null };
  }
  if (inside.instance === 'Array' || inside.instance === 'DocumentArray') {
    if (inside.schema) return { ...common, kind: 'documents', fields: fieldsOfSchema(inside.schema, where) };
    if (inside.embeddedSchemaType) {
      return { ...common, kind: 'list', element: fieldOf(name, inside.embeddedSchemaType, where) };
    }
  }
  const kind = SCALARS[inside.instance];
  if (kind === undefined) {
    throw new ConfigurationError([fieldKindUnknown({ field: where, kind: inside.instance })]);
  }
  return { ...common, kind, hasSetters: inside.setters.length > 0 };
}

function defaultOf(inside: SchemaTypeInside): Default {
  if (inside.instance === 'Array' || inside.instance === 'DocumentArray') return { kind: 'none' };
  if (inside.defaultValue === undefined) return { kind: 'none' };
  if (inside.defaultValue === Date.now) return { kind: 'now' };
  const value = inside.getDefault(null, false);
  return value === null || value === undefined ? { kind: 'none' } : { kind: 'value', value };
}

/** `required` is judged before the cast, so it is left out here. */
function rulesOf(inside: SchemaTypeInside): Rule[] {
  return inside.validators
    .filter((entry) => entry.type !== 'required')
    .map((entry) => ({
      type: entry.type,
      test: (value) => isPassed(entry.validator.call(null, value)),
      bound: typeof entry[entry.type] === 'number' ? (entry[entry.type] as number) : null,
    }));
}

/** Mongoose's own reading of a validator's answer: nothing, or anything truthy. */
function isPassed(answer: unknown): boolean {
  return answer === undefined || Boolean(answer);
}
