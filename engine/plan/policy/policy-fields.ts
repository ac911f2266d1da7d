import type { Field, Fields, ReferenceField, ScalarField } from '../model-fields.ts';
import type { Stage } from '../stage.ts';

/** A field that holds a value of its own, an array's elements included, and its path without array places. */
export interface FieldAt {
  readonly path: string;
  readonly field: ScalarField | ReferenceField;
}

/** Every such field of a stage. */
export function fieldsAt(stage: Pick<Stage, 'fields'>): FieldAt[] {
  return under(stage.fields, '');
}

function under(fields: Fields, prefix: string): FieldAt[] {
  return [...fields].flatMap(([name, field]) => at(field, prefix + name));
}

function at(field: Field, path: string): FieldAt[] {
  if (field.kind === 'nested' || field.kind === 'documents') return under(field.fields, `${path}.`);
  return field.kind === 'list' ? at(field.element, path) : [{ path, field }];
}

/** Whether a policy, `min=clamp` say, can ever have something to do with a field. */
export function takes(use: string, { path, field }: FieldAt): boolean {
  const [code, action] = use.split('=') as [string, string];
  return isRefusedWith(code, field) && canBecome(action, code, field, path);
}

function isRefusedWith(code: string, field: FieldAt['field']): boolean {
  const hasRule = (type: string) => field.rules.some((rule) => rule.type === type);
  switch (code) {
    case 'nul':
    case 'loneSurrogate':
      return field.kind === 'text' || field.kind === 'json';
    case 'required':
      return field.required;
    case 'enum':
    case 'min':
    case 'max':
      return hasRule(code);
    case 'rule':
      return field.rules.some(({ type }) => !['enum', 'min', 'max', 'maxlength'].includes(type));
    case 'moneyScale':
    case 'decimalScale':
    case 'notInteger':
    case 'numberRange':
      return field.kind === 'number';
    case 'invalidDate':
    case 'ambiguousDate':
      return field.kind === 'date';
    default:
      return true;
  }
}

function canBecome(action: string, code: string, field: FieldAt['field'], path: string): boolean {
  switch (action) {
    case 'null':
      return canBeNull(field, path);
    case 'default':
      return field.default.kind !== 'none' || (isTimestamp(path) && code !== 'required');
    case 'clamp':
      return field.kind === 'number' && (code === 'numberRange' || boundOf(field, code) !== null);
    default:
      return true;
  }
}

/** Where nothing stands in for a missing value, the column is NULL for it. */
export function canBeNull(field: FieldAt['field'], path: string): boolean {
  return !field.required && field.default.kind === 'none' && !isTimestamp(path);
}

/** What a missing one becomes is told by the ids. */
export function isTimestamp(path: string): boolean {
  return path === 'createdAt' || path === 'updatedAt';
}

function boundOf(field: FieldAt['field'], rule: string): number | null {
  return field.rules.find(({ type }) => type === rule)?.bound ?? null;
}
