import { randomUUID } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { connectBeside } from '../swap/swap-databases.ts';

/** What a program shows of its work: a text that changes while it goes on; null when it is at work for certain. */
export type SignOfLife = () => Promise<string | null>;

/** A name for the sessions of one call of a program, by which they are found. */
export const sessionName = (): string => `mongo-to-prisma ${randomUUID()}`;

/** The size of the file that it writes. */
export function growthOf(file: string): SignOfLife {
  return async () => {
    const there = await stat(file).catch(() => null);
    return String(there?.size ?? 0);
  };
}

/**
 * Whether PostgreSQL works for a session of this name: one that waits for its client, or for a lock, does not. A server that
 * cannot be asked shows nothing.
 */
export function workOf(databaseUrl: string, applicationName: string): SignOfLife {
  return async () => {
    const server = await connectBeside(databaseUrl).catch(() => null);
    if (server === null) return '';
    try {
      const { rows } = await server.query(
        `SELECT 1 FROM pg_stat_activity WHERE application_name = $1 AND state = 'active'
           AND coalesce(wait_event_type, '') NOT IN ('Client', 'Lock')`,
        [applicationName],
      );
      return rows.length > 0 ? null : '';
    } catch {
      return '';
    } finally {
      await server.end().catch(() => {});
    }
  };
}

/** Either of them is enough. */
export function anyOf(...signs: readonly SignOfLife[]): SignOfLife {
  return async () => {
    const shown = await Promise.all(signs.map((sign) => sign()));
    return shown.includes(null) ? null : shown.join(' ');
  };
}
