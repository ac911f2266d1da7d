import { applyMigrations } from '../../../../prisma/apply/apply-migrations.ts';
import { readConfiguration, readEnvironment } from '../../../../worker/configuration.ts';
import { EXIT } from '../../exit-codes.ts';

/** `migrate-schema`: applies the committed migrations that the target has not seen. */
export async function migrateSchema(): Promise<number> {
  const { databaseUrl } = readConfiguration(readEnvironment(), { target: true });
  const { applied } = await applyMigrations(databaseUrl!);
  process.stdout.write(`${applied.length > 0 ? `Applied: ${applied.join(', ')}` : 'The schema is current.'}\n`);
  return EXIT.done;
}
