import { eachElement } from '../document/bson/members.ts';
import { textOf } from '../document/bson/scalars.ts';
import { TYPE } from '../document/bson/types.ts';
import { type BsonValue, documentValue, isNothing } from '../document/bson/value.ts';
import type { Finding } from '../document/findings/finding.ts';
import { DocumentRefused, type RefusalCode } from '../document/findings/refusal.ts';
import { keyOfValue, type LegacyKey, secondsOfKey } from '../document/legacy-key.ts';
import { momentOf } from '../document/moment.ts';
import type { CheckedChild, CheckedDocument, Leftover, Reference } from '../plan/checked-document.ts';
import type {
  DocumentsField,
  Field,
  Fields,
  ListField,
  NestedField,
  ReferenceField,
  ScalarField,
} from '../plan/model-fields.ts';
import { type Action, actionFor, type Policies, STRICT } from '../plan/policy/policies.ts';
import { canBeNull, isTimestamp } from '../plan/policy/policy-fields.ts';
import { referenceCandidates } from '../plan/reference-candidates.ts';
import type { RawDocument } from '../source/source.ts';
import { booleanValue, holdRules, numberValue, textValue } from './check-value.ts';
import { jsonOfBson } from './json-value.ts';
import { fewOrAgain } from './many-children.ts';
import { mended } from './mend-value.ts';
import { refuseUncastable } from './model-cast.ts';
import { fieldsOf, type Level, readLevel } from './read-level.ts';
import { soundBytes } from './sound-bytes.ts';

type Fielded = Record<string, unknown>;
type Child = Fielded & CheckedChild;
/** A field that is not there, or null: one that holds BSON's undefined is there. */
type MaybeValue = BsonValue | undefined;
const isAbsent = (value: MaybeValue): value is undefined => value === undefined || value.type === TYPE.null;

/** An array of such fields where it stands, and the key of the nearest document around it. */
type ArrayOf<F> = readonly [field: F, value: MaybeValue, path: string, nearest: LegacyKey | null];

/** A nested object is no document: it has neither an `_id` nor a `__v` of its own. */
type Kind = 'root' | 'nested' | 'child';

/**
 * Reads a raw document and holds it against its model's fields. The result is the same at any time and on any machine.
 * @param policies what becomes of bad values; without them every one refuses the document
 * @throws DocumentRefused when the document cannot move.
 */
export function checkDocument(document: RawDocument, fields: Fields, policies: Policies = STRICT): CheckedDocument {
  return new Check(document.key, policies).run(document, fields);
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

  run({ bytes, database }: RawDocument, fields: Fields): CheckedDocument {
    const raw = documentValue(soundBytes(bytes, this));
    const checked = this.#level(raw, fields, '', this.#key, 'root');
    return {
      key: this.#key,
      raw,
      database,
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

  #level(object: BsonValue, fields: Fields, prefix: string, nearest: LegacyKey | null, kind: Kind): Fielded {
    return this.#fields(readLevel(object, fields, prefix), fields, prefix, nearest, kind);
  }

  #fields(level: Level, fields: Fields, prefix: string, nearest: LegacyKey | null, kind: Kind): Fielded {
    const checked: Fielded = {};
    let place = 0;
    for (const [name, field] of fieldsOf(fields)) {
      const path = prefix + name;
      const value = level.values[place++];
      if (kind === 'root' && isTimestamp(path)) {
        checked[name] = this.#timestamp(field as ScalarField, value, path, checked['createdAt']);
      } else checked[name] = this.#field(field, value, path, nearest);
    }
    this.#keepUnknown(level, prefix, kind);
    return checked;
  }

  #keepUnknown({ id, unknown }: Level, prefix: string, kind: Kind): void {
    if (id !== undefined && kind === 'nested') this.#keep(`${prefix}_id`, id, '_id');
    for (const { name, value } of unknown)
      if (name !== '__v' || kind !== 'root') this.#keep(prefix + name, value, name);
  }

  #keep(path: string, value: BsonValue, name: string): void {
    this.#leftovers.push(name.includes('.') ? { path, value, dotted: name } : { path, value });
    this.finding({ path, code: 'unknownField' });
  }

  #field(field: Field, value: MaybeValue, path: string, nearest: LegacyKey | null): unknown {
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

  #nested(field: NestedField, value: MaybeValue, path: string, nearest: LegacyKey | null): Fielded {
    if (isAbsent(value)) return this.#fields(NOTHING_THERE, field.fields, `${path}.`, nearest, 'nested');
    if (value.type === TYPE.undefined) refuseUncastable(value, path);
    if (value.type !== TYPE.object) throw new DocumentRefused('cast', path);
    return this.#level(value, field.fields, `${path}.`, nearest, 'nested');
  }

  #elements(value: MaybeValue, path: string): Iterable<BsonValue> {
    if (isAbsent(value)) return [];
    if (value.type === TYPE.undefined) refuseUncastable(value, path);
    if (value.type === TYPE.array) return eachElement(value);
    this.finding({ path, code: 'notAnArray', oldValue: value });
    return [value];
  }

  #list(field: ListField, value: MaybeValue, path: string, nearest: LegacyKey | null): unknown[] {
    const checked: unknown[] = [];
    let index = 0;
    for (const element of this.#elements(value, path)) {
      const at = `${path}.${index++}`;
      const inner = isAbsent(element) ? null : this.#field(field.element, element, at, nearest);
      if (inner === null) this.finding({ path: at, code: 'nullElement' });
      else checked.push(inner);
    }
    return checked;
  }

  #documents(...array: ArrayOf<DocumentsField>): Iterable<Child> {
    const again = () => new Check(this.#key, this.#policies).#again(...array);
    return fewOrAgain(this.#children(...array), again, { findings: this.#findings, references: this.#references });
  }

  *#children(...[field, value, path, nearest]: ArrayOf<DocumentsField>): Generator<Child> {
    let index = 0;
    for (const element of this.#elements(value, path)) {
      const child = this.#child(field, element, path, index++, nearest);
      if (child !== null) yield child;
    }
  }

  /** What it tells has been told. */
  *#again(...array: ArrayOf<DocumentsField>): Generator<Child> {
    for (const child of this.#children(...array)) {
      for (const told of [this.#findings, this.#leftovers, this.#references]) told.length = 0;
      yield child;
    }
  }

  #child(
    field: DocumentsField,
    element: BsonValue,
    path: string,
    index: number,
    nearest: LegacyKey | null,
  ): Child | null {
    const at = `${path}.${index}`;
    if (isAbsent(element)) {
      this.finding({ path: at, code: 'nullElement' });
      return null;
    }
    if (element.type !== TYPE.object) throw new DocumentRefused('cast', at);
    const level = readLevel(element, field.fields, `${at}.`);
    const key = level.id === undefined || isNothing(level.id) ? null : keyOfValue(level.id);
    // Its row gets an id by its place: that null or undefined stood there is told by nothing else.
    if (key === null && level.id !== undefined) this.#leftovers.push({ path: `${at}._id`, value: level.id });
    const inner = this.#fields(level, field.fields, `${at}.`, key ?? nearest, 'child');
    return Object.assign(inner, { key, index } satisfies CheckedChild);
  }

  #scalar(field: ScalarField, value: MaybeValue, path: string, nearest: LegacyKey | null): unknown {
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

  #judged(field: ScalarField, value: MaybeValue, path: string, nearest: LegacyKey | null): unknown {
    if (isAbsent(value)) return this.#missing(field, value, path, nearest);
    if (value.type === TYPE.undefined) refuseUncastable(value, path);
    const checked = this.#castScalar(field, value, path);
    if (checked === null) return this.#missing(field, value, path, nearest);
    if (field.required && typeof checked === 'string' && checked.trim() === '')
      throw new DocumentRefused('required', path);
    return field.rules.length > 0 ? holdRules(field.rules, checked, value, path, this) : checked;
  }

  #castScalar(field: ScalarField, value: BsonValue, path: string): unknown {
    switch (field.kind) {
      case 'text':
        return textValue(field, value, path, this);
      case 'number':
        return numberValue(field, value, path, this);
      case 'boolean':
        return booleanValue(field, value, path, this);
      case 'date': {
        refuseUncastable(value, path);
        if (value.type === TYPE.string && textOf(value) === '') {
          this.finding({ path, code: 'cast', oldValue: value });
          return null;
        }
        const { date, finding } = momentOf(value, path);
        if (finding) this.finding(finding);
        return date;
      }
      case 'json':
        if (field.schemaType.instance === 'Map' && value.type !== TYPE.object) throw new DocumentRefused('cast', path);
        return jsonOfBson(value, path, this);
    }
  }

  /** A missing or null value: the model's default with a finding, null where there is none, refused where it must be. */
  #missing(field: ScalarField, value: MaybeValue, path: string, nearest: LegacyKey | null): unknown {
    const standIn = field.default;
    if (field.required && (value !== undefined || standIn.kind === 'none')) throw new DocumentRefused('required', path);
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

  #timestamp(field: ScalarField, value: MaybeValue, path: string, createdAt: unknown): unknown {
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

  #reference(field: ReferenceField, value: MaybeValue, path: string): Reference | null {
    const before = this.#findings.length;
    try {
      return this.#judgedReference(field, value, path);
    } catch (error) {
      const standIns = field.required ? {} : { null: () => null };
      return mended(error, { value, path, before }, standIns, this.#findings, this);
    }
  }

  #judgedReference(field: ReferenceField, value: MaybeValue, path: string): Reference | null {
    if (isAbsent(value)) {
      if (field.required) throw new DocumentRefused('required', path);
      return null;
    }
    refuseUncastable(value, path);
    const { keys: candidates, named, whole = false } = referenceCandidates(value, path);
    if (candidates.length === 0) {
      if (field.required) throw new DocumentRefused('referenceType', path);
      this.finding({ path, code: 'referenceType', oldValue: value });
      this.#leftovers.push({ path, value });
      return null;
    }
    const reference = { path, to: field.to, required: field.required, candidates, named, whole, raw: value };
    this.#references.push(reference);
    return reference;
  }
}

const NOTHING_THERE: Level = { values: [], id: undefined, unknown: [] };
