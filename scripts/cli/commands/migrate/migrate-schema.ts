import { migrationsApplied, schemaCurrent } from '../../../../engine/messages/commands/results.ts';
import { applyMigrations } from '../../../../prisma/apply/apply-migrations.ts';
import { readConfiguration } from '../../../../worker/configuration.ts';
import { EXIT } from '../../exit-codes.ts';
import { io } from '../../io.ts';

/** `migrate-schema`: applies the committed migrations that the target has not seen. */
export async function migrateSchema(): Promise<number> {
  const { databaseUrl } = readConfiguration(io().environment(), { target: true });
  const { applied } = await applyMigrations(databaseUrl!);
  io().out.write(`${(applied.length > 0 ? migrationsApplied({ names: applied }) : schemaCurrent()).text}\n`);
  return EXIT.done;
}
