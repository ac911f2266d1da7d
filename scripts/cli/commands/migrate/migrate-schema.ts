import { applyMigrations } from '../../../../prisma/apply/apply-migrations.ts';
import { readConfiguration } from '../../../../worker/configuration.ts';
import { EXIT } from '../../exit-codes.ts';
import { io } from '../../io.ts';

/** `migrate-schema`: applies the committed migrations that the target has not seen. */
export async function migrateSchema(): Promise<number> {
  const { databaseUrl } = readConfiguration(io().environment(), { target: true });
  const { applied } = await applyMigrations(databaseUrl!);
  io().out.write(`${applied.length > 0 ? `Applied: ${applied.join(', ')}` : 'The schema is current.'}\n`);
  return EXIT.done;
}
