import { mongo } from 'mongoose';
import { MigrationError, SourceUnavailable } from '../../common/errors.ts';
import {
  MONGODB_REASONS,
  mongodbRefusedQuery,
  mongodbRefuses,
  mongodbUnreadable,
} from '../../messages/engine/source.ts';
import { labelled, type Message } from '../../messages/message.ts';

const CERTIFICATE = /certificate|self.signed|altname|CERT_|unable to verify/i;
const TLS = /\b(ssl|tls)\b|secure TLS|EPROTO/i;

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
    return new SourceUnavailable(refusalOf(error, label));
  }
  if (!(error instanceof mongo.MongoError) && (error as NodeJS.ErrnoException).syscall === undefined) return error;
  return new SourceUnavailable(reasonOf(error, chain, label));
}

const because = (source: string, why: keyof typeof MONGODB_REASONS) =>
  mongodbRefuses({ source, why: labelled(MONGODB_REASONS[why]) });

function refusalOf(error: mongo.MongoServerError, source: string): Message {
  const code = Number(error.code);
  if (LOGIN_REFUSED.has(code) || /^auth(entication)?\b.*fail/i.test(error.message)) return because(source, 'login');
  if (NOT_ALLOWED.has(code)) return because(source, 'notAllowed');
  return mongodbRefusedQuery({ source, code: String(error.codeName ?? error.code ?? 'no code') });
}

function reasonOf(error: Error, chain: string, source: string): Message {
  if (/auth(entication)? failed/i.test(chain)) return because(source, 'login');
  if (/ENOTFOUND|EAI_AGAIN|queryTxt|querySrv/.test(chain)) return because(source, 'unknownHost');
  if (/ECONNREFUSED/.test(chain)) return because(source, 'down');
  if (CERTIFICATE.test(chain)) return because(source, 'untrusted');
  if (TLS.test(chain)) return because(source, 'noTls');
  if (error instanceof mongo.MongoServerSelectionError) {
    return because(source, / closed/.test(chain) ? 'closes' : 'noServer');
  }
  if (error instanceof mongo.MongoNetworkError) return because(source, 'lost');
  return mongodbUnreadable({ source, error: error.name });
}

/** Messages and codes of an error, its causes and those of the servers that were tried; looked at, never shown. */
function wordsOf(error: unknown, depth = 0): string {
  if (!(error instanceof Error) || depth > 5) return '';
  const { code, cause } = error as { code?: unknown; cause?: unknown };
  const reason = (error as { reason?: { servers?: ReadonlyMap<string, { error?: unknown }> } }).reason;
  const tried = [...(reason?.servers?.values() ?? [])].map((server) => wordsOf(server.error, depth + 1));
  return [error.message, String(code ?? ''), wordsOf(cause, depth + 1), ...tried].join(' ');
}
