/**
 * Holds the servers of one run of the suite: `node dist/tests/support/jest/test-run.js <mark>`. It is a process of its own so
 * that it takes them down whatever becomes of Jest.
 *
 * Out: one line of JSON with the addresses; after standard input has ended, one line with the list of what the tests
 * left behind. Ending standard input is also how it ends when Jest is killed.
 */
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import pg from 'pg';
import { applyMigrations } from '../../../prisma/apply/apply-migrations.ts';
import { startServers } from '../../../scripts/servers/servers.ts';
import { leaksOf } from '../faults/leaks.ts';
import { urlOfDatabase } from '../servers/databases.ts';
import type { ServerAddresses } from '../servers/servers.ts';

const mark = process.argv[2] ?? '';
// A terminal's Ctrl-C reaches this process too; Jest's end is what counts.
process.on('SIGINT', () => {});
const inputEnded = once(process.stdin.resume(), 'end');

const servers = await startServers({ report: (line) => process.stderr.write(`${line}\n`) });
const templateDatabase = `template_${randomUUID().replaceAll('-', '')}`;
try {
  await onServer(`CREATE DATABASE ${templateDatabase}`);
  await applyMigrations(urlOfDatabase(servers.postgres.url, templateDatabase));
  tell({
    postgresUrl: servers.postgres.url,
    templateDatabase,
    mongoUrl: servers.mongo.url,
    temporalAddress: servers.temporal.address,
  } satisfies ServerAddresses);
  await inputEnded;
  tell(await leaksOf({ postgresUrl: servers.postgres.url, template: templateDatabase, mark }));
} finally {
  // Matters on a server that outlives the run.
  await onServer(`DROP DATABASE IF EXISTS ${templateDatabase} WITH (FORCE)`);
  await servers.stop();
}

async function onServer(statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: servers.postgres.url });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}

function tell(message: unknown): void {
  process.stdout.write(`${JSON.stringify(message)}\n`);
}
