import { ConfigurationError, SourceUnavailable } from '../../common/errors.ts';
import {
  dumpAmbiguous,
  dumpEmpty,
  dumpOptionUnknown,
  dumpWithoutDatabase,
  dumpWithoutPath,
} from '../../messages/engine/source.ts';
import type { CollectionKind } from '../source.ts';

/** A collection that a dump names. */
export interface DumpCollection {
  readonly database: string;
  readonly name: string;
  readonly kind: Exclude<CollectionKind, 'missing'>;
  /** By which its server knew it, in hex; null where the dump does not tell. */
  readonly uuid: string | null;
}

/** The databases that MongoDB keeps for itself, and the one without a name under which archives keep the oplog. */
const OWN_DATABASES = new Set(['admin', 'config', 'local', '']);

/** What a `dump:` URI says. */
export interface DumpUri {
  readonly path: string;
  readonly database: string | null;
}

/**
 * Reads `dump:<folder or archive>` with an optional `?db=<name>`.
 * @throws ConfigurationError when it is not of that form.
 */
export function parseDumpUri(uri: string): DumpUri {
  const [, path = '', query] = /^dump:(.*?)(?:\?([^?]*))?$/s.exec(uri) ?? [];
  if (path === '') throw new ConfigurationError([dumpWithoutPath()]);
  const options = new URLSearchParams(query ?? '');
  const unknown = [...options.keys()].filter((name) => name !== 'db');
  if (unknown.length > 0) {
    throw new ConfigurationError([dumpOptionUnknown({ options: unknown })]);
  }
  return { path, database: options.get('db') || null };
}

/**
 * The database of a dump that is meant: the one asked for, else the only one, else the only one that holds all of
 * the plan's collections.
 * @throws ConfigurationError naming the databases and how to choose; SourceUnavailable when there is none at all.
 */
export function chooseDatabase(
  collections: readonly DumpCollection[],
  { path, database: wanted }: DumpUri,
  plan: readonly string[],
): string {
  const names = [...new Set(collections.map(({ database }) => database))].filter((name) => !OWN_DATABASES.has(name));
  const list = names.sort().join(', ');
  if (names.length === 0) throw new SourceUnavailable(dumpEmpty({ path }));
  if (wanted !== null) {
    if (names.includes(wanted)) return wanted;
    throw new ConfigurationError([dumpWithoutDatabase({ path, database: wanted, databases: list })]);
  }
  if (names.length === 1) return names[0]!;
  const holds = (database: string, name: string) =>
    collections.some((each) => each.database === database && each.name === name);
  const whole = names.filter((database) => plan.length > 0 && plan.every((name) => holds(database, name)));
  if (whole.length === 1) return whole[0]!;
  throw new ConfigurationError([dumpAmbiguous({ path, databases: list })]);
}

/** What mongodump writes beside a collection; its Extended JSON is plain JSON in the parts read here. */
interface Metadata {
  readonly type?: string;
  readonly collectionName?: string;
  readonly uuid?: unknown;
  readonly options?: { readonly viewOn?: unknown; readonly timeseries?: unknown };
}

/** Of a collection without metadata. */
export const NOT_TOLD: ReturnType<typeof readMetadata> = { kind: 'collection', name: null, uuid: null };

/**
 * The kind, the true name and the UUID of a collection by its metadata.
 * @throws SyntaxError when the text is not a JSON object.
 */
export function readMetadata(text: string): Pick<DumpCollection, 'kind' | 'uuid'> & { name: string | null } {
  const told: unknown = JSON.parse(text);
  if (typeof told !== 'object' || told === null || Array.isArray(told)) throw new SyntaxError('It is no object.');
  const { type, collectionName, options, uuid: id } = told as Metadata;
  const name = collectionName ?? null;
  const uuid = typeof id === 'string' && /^[0-9a-f]{32}$/i.test(id) ? id.toLowerCase() : null;
  if (type === 'view' || options?.viewOn !== undefined) return { kind: 'view', name, uuid };
  if (type === 'timeseries' || options?.timeseries !== undefined) return { kind: 'timeseries', name, uuid };
  return { kind: 'collection', name, uuid };
}
