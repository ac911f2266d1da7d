import { applyMigrations } from '../prisma/apply-migrations.ts';
import type { IsOpen } from './preflight.ts';
import { quoted } from './row-codec.ts';
import { readRuns } from './run.ts';
import type { Query } from './stage.ts';
import type { Target } from './target.ts';

/** A dry run's schema stands beside the real one in the same database. */
const PREFIX = 'mongo_to_prisma_dry_';

/** The schema of one workflow's dry run; the same for every attempt. */
export function scratchSchemaOf(workflowRunId: string): string {
  return `${PREFIX}${workflowRunId.replaceAll('-', '').slice(0, 12).toLowerCase()}`;
}

/** Makes the schema and applies the migrations to it; harmless when it is there. */
export async function createScratchSchema(databaseUrl: string, schema: string): Promise<void> {
  await applyMigrations(databaseUrl, { schema });
}

export async function dropScratchSchema(query: Query, schema: string): Promise<void> {
  if (!schema.startsWith(PREFIX)) throw new RangeError(`${schema} is no scratch schema`);
  await query(`DROP SCHEMA IF EXISTS ${quoted(schema)} CASCADE`, []);
}

/** The scratch schemas that are there, left over or in use. */
export async function listScratchSchemas(query: Query): Promise<string[]> {
  const rows = await query(`SELECT nspname FROM pg_namespace WHERE starts_with(nspname, $1) ORDER BY nspname`, [
    PREFIX,
  ]);
  return rows.map(([name]) => name!);
}

/**
 * Drops the scratch schemas that crashed dry runs left: those whose workflow is no longer open.
 * @returns the dropped ones.
 */
export async function dropLeftovers(
  target: (schema: string) => Target,
  own: string,
  isOpen: IsOpen,
  query: Query,
): Promise<string[]> {
  const dropped: string[] = [];
  for (const schema of await listScratchSchemas(query)) {
    if (schema === own || (await inUse(target(schema), isOpen))) continue;
    await dropScratchSchema(query, schema);
    dropped.push(schema);
  }
  return dropped;
}

/** A workflow that Temporal has forgotten is closed. A schema whose tables are not even there is a crash before the first step, or another one's first step. */
async function inUse(target: Target, isOpen: IsOpen): Promise<boolean> {
  const [row] = await target.query(`SELECT to_regclass($1) IS NOT NULL`, [`${quoted(target.schema)}.migration_run`]);
  if (row![0] !== 't') return false;
  for (const run of await readRuns(target.query)) if (run.lease && (await isOpen(run)) === true) return true;
  return false;
}
