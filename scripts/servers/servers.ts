import { type MongoServer, startMongo } from './mongodb.ts';
import { type PostgresServer, startPostgres } from './postgres.ts';
import { type Report, silent } from './report.ts';
import { startTemporal, type TemporalServer } from './temporal.ts';

/** The three servers that a whole migration needs. */
export interface Servers {
  readonly postgres: PostgresServer;
  readonly mongo: MongoServer;
  readonly temporal: TemporalServer;
  /** Ends them all; it does not matter whether some have ended already. */
  stop(): Promise<void>;
}

/**
 * Starts PostgreSQL, MongoDB (or its stand-in) and Temporal at the same time, making what is not there yet. They end
 * with this process, however it ends, and do not keep it alive.
 *
 * @throws {ServerMissing} when one cannot be had; the others are stopped then
 */
export async function startServers({ report = silent }: { readonly report?: Report } = {}): Promise<Servers> {
  const starting = [startPostgres({ report }), startMongo({ report }), startTemporal({ ui: true, report })] as const;
  try {
    const [postgres, mongo, temporal] = await Promise.all(starting);
    return {
      postgres,
      mongo,
      temporal,
      stop: async () => {
        await Promise.all([postgres.stop(), mongo.stop(), temporal.stop()]);
      },
    };
  } catch (error) {
    for (const server of await Promise.allSettled(starting)) {
      if (server.status === 'fulfilled') await server.value.stop();
    }
    throw error;
  }
}
