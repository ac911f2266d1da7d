/**
 * Applies the committed migrations to DATABASE_URL (environment or .env). `npx prisma migrate deploy` does the same where
 * Prisma may download its native engine; both read and write the same `_prisma_migrations`.
 */

import { parseArgs } from 'node:util';
import { config } from 'dotenv';
import { ConfigurationError, MigrationError } from '../engine/common/errors.ts';
import { wrongArguments } from '../engine/messages/commands/options.ts';
import { markedRolledBack, migrationsApplied, schemaCurrent } from '../engine/messages/commands/results.ts';
import { databaseUrlMissing } from '../engine/messages/engine/target.ts';
import { applyMigrations, markRolledBack } from './apply/apply-migrations.ts';

/** Exit codes: 0 done, 1 the target does not let it, 2 wrong usage or configuration. */
async function main(): Promise<number> {
  config({ quiet: true });
  const databaseUrl = process.env.DATABASE_URL;
  try {
    const rolledBack = readArguments();
    if (!databaseUrl) throw new ConfigurationError([databaseUrlMissing()]);
    if (rolledBack) {
      await markRolledBack(databaseUrl, rolledBack);
      console.log(markedRolledBack({ name: rolledBack }).text);
    }
    const { applied } = await applyMigrations(databaseUrl);
    console.log((applied.length > 0 ? migrationsApplied({ names: applied }) : schemaCurrent()).text);
    return 0;
  } catch (error) {
    if (!(error instanceof MigrationError)) throw error;
    console.error(error.message);
    return error instanceof ConfigurationError ? 2 : 1;
  }
}

/** The migration that `--rolled-back` names. @throws {ConfigurationError} on anything else on the command line */
function readArguments(): string | undefined {
  try {
    return parseArgs({ options: { 'rolled-back': { type: 'string' } } }).values['rolled-back'];
  } catch (error) {
    throw new ConfigurationError([wrongArguments({ why: (error as Error).message.replace(/\.$/, '') })]);
  }
}

process.exitCode = await main();
