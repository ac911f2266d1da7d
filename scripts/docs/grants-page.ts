import { quoted } from '../../engine/row-codec.ts';
import type { Plan } from '../../engine/stage.ts';

/** What a worker does to each of the side tables; only `finalize`, by their owner, drops them. */
const SIDE_TABLES: Readonly<Record<string, string>> = {
  migration_run: 'SELECT, INSERT, UPDATE',
  migration_partition: 'SELECT, INSERT, UPDATE, DELETE',
  migration_id_map: 'SELECT, INSERT, UPDATE, DELETE',
  migration_quarantine: 'SELECT, INSERT, UPDATE, DELETE',
  migration_finding: 'SELECT, INSERT, DELETE',
  migration_leftover: 'SELECT, INSERT, DELETE',
  migration_change: 'SELECT, INSERT, UPDATE, DELETE',
};

/** Tables whose ids come from a sequence. */
const NUMBERED = ['migration_quarantine', 'migration_finding', 'migration_leftover'];

const HEAD = `-- Written by \`npm run docs\`; changes made here are lost.
--
-- All that a worker needs in the target, and nothing else. Run it as the tables' owner, after \`npm run migrate:schema\`:
--   psql "$OWNER_URL" -v role=mongo_to_prisma -v schema=public -f docs/grants.sql
-- The role itself: CREATE ROLE mongo_to_prisma LOGIN PASSWORD '…';
-- A dry run makes a schema of its own, and needs one right more: GRANT CREATE ON DATABASE … TO mongo_to_prisma;
\\set ON_ERROR_STOP on
SET search_path = :"schema";

GRANT USAGE ON SCHEMA :"schema" TO :"role";
GRANT SELECT ON "_prisma_migrations" TO :"role";
`;

/** docs/grants.sql: rows of the plan's tables are inserted, read again, changed where their document has changed, and deleted by a rollback. */
export function grantsPage(plan: Plan): string {
  const tables = plan.stages.flatMap((stage) => stage.tables.map(({ table }) => quoted(table)));
  const lines = [
    `GRANT SELECT, INSERT, UPDATE, DELETE ON\n  ${tables.join(',\n  ')}\nTO :"role";`,
    ...Object.entries(SIDE_TABLES).map(([table, rights]) => `GRANT ${rights} ON ${table} TO :"role";`),
    ...NUMBERED.map((table) => `GRANT USAGE ON SEQUENCE ${table}_id_seq TO :"role";`),
  ];
  return `${HEAD}\n${lines.join('\n')}\n`;
}
