import { deserialize } from 'bson';
import {
  booleanValue,
  holdRules,
  numberValue,
  referenceCandidates,
  refuseUncastable,
  textValue,
} from './check-value.ts';
import { EXACT_BSON } from './exact-bson.ts';
import { checkFieldNames } from './field-names.ts';
import { DocumentRefused, type Finding } from './finding.ts';
import { isPlainObject, jsonOfBson } from './json-value.ts';
import { keyOf, type LegacyKey, secondsOfKey } from './legacy-key.ts';
import type {
  Default,
  DocumentsField,
  Field,
  Fields,
  ListField,
  NestedField,
  ReferenceField,
  ScalarField,
} from './model-fields.ts';
import { momentOf } from './moment.ts';
import type { RawDocument } from './source/source.ts';
import { restoreWideDates } from './wide-date.ts';

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
/** A nested object is no document: it has neither an `_id` nor a `__v` of its own. */
type Level = 'root' | 'nested' | 'child';

/**
 * Reads a raw document and holds it against its model's fields. The result is the same at any time and on any machine.
 * @throws DocumentRefused when the document cannot move.
 */
export function checkDocument(document: RawDocument, fields: Fields): CheckedDocument {
  return new Check(document.key).run(decode(document.bytes), fields);
}

/** Decodes BSON so that nothing of it is lost. */
export function decode(bytes: Uint8Array): Raw {
  const raw = decoded(bytes);
  if (checkFieldNames(bytes)) restoreWideDates(raw, bytes);
  return raw;
}

function decoded(bytes: Uint8Array): Raw {
  try {
    return deserialize(bytes, { ...EXACT_BSON, validation: { utf8: true } });
  } catch (error) {
    const utf8 = /utf-?8/i.test(String(error));
    if (!utf8) throw new DocumentRefused('invalidBson', null);
    throw new DocumentRefused(hasEncodedSurrogate(bytes) ? 'loneSurrogate' : 'invalidUtf8', null);
  }
}

/** U+D800..U+DFFF written as three bytes of UTF-8, as some old drivers did: ED A0..BF xx. */
function hasEncodedSurrogate(bytes: Uint8Array): boolean {
  for (let i = bytes.indexOf(0xed); i >= 0; i = bytes.indexOf(0xed, i + 1)) {
    const next = bytes[i + 1];
    if (next !== undefined && next >= 0xa0 && next <= 0xbf) return true;
  }
  return false;
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

  constructor(key: LegacyKey) {
    this.#key = key;
  }

  run(raw: Raw, fields: Fields): CheckedDocument {
    const checked = this.#level(raw, fields, '', this.#key, 'root');
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

  #level(raw: Raw, fields: Fields, prefix: string, nearest: LegacyKey | null, level: Level): Raw {
    const checked: Raw = {};
    for (const [name, field] of fields) {
      const path = prefix + name;
      const present = Object.hasOwn(raw, name);
      if (present && raw[name] === undefined) refuseUncastable(undefined, path);
      if (level === 'root' && (name === 'createdAt' || name === 'updatedAt')) {
        checked[name] = this.#timestamp(field as ScalarField, raw[name], path, checked['createdAt']);
      } else checked[name] = this.#field(field, raw[name], path, nearest);
    }
    this.#keepUnknown(raw, fields, prefix, level);
    return checked;
  }

  #keepUnknown(raw: Raw, fields: Fields, prefix: string, level: Level): void {
    for (const name of Object.keys(raw)) {
      if (fields.has(name) || (name === '_id' && level !== 'nested') || (name === '__v' && level === 'root')) continue;
      this.#leftovers.push({ path: prefix + name, value: raw[name] });
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
    if (value !== null && value !== undefined && !isPlainObject(value)) throw new DocumentRefused('cast', path);
    return this.#level((value ?? {}) as Raw, field.fields, `${path}.`, nearest, 'nested');
  }

  #elements(value: unknown, path: string): unknown[] {
    if (value === null || value === undefined) return [];
    if (Array.isArray(value)) return value;
    this.finding({ path, code: 'notAnArray', oldValue: value });
    return [value];
  }

  #list(field: ListField, value: unknown, path: string, nearest: LegacyKey | null): unknown[] {
    const checked: unknown[] = [];
    this.#elements(value, path).forEach((element, index) => {
      const at = `${path}.${index}`;
      if (element === undefined) refuseUncastable(element, at);
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
    if (value === null || value === undefined) return this.#missing(field, field.default, value, path, nearest);
    const checked = this.#castScalar(field, value, path);
    if (checked === null) return this.#missing(field, field.default, null, path, nearest);
    if (field.required && typeof checked === 'string' && checked.trim() === '')
      throw new DocumentRefused('required', path);
    if (field.rules.length > 0) holdRules(field.rules, checked, path, this);
    return checked;
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
        return jsonOfBson(value, path);
    }
  }

  /** A missing or null value: the model's default with a finding, null where there is none, refused where it must be. */
  #missing(
    field: ScalarField | ReferenceField,
    standIn: Default,
    value: unknown,
    path: string,
    nearest: LegacyKey | null,
  ): unknown {
    if (field.required && (value === null || standIn.kind === 'none')) throw new DocumentRefused('required', path);
    if (standIn.kind === 'none') return null;
    if (standIn.kind === 'now') return this.#timeOfIds(path, nearest);
    this.finding({ path, code: 'default' });
    return standIn.value;
  }

  #timeOfIds(path: string, nearest: LegacyKey | null): Date {
    const seconds = (nearest && secondsOfKey(nearest)) ?? secondsOfKey(this.#key);
    if (seconds === null) throw new DocumentRefused('noTime', path);
    this.finding({ path, code: 'fromId' });
    return new Date(seconds * 1000);
  }

  #timestamp(field: ScalarField, value: unknown, path: string, createdAt: unknown): unknown {
    const checked = value === null || value === undefined ? null : this.#castScalar(field, value, path);
    if (checked !== null) return checked;
    if (field.name === 'createdAt' || !(createdAt instanceof Date)) return this.#timeOfIds(path, this.#key);
    this.finding({ path, code: 'fromCreatedAt' });
    return createdAt;
  }

  #reference(field: ReferenceField, value: unknown, path: string): Reference | null {
    if (value === null || value === undefined) {
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
