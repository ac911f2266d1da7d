import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { applyMigrations } from '../../prisma/apply/apply-migrations.ts';
import { startPostgres } from '../../scripts/servers/postgres.ts';
import { urlOfDatabase } from '../support/servers/databases.ts';
import { announceServers } from '../support/servers/servers.ts';

/** Does work that needs databases, beside a PostgreSQL that is started for it. */
export async function withPostgres(work: () => Promise<void>): Promise<void> {
  const postgres = await startPostgres();
  try {
    const templateDatabase = `template_${randomUUID().replaceAll('-', '')}`;
    const client = new pg.Client({ connectionString: postgres.url });
    await client.connect();
    await client.query(`CREATE DATABASE ${templateDatabase}`);
    await client.end();
    await applyMigrations(urlOfDatabase(postgres.url, templateDatabase));
    announceServers({ postgresUrl: postgres.url, templateDatabase });
    await work();
  } finally {
    await postgres.stop();
  }
}
