import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Document, EJSON, serialize } from 'bson';
import type { FindingCode } from '../../engine/document/findings/finding.ts';
import type { RefusalCode } from '../../engine/document/findings/refusal.ts';
import { keyOf, keyOfDocument } from '../../engine/document/legacy-key.ts';
import { plan } from '../../stages/plan.ts';
import type { TextRow } from '../support/run-engine.ts';
import { project } from '../support/scripts.ts';

/** What one document of a case has to become; how it is written is told in tests/cases/README.md. */
export interface Expected {
  readonly case: string;
  readonly what: string;
  readonly collection: string;
  /** The bytes of its key, as hex. */
  readonly key: string;
  /** Why this document cannot be put into the MongoDB server that the tests have. */
  readonly dumpOnly?: string;
  readonly quarantine?: {
    readonly code: RefusalCode;
    readonly path: string | null;
    readonly cause?: unknown;
    /** `open` unless said otherwise. */
    readonly state?: string;
  };
  /** By table, the root's first: columns as PostgreSQL writes them. */
  readonly rows?: Readonly<Record<string, readonly TextRow[]>>;
  /** Paths by code. Exactly these, but for those kinds that are counted only, of which others may be there. */
  readonly findings: Partial<Record<FindingCode, readonly string[]>>;
  /** Values with no column that are kept, by path. */
  readonly kept: Document;
  /** The same for what Extended JSON cannot say: BSON `{v: value}` as hex. */
  readonly keptBson: Readonly<Record<string, string>>;
}

/** A document of a case, as BSON. */
export interface Given {
  readonly collection: string;
  /** Its key as hex. */
  readonly key: string;
  readonly bytes: Uint8Array;
  /** The document to be written by a driver; null where no driver would write these bytes. */
  readonly document: Document | null;
}

/** One folder of tests/cases. */
export interface Case {
  readonly name: string;
  readonly what: string;
  readonly given: readonly Given[];
  readonly expected: readonly Expected[];
  /** Policies that the plan has in this case, as in a plan; null for none. */
  readonly policies: unknown;
  /** Set where a case is a run of its own; all others are moved together. */
  readonly run: WholeRun | null;
}

/** What is special about a source as a whole, and what has to come of it. */
export interface WholeRun {
  /** What stands under a collection's name, where it is no collection with documents. */
  readonly kinds?: Readonly<Record<string, 'view' | 'timeseries' | 'collection'>>;
  /** What others do to the source between the copy and the verification. */
  readonly changes?: Readonly<Record<string, Changes>>;
  /** The sentence of the preflight that refuses it. */
  readonly refused?: string;
  /** The collections that preflight tells are missing. */
  readonly missing?: readonly string[];
  /** `stage: kind where legacyId` of every difference of rows that verification tells. */
  readonly differences?: readonly string[];
  /** `stage: what path` of totals that do not agree; sums and ends of other columns may be among them, too. */
  readonly disagreeing?: readonly string[];
}

export interface Changes {
  readonly insert?: readonly Document[];
  /** Fields that a document gets. */
  readonly update?: readonly { readonly _id: unknown; readonly $set: Document }[];
  readonly delete?: readonly unknown[];
}

const folder = join(project, 'tests', 'cases');

interface World {
  /** What a valid document of each collection has; `{n}` is another text in every document. */
  readonly defaults: Readonly<Record<string, Document>>;
  readonly documents: Readonly<Record<string, readonly Document[]>>;
}
const world = readExtendedJson('world.json') as unknown as World;

export function readCases(): Case[] {
  return caseNames().map(readCase);
}

/** Cases that are moved together under the same policies: the first group has none. */
export function groupsOf(cases: readonly Case[]): { policies: unknown; given: Given[]; expected: Expected[] }[] {
  const joint = cases.filter(({ run }) => run === null);
  const names = [...new Set(['null', ...joint.map(({ policies }) => JSON.stringify(policies))])];
  return names.map((name) => {
    const own = joint.filter(({ policies }) => JSON.stringify(policies) === name);
    return {
      policies: JSON.parse(name),
      given: [...worldDocuments(), ...own.flatMap(({ given }) => given)],
      expected: own.flatMap(({ expected }) => expected),
    };
  });
}

/** The folders of all cases, sorted by name. */
export function caseNames(): string[] {
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .sort();
}

/** The documents that others refer to. */
function worldDocuments(): Given[] {
  return givenOf('world', world.documents);
}

function readCase(name: string): Case {
  const files = readdirSync(join(folder, name));
  const { what, run, documents } = JSON.parse(readText(join(name, 'expected.json'))) as ExpectedFile;
  return {
    name,
    what,
    // Read when asked for: one of them is large.
    get given() {
      const source = files.includes('source.json') ? readExtendedJson(join(name, 'source.json')) : {};
      const hexes = files.filter((file) => file.endsWith('.bson.hex'));
      return [...givenOf(name, source as World['documents']), ...hexes.map((file) => givenOfHex(join(name, file)))];
    },
    policies: files.includes('policies.json') ? JSON.parse(readText(join(name, 'policies.json'))) : null,
    run: run === undefined ? null : (EJSON.deserialize(run, { relaxed: false }) as WholeRun),
    expected: documents.map(({ _id, kept, ...rest }) => ({
      findings: {},
      keptBson: {},
      ...rest,
      case: name,
      key: keyOf(EJSON.deserialize({ _id }, { relaxed: false })['_id']).toString('hex'),
      kept: EJSON.deserialize(kept ?? {}, { relaxed: false }) as Document,
    })),
  };
}

interface ExpectedFile {
  readonly what: string;
  readonly run?: WholeRun;
  readonly documents: readonly (Omit<Expected, 'case' | 'key' | 'kept' | 'keptBson' | 'findings'> &
    Partial<Pick<Expected, 'findings' | 'keptBson'>> & { readonly _id: unknown; readonly kept?: Document })[];
}

function readText(path: string): string {
  return readFileSync(join(folder, path), 'utf8');
}

/** Canonical Extended JSON in which `{"$times": n, "of": …}` is an array of n, `{i}` being each one's number in hex. */
function readExtendedJson(path: string): Document {
  const parsed = JSON.parse(readText(path), (_, value) => {
    if (typeof value?.$times !== 'number') return value;
    const element = JSON.stringify(value.of);
    const numbered = (i: number) => element.replaceAll('{i}', i.toString(16).padStart(8, '0'));
    return Array.from({ length: value.$times }, (_, i) => JSON.parse(numbered(i)));
  });
  return EJSON.deserialize(parsed, { relaxed: false }) as Document;
}

function givenOf(name: string, collections: Readonly<Record<string, readonly Document[]>>): Given[] {
  let made = 0;
  return Object.entries(collections).flatMap(([collection, documents]) =>
    documents.map((fields) => {
      made += 1;
      const document = completed(collection, fields, `${name}-${made}`);
      const bytes = serialize(document, { ignoreUndefined: false });
      return { collection, key: keyOfDocument(bytes)!.toString('hex'), bytes, document };
    }),
  );
}

/** A case's document with all that it leaves to the defaults; a field that is `{"$missing": true}` is not there. */
export function completed(collection: string, fields: Document, n: string): Document {
  const document: Document = { _id: fields['_id'], ...defaultsOf(collection, n), ...fields };
  for (const [field, value] of Object.entries(document)) if (value?.$missing === true) delete document[field];
  return document;
}

function defaultsOf(collection: string, n: string): Document {
  const defaults = Object.entries(world.defaults[collection]!);
  return Object.fromEntries(
    defaults.map(([field, value]) => [field, typeof value === 'string' ? value.replace('{n}', n) : value]),
  );
}

/** `<collection>.<anything>.bson.hex` */
function givenOfHex(path: string): Given {
  const bytes = Buffer.from(readText(path).replaceAll(/\s/g, ''), 'hex');
  const [collection] = path.split('/').at(-1)!.split('.');
  return { collection: collection!, key: keyOfDocument(bytes)!.toString('hex'), bytes, document: null };
}

/** The documents of many cases by collection, in every collection of the plan. */
export function collectionsOf(given: readonly Given[]): Record<string, Uint8Array[]> {
  const collections = Object.fromEntries(plan.stages.map(({ collection }) => [collection, [] as Uint8Array[]]));
  for (const { collection, bytes } of given) collections[collection]!.push(bytes);
  return collections;
}
