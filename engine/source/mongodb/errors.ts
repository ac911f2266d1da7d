import { mongo } from 'mongoose';
import { MigrationError, SourceUnavailable } from '../../common/errors.ts';

const CERTIFICATE = /certificate|self.signed|altname|CERT_|unable to verify/i;
const TLS = /\b(ssl|tls)\b|secure TLS|EPROTO/i;

const WRONG_LOGIN = 'refused the login: check user, password and authSource';

/** Server error codes that mean the login, the right to read, or the cursor's life. */
const LOGIN_REFUSED = new Set([18, 8000]);
const NOT_ALLOWED = new Set([13]);
const CURSOR_LOST = new Set([43, 237]);

/** Whether a cursor is gone on the server, so that reading can go on with a new one. */
export function isCursorLost(error: unknown): boolean {
  return error instanceof mongo.MongoServerError && CURSOR_LOST.has(Number(error.code));
}

/**
 * One sentence for what the driver reported. Of its own words only those that can hold no secret are used: codes and
 * host names.
 */
export function toSourceUnavailable(error: unknown, label: string): unknown {
  if (error instanceof MigrationError || !(error instanceof Error)) return error;
  const chain = wordsOf(error);
  if (error instanceof mongo.MongoServerError) {
    return new SourceUnavailable(`The MongoDB at ${label} ${refusalOf(error)}.`);
  }
  if (!(error instanceof mongo.MongoError) && (error as NodeJS.ErrnoException).syscall === undefined) return error;
  return new SourceUnavailable(`The MongoDB at ${label} ${reasonOf(error, chain)}.`);
}

function refusalOf(error: mongo.MongoServerError): string {
  const code = Number(error.code);
  if (LOGIN_REFUSED.has(code) || /^auth(entication)?\b.*fail/i.test(error.message)) return WRONG_LOGIN;
  if (NOT_ALLOWED.has(code)) return 'does not let this user read the database';
  return `refused a query (${error.codeName ?? error.code ?? 'no code'})`;
}

function reasonOf(error: Error, chain: string): string {
  if (/auth(entication)? failed/i.test(chain)) return WRONG_LOGIN;
  if (/ENOTFOUND|EAI_AGAIN|queryTxt|querySrv/.test(chain)) return 'cannot be found: its host name is not known';
  if (/ECONNREFUSED/.test(chain)) return 'does not answer: it is down, or the host and port are wrong';
  if (CERTIFICATE.test(chain)) return 'has a TLS certificate that is not trusted: set tlsCAFile in its URI';
  if (TLS.test(chain)) return 'does not speak TLS, which its URI asks for';
  if (error instanceof mongo.MongoServerSelectionError) {
    return / closed/.test(chain)
      ? 'closes every connection: it may ask for TLS (tls=true in its URI), or be something else'
      : 'cannot be reached: no server answered in time; check host, port, replicaSet and tls in its URI';
  }
  if (error instanceof mongo.MongoNetworkError) return 'is gone: the connection to it was lost';
  return `cannot be read (${error.name})`;
}

/** Messages and codes of an error, its causes and those of the servers that were tried; looked at, never shown. */
function wordsOf(error: unknown, depth = 0): string {
  if (!(error instanceof Error) || depth > 5) return '';
  const { code, cause } = error as { code?: unknown; cause?: unknown };
  const reason = (error as { reason?: { servers?: ReadonlyMap<string, { error?: unknown }> } }).reason;
  const tried = [...(reason?.servers?.values() ?? [])].map((server) => wordsOf(server.error, depth + 1));
  return [error.message, String(code ?? ''), wordsOf(cause, depth + 1), ...tried].join(' ');
}
