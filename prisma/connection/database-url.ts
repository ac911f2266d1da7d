/** The one reader of DATABASE_URL: whoever connects, or calls a program that does, goes by what it says. */
import pg from 'pg';
import { ConfigurationError } from '../../engine/common/errors.ts';
import { notPercentEncoded } from '../../engine/messages/engine/source.ts';
import {
  connectionLimitInvalid,
  databaseUrlForm,
  databaseUrlUnreadable,
  databaseUrlUnusable,
  namesTransactionPooler,
  optionsUnreadable,
  POOLER_SIGNS,
  parameterUnusable,
  schemaNameInvalid,
  setDifferently,
  settingUnusable,
  tooFewConnections,
} from '../../engine/messages/engine/target.ts';
import { labelled, type Message } from '../../engine/messages/message.ts';
import { isPercentEncoded } from './percent-encoded.ts';
import { COMMON_SETTINGS, objectionTo } from './session-settings.ts';
import { readStartupOptions, type StartupOptions, writeStartupOptions } from './startup-options.ts';

/** A database URL, taken apart. */
export interface DatabaseUrl {
  /** For node-postgres: without Prisma's parameters and without options. */
  readonly url: string;
  /** What `?schema=` says, `public` without it or with an empty one. */
  readonly schema: string;
  /** For the start of a session: the URL's options and PGOPTIONS in one, in PostgreSQL's own spelling. */
  readonly options: string;
  /** Most connections at a time, by `?connection_limit=`; null where it says nothing. */
  readonly connectionLimit: number | null;
  /** What programs of libpq take from their environment, to connect as we do; PGDATABASE is the URL's. */
  readonly environment: Readonly<Record<string, string>>;
  readonly host: string;
  readonly port: number;
  readonly database: string;
}

/**
 * Connections beside those of the pool: one that looks whether PostgreSQL is at work for another one, and one of what has
 * a session of its own (the schema’s state, a backup).
 */
export const BESIDE_POOL = 2;
/** Two steps at once, as a run has by default; or the reports, which read in three sessions while their run is noted. */
export const FEWEST_CONNECTIONS = 4 + BESIDE_POOL;

/** PostgreSQL cuts a longer name short, and then does not find it. */
const LONGEST_NAME = 63;
/** Prisma's own parameters, and what is read here. */
const TAKEN_OUT = ['schema', 'connection_limit', 'pool_timeout', 'pgbouncer', 'options'] as const;
/** Parameters of node-postgres that are settings of the session under another roof. */
const SETTING_PARAMETERS = [
  'statement_timeout',
  'lock_timeout',
  'idle_in_transaction_session_timeout',
  'client_encoding',
] as const;
/** Parameters that make another kind of session, or give up a statement and keep its connection. */
const UNUSABLE_PARAMETERS = ['query_timeout', 'replication'] as const;

/**
 * @param environment where PGOPTIONS is looked up
 * @throws {ConfigurationError} with every problem: it is no URL of PostgreSQL, options contradict each other or what a
 *   migration needs, or it leads to a pooler that gives each transaction another session
 */
export function readDatabaseUrl(databaseUrl: string, environment: NodeJS.ProcessEnv = process.env): DatabaseUrl {
  const url = parse(databaseUrl);
  const { searchParams } = url;
  const schema = searchParams.get('schema') || 'public';
  const given = optionsOf(url, environment);
  const problems = [...problemsOf(url, schema), ...given.problems, ...contradictions(given, schema)];
  if (problems.length > 0) throw new ConfigurationError(unlike(problems));
  const joined = joinedOptions(given);
  const limit = searchParams.get('connection_limit');
  for (const name of [...TAKEN_OUT, ...SETTING_PARAMETERS]) searchParams.delete(name);
  const { host, port, database = '', user, password } = login(url.href);
  return {
    ...{ url: url.href, schema, options: writeStartupOptions(joined), host, port, database },
    connectionLimit: limit ? Number(limit) : null,
    environment: {
      ...{
        PGHOST: host,
        PGPORT: String(port),
        PGDATABASE: database,
        PGAPPNAME: 'mongo-to-prisma',
        PGCONNECT_TIMEOUT: '10',
      },
      ...(user && { PGUSER: user }),
      ...(typeof password === 'string' && { PGPASSWORD: password }),
      ...tlsOf(searchParams),
      ...{ PGCLIENTENCODING: 'UTF8', PGOPTIONS: writeStartupOptions(forPrograms(joined)) },
    },
  };
}

/** What is wrong with a database URL, a sentence each; nothing when a migration can be made with it. */
export function problemsOfDatabaseUrl(databaseUrl: string, environment?: NodeJS.ProcessEnv): readonly Message[] {
  try {
    const { connectionLimit } = readDatabaseUrl(databaseUrl, environment);
    const isTooSmall = connectionLimit !== null && connectionLimit < FEWEST_CONNECTIONS;
    return [
      ...(new URL(databaseUrl).pathname.length > 1 ? [] : [databaseUrlForm()]),
      ...(isTooSmall ? [tooFewConnections({ fewest: FEWEST_CONNECTIONS })] : []),
    ];
  } catch (error) {
    if (error instanceof ConfigurationError) return error.problems;
    throw error;
  }
}

/** The same server's URL, with everything that its parameters say, for another database. */
export function withDatabase(databaseUrl: string, database: string): string {
  const url = parse(databaseUrl);
  url.pathname = `/${encodeURIComponent(database)}`;
  return url.href;
}

function parse(databaseUrl: string): URL {
  if (/^postgres(ql)?:\/\//i.test(databaseUrl) && !isPercentEncoded(databaseUrl)) {
    throw new ConfigurationError([notPercentEncoded({ name: 'DATABASE_URL' })]);
  }
  if (!URL.canParse(databaseUrl)) throw new ConfigurationError([databaseUrlForm()]);
  const url = new URL(databaseUrl);
  if (!/^postgres(ql)?:$/.test(url.protocol)) throw new ConfigurationError([databaseUrlForm()]);
  try {
    for (const part of [url.username, url.password, url.pathname]) decodeURIComponent(part);
  } catch {
    throw new ConfigurationError([databaseUrlUnreadable()]);
  }
  return url;
}

/** Options by who gives them. */
interface GivenOptions {
  readonly fromUrl: StartupOptions;
  readonly fromEnvironment: StartupOptions;
  readonly problems: readonly Message[];
}

const NO_OPTIONS: StartupOptions = { settings: new Map(), others: [] };

function optionsOf({ searchParams }: URL, environment: NodeJS.ProcessEnv): GivenOptions {
  const parameters = SETTING_PARAMETERS.filter((name) => searchParams.has(name)).map(
    (name) => `-c ${name}=${searchParams.get(name)!.replaceAll(/[\\\s]/g, '\\$&')}`,
  );
  const fromUrl = readStartupOptions([...searchParams.getAll('options'), ...parameters].join(' '));
  const fromEnvironment = readStartupOptions(environment['PGOPTIONS'] ?? '');
  const unread = (name: string) => optionsUnreadable({ name });
  return {
    fromUrl: fromUrl ?? NO_OPTIONS,
    fromEnvironment: fromEnvironment ?? NO_OPTIONS,
    problems: [
      ...(fromUrl === null ? [unread('?options= of DATABASE_URL')] : []),
      ...(fromEnvironment === null ? [unread('PGOPTIONS')] : []),
    ],
  };
}

/** They name the setting, and never show the value that was given. */
function contradictions({ fromUrl, fromEnvironment }: GivenOptions, schema: string): Message[] {
  const both = [...fromUrl.settings].filter(([name, value]) => (fromEnvironment.settings.get(name) ?? value) !== value);
  const objections = (who: string, { settings }: StartupOptions) =>
    [...settings].flatMap(([name, value]) => {
      const objection = objectionTo(name, value, schema);
      return objection === null ? [] : [settingUnusable({ name: who, objection })];
    });
  return [
    ...both.map(([name]) => setDifferently({ setting: name })),
    ...objections('DATABASE_URL', fromUrl),
    ...objections('PGOPTIONS', fromEnvironment),
  ];
}

/** Each text once. */
function unlike(problems: readonly Message[]): Message[] {
  return [...new Map(problems.map((problem) => [problem.text, problem])).values()];
}

function joinedOptions({ fromUrl, fromEnvironment }: GivenOptions): StartupOptions {
  return {
    settings: new Map([...fromEnvironment.settings, ...fromUrl.settings]),
    others: [...new Set([...fromEnvironment.others, ...fromUrl.others])],
  };
}

/** Programs set what they need by themselves; a role's or a database's own settings must not turn that into something else. */
function forPrograms({ settings, others }: StartupOptions): StartupOptions {
  // Only superusers may name this one, and at the start of a session even where it changes nothing.
  const { session_replication_role: _, client_encoding: __, ...common } = COMMON_SETTINGS;
  const ours = Object.entries(common).map(([name, value]) => [name.toLowerCase(), value] as const);
  return { settings: new Map([...settings, ...ours]), others };
}

function problemsOf({ searchParams, hostname, port }: URL, schema: string): Message[] {
  const problems: Message[] = [];
  const limit = searchParams.get('connection_limit');
  if (limit && !/^[1-9]\d{0,5}$/.test(limit)) problems.push(connectionLimitInvalid());
  if (Buffer.byteLength(schema) > LONGEST_NAME || schema.includes('\0')) {
    problems.push(schemaNameInvalid({ longest: LONGEST_NAME }));
  }
  for (const name of UNUSABLE_PARAMETERS) {
    if (searchParams.has(name)) problems.push(parameterUnusable({ parameter: name }));
  }
  const pooler = transactionPooler(
    searchParams,
    searchParams.get('host') ?? hostname,
    searchParams.get('port') ?? port,
  );
  if (pooler !== null) problems.push(namesTransactionPooler({ sign: labelled(POOLER_SIGNS[pooler]) }));
  return problems;
}

function transactionPooler(parameters: URLSearchParams, host: string, port: string): keyof typeof POOLER_SIGNS | null {
  const pgbouncer = parameters.get('pgbouncer');
  if (pgbouncer !== null && !['', 'false', '0'].includes(pgbouncer)) {
    return 'pgbouncer';
  }
  if (/-pooler\./i.test(host)) {
    return 'neon';
  }
  if (port === '6543' && /\.supabase\.(co|com|net)$/i.test(host)) {
    return 'supabase';
  }
  return null;
}

/** As node-postgres understands the URL, so that programs come to the same place. */
function login(url: string): pg.Client {
  try {
    return new pg.Client({ connectionString: url });
  } catch {
    throw new ConfigurationError([databaseUrlUnusable()]);
  }
}

/** The URL's parameters of TLS, and what libpq calls them in the environment. */
const TLS_VARIABLES = {
  sslmode: 'PGSSLMODE',
  sslrootcert: 'PGSSLROOTCERT',
  sslcert: 'PGSSLCERT',
  sslkey: 'PGSSLKEY',
  channel_binding: 'PGCHANNELBINDING',
} as const;

function tlsOf(parameters: URLSearchParams): Record<string, string> {
  const named = Object.entries(TLS_VARIABLES).map(([option, name]) => [name, parameters.get(option)] as const);
  return Object.fromEntries(named.filter((entry): entry is [(typeof entry)[0], string] => entry[1] !== null));
}
