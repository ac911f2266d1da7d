/** Reaching the target: which schema a URL means, and a connection to it whose failures are clear sentences. */
import pg from 'pg';
import { ConfigurationError, MigrationError, TargetUnavailable, TargetUnfit } from '../engine/errors.ts';

const connectTimeoutMs = 10_000;

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

function parse(databaseUrl: string): URL {
  if (!URL.canParse(databaseUrl) || !/^postgres(ql)?:$/.test(new URL(databaseUrl).protocol)) {
    throw new ConfigurationError(['DATABASE_URL is not of the form postgresql://user:password@host:port/database.']);
  }
  return new URL(databaseUrl);
}

/** The schema that a database URL means: Prisma's `?schema=` parameter, `public` without one. */
export function schemaOf(databaseUrl: string): string {
  return parse(databaseUrl).searchParams.get('schema') || 'public';
}

/** The URL whose connections find unqualified names in `schema`, and in no other schema. */
export function withSearchPath(databaseUrl: string, schema: string): string {
  const url = parse(databaseUrl);
  const quoted = `"${schema.replaceAll('"', '""')}"`.replaceAll(/[\\\s]/g, '\\$&');
  const options = [url.searchParams.get('options'), `-c search_path=${quoted}`].filter(Boolean).join(' ');
  url.searchParams.set('options', options);
  return url.href;
}

/** The target's place for messages: host, port and database, never the user or the password. */
export function describeTarget(databaseUrl: string): string {
  const { host, port, database } = new pg.Client({ connectionString: databaseUrl });
  return `PostgreSQL at ${host}:${port}, database ${database ?? '(none)'}`;
}

/**
 * Connects to the target with `schema` as the search_path. The caller ends the client.
 *
 * @throws {ConfigurationError} when the URL is none
 * @throws {TargetUnavailable} when the server cannot be reached, refuses the login, or has no such database
 */
export async function connectTarget(databaseUrl: string, schema: string): Promise<pg.Client> {
  const client = new pg.Client({
    connectionString: withSearchPath(databaseUrl, schema),
    connectionTimeoutMillis: connectTimeoutMs,
  });
  // A server that goes away later fails the query under way; without a listener it would also end the process.
  client.on('error', () => undefined);
  try {
    await client.connect();
  } catch (error) {
    await client.end().catch(() => undefined);
    throw targetError(databaseUrl, error);
  }
  return client;
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
