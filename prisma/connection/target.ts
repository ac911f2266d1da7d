/** Reaching the target: sessions that are what they have to be, and failures that are clear sentences. */
import pg from 'pg';
import { MigrationError, TargetUnavailable, TargetUnfit } from '../../engine/common/errors.ts';
import {
  halfSwapped as interrupted,
  SQLSTATES,
  TARGET_REASONS,
  targetRefuses,
  targetUnusable,
} from '../../engine/messages/engine/target.ts';
import { type Label, labelled, type Message } from '../../engine/messages/message.ts';
import { BESIDE_POOL, readDatabaseUrl, withDatabase } from './database-url.ts';
import { CONNECTION, FEW_WORDS, GuardedClient, type Patience, patienceOf } from './guarded-client.ts';
import { halfSwapped } from './half-swapped.ts';
import { beginSession } from './session.ts';
import { NO_TIMEOUTS, settingsOf, type TargetTimeouts } from './session-settings.ts';

/** What PostgreSQL (SQLSTATE) or the system (errno) answers to a connection that cannot be had. */
const refusals: Readonly<Record<string, Label>> = {
  ECONNREFUSED: TARGET_REASONS.down,
  ECONNRESET: TARGET_REASONS.closed,
  ENOENT: TARGET_REASONS.noSocket,
  ENOTFOUND: TARGET_REASONS.unknownHost,
  EAI_AGAIN: TARGET_REASONS.lookupFailed,
  EHOSTUNREACH: TARGET_REASONS.noRouteToHost,
  ENETUNREACH: TARGET_REASONS.noRouteToNetwork,
  ETIMEDOUT: TARGET_REASONS.silent,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: TARGET_REASONS.untrusted,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: TARGET_REASONS.untrusted,
  SELF_SIGNED_CERT_IN_CHAIN: TARGET_REASONS.untrusted,
  DEPTH_ZERO_SELF_SIGNED_CERT: TARGET_REASONS.untrusted,
  CERT_HAS_EXPIRED: TARGET_REASONS.expired,
  ERR_TLS_CERT_ALTNAME_INVALID: TARGET_REASONS.otherHost,
  '28P01': SQLSTATES['28P01'],
  '28000': SQLSTATES['28000'],
  '3D000': SQLSTATES['3D000'],
  '53300': SQLSTATES['53300'],
  '57P03': SQLSTATES['57P03'],
};

/** What the driver only says in words. */
const unspoken = [
  { pattern: /timeout/i, reason: TARGET_REASONS.silent },
  { pattern: /password must be a/, reason: TARGET_REASONS.noPassword },
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
    throw new TargetUnavailable(interrupted({ target: describeTarget(databaseUrl), misnamed, from: from!, to: to! }));
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
  const unusable = (why: string | Message) =>
    new TargetUnavailable(targetUnusable({ target: place, why }), { cause: error });
  if (reason) return unusable(labelled(reason));
  // Class 08: connection exceptions; 57P: the server ends the session; no code: the socket or TLS.
  if (!code || /^(08|57P)/.test(code)) return unusable(String(message));
  return new TargetUnfit(targetRefuses({ target: place, sqlstate: code, why: String(message) }), { cause: error });
}
