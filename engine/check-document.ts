import {
  booleanValue,
  holdRules,
  numberValue,
  referenceCandidates,
  refuseUncastable,
  textValue,
} from './check-value.ts';
import { decodeMended } from './decode-document.ts';
import { DocumentRefused, type Finding, type RefusalCode } from './finding.ts';
import { isPlainObject, jsonOfBson } from './json-value.ts';
import { keyOf, type LegacyKey, secondsOfKey } from './legacy-key.ts';
import { mended } from './mend-value.ts';
import type {
  DocumentsField,
  Field,
  Fields,
  ListField,
  NestedField,
  ReferenceField,
  ScalarField,
} from './model-fields.ts';
import { momentOf } from './moment.ts';
import { type Action, actionFor, type Policies, STRICT } from './policies.ts';
import { canBeNull, isTimestamp } from './policy-fields.ts';
import type { RawDocument } from './source/source.ts';

/** A reference as it stands in a document, before anybody knows whether it leads anywhere. */
export interface Reference {
  readonly path: string;
  /** The Mongoose model referred to; null for a sub-document. */
  readonly to: string | null;
  readonly required: boolean;
  readonly candidates: readonly LegacyKey[];
  readonly raw: unknown;
}

/** A value with no column, kept. */
export interface Leftover {
  readonly path: string;
  readonly value: unknown;
  /** The field's own name, the last step of the path, where it has a dot. */
  readonly dotted?: string;
}

/** A document that its Mongoose model accepts: every known field present, exact, and null where there is none. */
export interface CheckedDocument {
  readonly key: LegacyKey;
  readonly fields: Readonly<Record<string, unknown>>;
  readonly findings: Finding[];
  readonly leftovers: Leftover[];
  readonly references: readonly Reference[];
}

type Raw = Record<string, unknown>;
/** Stands for a field that is not there: one that holds BSON's undefined is. */
const MISSING = Symbol('missing');
const isAbsent = (value: unknown) => value === null || value === MISSING;

/** A nested object is no document: it has neither an `_id` nor a `__v` of its own. */
type Level = 'root' | 'nested' | 'child';

/**
 * Reads a raw document and holds it against its model's fields. The result is the same at any time and on any machine.
 * @param policies what becomes of bad values; without them every one refuses the document
 * @throws DocumentRefused when the document cannot move.
 */
export function checkDocument(document: RawDocument, fields: Fields, policies: Policies = STRICT): CheckedDocument {
  return new Check(document.key, policies).run(document.bytes, fields);
}

/** What a sub-document carries besides its fields. */
export interface CheckedChild {
  /** Its own `_id`, or null when it has none. */
  readonly key: LegacyKey | null;
  /** Its place in the source's array. */
  readonly index: number;
}

class Check {
  readonly #key: LegacyKey;
  readonly #findings: Finding[] = [];
  readonly #leftovers: Leftover[] = [];
  readonly #references: Reference[] = [];

  readonly #policies: Policies;

  constructor(key: LegacyKey, policies: Policies) {
    this.#key = key;
    this.#policies = policies;
  }

  run(bytes: Uint8Array, fields: Fields): CheckedDocument {
    const checked = this.#level(decodeMended(bytes, this), fields, '', this.#key, 'root');
    return {
      key: this.#key,
      fields: checked,
      findings: this.#findings,
      leftovers: this.#leftovers,
      references: this.#references,
    };
  }

  finding(finding: Finding): void {
    this.#findings.push(finding);
  }

  actionFor(code: RefusalCode, path: string): Action | null {
    return actionFor(this.#policies, code, path);
  }

  #level(raw: Raw, fields: Fields, prefix: string, nearest: LegacyKey | null, level: Level): Raw {
    const checked: Raw = {};
    for (const [name, field] of fields) {
      const path = prefix + name;
      const value = Object.hasOwn(raw, name) ? raw[name] : MISSING;
      if (level === 'root' && isTimestamp(path)) {
        checked[name] = this.#timestamp(field as ScalarField, value, path, checked['createdAt']);
      } else checked[name] = this.#field(field, value, path, nearest);
    }
    this.#keepUnknown(raw, fields, prefix, level);
    return checked;
  }

  #keepUnknown(raw: Raw, fields: Fields, prefix: string, level: Level): void {
    for (const name of Object.keys(raw)) {
      if (fields.has(name) || (name === '_id' && level !== 'nested') || (name === '__v' && level === 'root')) continue;
      this.#leftovers.push({ path: prefix + name, value: raw[name], ...(name.includes('.') && { dotted: name }) });
      this.finding({ path: prefix + name, code: 'unknownField' });
    }
  }

  #field(field: Field, value: unknown, path: string, nearest: LegacyKey | null): unknown {
    switch (field.kind) {
      case 'nested':
        return this.#nested(field, value, path, nearest);
      case 'list':
        return this.#list(field, value, path, nearest);
      case 'documents':
        return this.#documents(field, value, path, nearest);
      case 'reference':
        return this.#reference(field, value, path);
      default:
        return this.#scalar(field, value, path, nearest);
    }
  }

  #nested(field: NestedField, value: unknown, path: string, nearest: LegacyKey | null): Raw {
    if (value === undefined) refuseUncastable(value, path);
    const group = isAbsent(value) ? {} : value;
    if (!isPlainObject(group)) throw new DocumentRefused('cast', path);
    return this.#level(group, field.fields, `${path}.`, nearest, 'nested');
  }

  #elements(value: unknown, path: string): unknown[] {
    if (isAbsent(value)) return [];
    if (value === undefined) refuseUncastable(value, path);
    if (Array.isArray(value)) return value;
    this.finding({ path, code: 'notAnArray', oldValue: value });
    return [value];
  }

  #list(field: ListField, value: unknown, path: string, nearest: LegacyKey | null): unknown[] {
    const checked: unknown[] = [];
    this.#elements(value, path).forEach((element, index) => {
      const at = `${path}.${index}`;
      const inner = element === null ? null : this.#field(field.element, element, at, nearest);
      if (inner === null) this.finding({ path: at, code: 'nullElement' });
      else checked.push(inner);
    });
    return checked;
  }

  #documents(field: DocumentsField, value: unknown, path: string, nearest: LegacyKey | null): Raw[] {
    const checked: Raw[] = [];
    this.#elements(value, path).forEach((element, index) => {
      const at = `${path}.${index}`;
      if (element === null) {
        this.finding({ path: at, code: 'nullElement' });
        return;
      }
      if (!isPlainObject(element)) throw new DocumentRefused('cast', at);
      const own = element['_id'];
      const key = own === undefined || own === null ? null : keyOf(own);
      const inner = this.#level(element, field.fields, `${at}.`, key ?? nearest, 'child');
      checked.push(Object.assign(inner, { key, index } satisfies CheckedChild));
    });
    return checked;
  }

  #scalar(field: ScalarField, value: unknown, path: string, nearest: LegacyKey | null): unknown {
    const before = this.#findings.length;
    try {
      return this.#judged(field, value, path, nearest);
    } catch (error) {
      const standIns = {
        ...(canBeNull(field, path) && { null: () => null }),
        ...(field.default.kind !== 'none' && { default: () => this.#default(field, path, nearest) }),
      };
      return mended(error, { value, path, before }, standIns, this.#findings, this);
    }
  }

  #judged(field: ScalarField, value: unknown, path: string, nearest: LegacyKey | null): unknown {
    if (isAbsent(value)) return this.#missing(field, value, path, nearest);
    if (value === undefined) refuseUncastable(value, path);
    const checked = this.#castScalar(field, value, path);
    if (checked === null) return this.#missing(field, null, path, nearest);
    if (field.required && typeof checked === 'string' && checked.trim() === '')
      throw new DocumentRefused('required', path);
    return field.rules.length > 0 ? holdRules(field.rules, checked, path, this) : checked;
  }

  #castScalar(field: ScalarField, value: unknown, path: string): unknown {
    switch (field.kind) {
      case 'text':
        return textValue(field, value, path, this);
      case 'number':
        return numberValue(field, value, path, this);
      case 'boolean':
        return booleanValue(field, value, path, this);
      case 'date': {
        refuseUncastable(value, path);
        if (value === '') {
          this.finding({ path, code: 'cast', oldValue: value });
          return null;
        }
        const { date, finding } = momentOf(value, path);
        if (finding) this.finding(finding);
        return date;
      }
      case 'json':
        if (field.schemaType.instance === 'Map' && !isPlainObject(value)) throw new DocumentRefused('cast', path);
        return jsonOfBson(value, path, this);
    }
  }

  /** A missing or null value: the model's default with a finding, null where there is none, refused where it must be. */
  #missing(field: ScalarField, value: unknown, path: string, nearest: LegacyKey | null): unknown {
    const standIn = field.default;
    if (field.required && (value === null || standIn.kind === 'none')) throw new DocumentRefused('required', path);
    if (standIn.kind === 'none') return null;
    if (standIn.kind === 'now') return this.#timeOfIds(path, nearest);
    this.finding({ path, code: 'default' });
    return standIn.value;
  }

  #default({ default: standIn }: ScalarField, path: string, nearest: LegacyKey | null): unknown {
    return standIn.kind === 'value' ? standIn.value : this.#timeOfIds(path, nearest);
  }

  #timeOfIds(path: string, nearest: LegacyKey | null): Date {
    const seconds = (nearest && secondsOfKey(nearest)) ?? secondsOfKey(this.#key);
    if (seconds === null) throw new DocumentRefused('noTime', path);
    this.finding({ path, code: 'fromId' });
    return new Date(seconds * 1000);
  }

  #timestamp(field: ScalarField, value: unknown, path: string, createdAt: unknown): unknown {
    const before = this.#findings.length;
    const missing = () => this.#missingTime(field, path, createdAt);
    try {
      return (isAbsent(value) ? null : this.#castScalar(field, value, path)) ?? missing();
    } catch (error) {
      return mended<unknown>(error, { value, path, before }, { default: missing }, this.#findings, this);
    }
  }

  #missingTime(field: ScalarField, path: string, createdAt: unknown): Date {
    if (field.name === 'createdAt' || !(createdAt instanceof Date)) return this.#timeOfIds(path, this.#key);
    this.finding({ path, code: 'fromCreatedAt' });
    return createdAt;
  }

  #reference(field: ReferenceField, value: unknown, path: string): Reference | null {
    const before = this.#findings.length;
    try {
      return this.#judgedReference(field, value, path);
    } catch (error) {
      const standIns = field.required ? {} : { null: () => null };
      return mended(error, { value, path, before }, standIns, this.#findings, this);
    }
  }

  #judgedReference(field: ReferenceField, value: unknown, path: string): Reference | null {
    if (isAbsent(value)) {
      if (field.required) throw new DocumentRefused('required', path);
      return null;
    }
    refuseUncastable(value, path);
    const candidates = referenceCandidates(value);
    if (candidates.length === 0) {
      if (field.required) throw new DocumentRefused('referenceType', path);
      this.finding({ path, code: 'referenceType', oldValue: value });
      this.#leftovers.push({ path, value });
      return null;
    }
    const reference = { path, to: field.to, required: field.required, candidates, raw: value };
    this.#references.push(reference);
    return reference;
  }
}
