/** Reaching the target: sessions that are what they have to be, and failures that are clear sentences. */
import pg from 'pg';
import { MigrationError, TargetUnavailable, TargetUnfit } from '../../engine/common/errors.ts';
import { BESIDE_POOL, readDatabaseUrl, withDatabase } from './database-url.ts';
import { CONNECTION, FEW_WORDS, GuardedClient, type Patience, patienceOf } from './guarded-client.ts';
import { halfSwapped } from './half-swapped.ts';
import { beginSession } from './session.ts';
import { NO_TIMEOUTS, settingsOf, type TargetTimeouts } from './session-settings.ts';

const untrusted = 'its TLS certificate is not trusted: set sslrootcert in DATABASE_URL';

/** What PostgreSQL (SQLSTATE) or the system (errno) answers to a connection that cannot be had. */
const refusals: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing listens there',
  ECONNRESET: 'the connection was closed at once',
  ENOENT: 'its socket is not there',
  ENOTFOUND: 'its host name is not known',
  EAI_AGAIN: 'its host name cannot be looked up',
  EHOSTUNREACH: 'there is no way to its host',
  ENETUNREACH: 'there is no way to its network',
  ETIMEDOUT: 'it does not answer',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: untrusted,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: untrusted,
  SELF_SIGNED_CERT_IN_CHAIN: untrusted,
  DEPTH_ZERO_SELF_SIGNED_CERT: untrusted,
  CERT_HAS_EXPIRED: 'its TLS certificate has expired',
  ERR_TLS_CERT_ALTNAME_INVALID: 'its TLS certificate is of another host name',
  '28P01': 'it refuses the user or the password',
  '28000': 'it refuses the user',
  '3D000': 'the database does not exist',
  '53300': 'it has no connection left',
  '57P03': 'it is starting up or shutting down',
};

/** What the driver only says in words. */
const unspoken = [
  { pattern: /timeout/i, reason: 'it does not answer' },
  { pattern: /password must be a/, reason: 'it asks for a password, and the URL has none' },
] as const;

/** The schema that a database URL means: see {@link readDatabaseUrl}. */
export function schemaOf(databaseUrl: string): string {
  return readDatabaseUrl(databaseUrl).schema;
}

/** The target's place for messages: host, port and database, never the user or the password. */
export function describeTarget(databaseUrl: string): string {
  const { host, port, database } = readDatabaseUrl(databaseUrl);
  return `PostgreSQL at ${host}:${port}, database ${database || '(none)'}`;
}

/** How the sessions of one place are made: what node-postgres is given, and what comes before anything else is done. */
interface Sessions {
  readonly config: pg.ClientConfig & { readonly patience: Patience };
  begin(client: GuardedClient): Promise<void>;
}

function sessionsOf(databaseUrl: string, schema: string, timeouts: TargetTimeouts): Sessions {
  const { url, options } = readDatabaseUrl(databaseUrl);
  const settings = settingsOf(schema, timeouts);
  const patience = patienceOf(timeouts);
  const config = { ...CONNECTION, connectionString: url, options, application_name: 'mongo-to-prisma', patience };
  const another = async () => {
    const client: pg.Client = new GuardedClient({ ...config, patience: FEW_WORDS });
    client.on('error', () => undefined);
    await client.connect();
    return client;
  };
  return {
    config,
    begin: async (client) => {
      client.patience = FEW_WORDS;
      client.backend = await beginSession(client, settings, describeTarget(databaseUrl), another);
      client.patience = patience;
    },
  };
}

/** How a pool's sessions are. */
export interface PoolOptions {
  readonly timeouts?: TargetTimeouts;
  /** Most connections at a time; `?connection_limit=` may allow fewer. */
  readonly most?: number;
  readonly Client?: typeof GuardedClient;
}

/** A pool of sessions that find unqualified names in `schema`; no connection is made before the first statement. */
export function openPool(
  databaseUrl: string,
  schema: string,
  { timeouts = NO_TIMEOUTS, most = 10, Client = GuardedClient }: PoolOptions = {},
): pg.Pool {
  const { config, begin } = sessionsOf(databaseUrl, schema, timeouts);
  const { connectionLimit } = readDatabaseUrl(databaseUrl);
  const pool = new pg.Pool({
    ...config,
    Client: Client as unknown as new () => pg.Client,
    max: connectionLimit === null ? most : Math.max(1, Math.min(most, connectionLimit - BESIDE_POOL)),
    onConnect: (client) => begin(client as GuardedClient),
  });
  // An idle connection that the server ends must not end this process; the next statement tells.
  pool.on('error', () => undefined);
  return pool;
}

/**
 * Connects to the target with `schema` as the search_path; statements may take as long as the server works on them. The
 * caller ends the client.
 *
 * @throws {ConfigurationError} when the URL is none
 * @throws {TargetUnavailable} when the server cannot be reached, refuses the login, or has no such database
 * @throws {TargetUnfit} when a session cannot be made what it has to be
 */
export async function connectTarget(databaseUrl: string, schema: string): Promise<pg.Client> {
  const { config, begin } = sessionsOf(databaseUrl, schema, NO_TIMEOUTS);
  const guarded = new GuardedClient(config);
  const client: pg.Client = guarded;
  // A server that goes away later fails the query under way; without a listener it would also end the process.
  client.on('error', () => undefined);
  try {
    await client.connect();
    await begin(guarded);
  } catch (error) {
    await client.end().catch(() => undefined);
    if ((error as { code?: string }).code === NO_DATABASE) await refuseHalfSwapped(databaseUrl);
    throw targetError(databaseUrl, error);
  }
  return client;
}

const NO_DATABASE = '3D000';

/** Where one can be connected to in order to look at other databases. */
const MAINTENANCE = 'postgres';

/** @throws TargetUnavailable when a restore was ended between two renames, with what to do; harmless otherwise */
async function refuseHalfSwapped(databaseUrl: string): Promise<void> {
  const { database } = readDatabaseUrl(databaseUrl);
  if (database === MAINTENANCE) return;
  const server = await connectTarget(withDatabase(databaseUrl, MAINTENANCE), 'public').catch(() => null);
  if (server === null) return;
  try {
    const misnamed = await halfSwapped(server, database);
    if (misnamed === null) return;
    const [from, to] = [misnamed, database].map((name) => server.escapeIdentifier(name));
    throw new TargetUnavailable(
      `${describeTarget(databaseUrl)}, cannot be used: a restore was ended while databases changed their names. What stood there is database ${misnamed}: restore again, which gives it its name back first, or do only that: ALTER DATABASE ${from} RENAME TO ${to}`,
    );
  } finally {
    await server.end();
  }
}

/** The error for the operator: what cannot be reached, or what the database says, without credentials. */
export function targetError(databaseUrl: string, error: unknown): MigrationError {
  if (error instanceof MigrationError) return error;
  const { code, message } = error as { code?: string; message?: string };
  const place = describeTarget(databaseUrl);
  const reason = refusals[code ?? ''] ?? unspoken.find(({ pattern }) => pattern.test(message ?? ''))?.reason;
  if (reason) return new TargetUnavailable(`${place}, cannot be used: ${reason}.`, { cause: error });
  // Class 08: connection exceptions; 57P: the server ends the session; no code: the socket or TLS.
  if (!code || /^(08|57P)/.test(code))
    return new TargetUnavailable(`${place}, cannot be used: ${message}.`, { cause: error });
  return new TargetUnfit(`${place}, refuses (SQLSTATE ${code}): ${message}.`, { cause: error });
}
