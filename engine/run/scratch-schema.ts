import { applyMigrations } from '../../prisma/apply/apply-migrations.ts';
import { connectTarget, targetError } from '../../prisma/connection/target.ts';
import type { Run } from '../state/run/run.ts';
import type { Query } from '../target/query.ts';
import { quoted } from '../target/row-codec.ts';
import type { Target } from '../target/target.ts';
import type { IsOpen } from './lease.ts';

/** A dry run's schema stands beside the real one in the same database. */
const PREFIX = 'mongo_to_prisma_dry_';

/** Whose dry run a schema is of. */
type Holder = Pick<Run, 'workflowId' | 'namespaceId'>;

/** The schema of one workflow's dry run; the same for every attempt. */
export function scratchSchemaOf(workflowRunId: string): string {
  return `${PREFIX}${workflowRunId.replaceAll('-', '').toLowerCase()}`;
}

/**
 * Makes the schema and applies the migrations to it; harmless when it is there. From its first moment on it says whose it
 * is, so that no other dry run takes it for a leftover before there is a run in it.
 */
export async function createScratchSchema(databaseUrl: string, schema: string, holder: Holder): Promise<void> {
  const { workflowId, namespaceId } = holder;
  const client = await connectTarget(databaseUrl, schema);
  try {
    await client.query(
      `BEGIN; CREATE SCHEMA IF NOT EXISTS ${quoted(schema)};
       COMMENT ON SCHEMA ${quoted(schema)} IS ${client.escapeLiteral(JSON.stringify({ workflowId, namespaceId }))}; COMMIT`,
    );
  } catch (error) {
    throw targetError(databaseUrl, error);
  } finally {
    await client.end();
  }
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

/** A workflow that Temporal has forgotten is closed. A schema without a run is in its first step, or a crash was. */
async function inUse(target: Target, isOpen: IsOpen): Promise<boolean> {
  const [row] = await target.query(`SELECT to_regclass($1) IS NOT NULL`, [`${quoted(target.schema)}.migration_run`]);
  const runs = row![0] === 't' ? await holdersIn(target) : [];
  const holders = runs.length > 0 ? runs.filter(({ lease }) => lease) : await makerOf(target);
  for (const holder of holders) if ((await isOpen(holder)) === true) return true;
  return false;
}

/** Read by themselves, since an older build may have made the schema. */
async function holdersIn({ query }: Target): Promise<(Holder & Pick<Run, 'lease'>)[]> {
  const rows = await query('SELECT workflow_id, namespace_id, lease FROM migration_run', []);
  return rows.map(([workflowId, namespaceId, lease]) => ({
    ...{ workflowId: workflowId!, namespaceId: namespaceId! },
    lease: lease !== null,
  }));
}

async function makerOf({ query, schema }: Target): Promise<Holder[]> {
  const [row] = await query(`SELECT obj_description(oid, 'pg_namespace') FROM pg_namespace WHERE nspname = $1`, [
    schema,
  ]);
  const comment = row?.[0] ?? null;
  return comment === null ? [] : [JSON.parse(comment) as Holder];
}
