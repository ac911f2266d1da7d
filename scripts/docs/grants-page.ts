import type { Plan } from '../../engine/plan/stage.ts';
import { tableOf } from '../../engine/plan/stage-tables.ts';
import { quoted } from '../../engine/target/row-codec.ts';
import type { Table } from '../../prisma/model/target-model.ts';

/** What a worker or a command is there for; each needs a role of its own. */
interface Purpose {
  readonly name: string;
  readonly about: string;
  /** Rights to the tables that the plan fills. */
  readonly platform: string;
  /** Rights to a side table, by its name. */
  readonly side: (table: string) => string;
}

/** Runs are recorded forever: only `finalize`, run by the owner, removes them. */
const kept = (table: string) =>
  table === 'migration_run' ? 'SELECT, INSERT, UPDATE' : 'SELECT, INSERT, UPDATE, DELETE';
/** Where a monitoring keeps its notes, and what is written along with every note. */
const NOTES = ['facts', 'written_at', 'marks'];
const readOnly = () => 'SELECT';

const PURPOSES: readonly Purpose[] = [
  {
    name: 'run',
    about: 'Runs, retries, rollbacks and reports: rows are inserted, read back and deleted, but not changed.',
    platform: 'SELECT, INSERT, DELETE',
    side: kept,
  },
  {
    name: 'reconcile',
    about: 'Reconciliations, and runs with --maintenance switch: rows are also changed.',
    platform: 'SELECT, INSERT, UPDATE, DELETE',
    side: kept,
  },
  {
    name: 'verify',
    about:
      'Commands that compare and report: verify, spot-check, smoke-test, quarantine list, id-map export. Nothing is written.',
    platform: 'SELECT',
    side: readOnly,
  },
  {
    name: 'monitor',
    about: 'The worker of a monitoring: it writes only its own notes in the run’s row.',
    platform: 'SELECT',
    side: (table) => (table === 'migration_run' ? `SELECT, UPDATE (${NOTES.join(', ')})` : 'SELECT'),
  },
];

const HEAD = `-- Written by \`npm run docs\`; changes made here are lost.
--
-- What a role needs in the target for one purpose, and nothing else. Run it as the tables' owner, after \`npm run migrate:schema\`,
-- once for each role, with its purpose: run, reconcile, verify or monitor.
--   psql "$OWNER_URL" -v role=mongo_to_prisma -v schema=public -v run=yes -f docs/grants.sql
-- The role itself: CREATE ROLE mongo_to_prisma LOGIN PASSWORD '…';
-- A dry run creates a schema, which needs one more right: GRANT CREATE ON DATABASE … TO mongo_to_prisma;
\\set ON_ERROR_STOP on
SET search_path = :"schema";
`;

const COMMON = `GRANT USAGE ON SCHEMA :"schema" TO :"role";
GRANT SELECT ON "_prisma_migrations" TO :"role";`;

/** docs/grants.sql: a part for each purpose. Which tables there are follows from the plan and from the schema. */
export function grantsPage(plan: Plan): string {
  const platform: string[] = plan.stages.flatMap((stage) =>
    stage.tables.map(({ table }) => tableOf(stage, table).table),
  );
  const side = Object.values(plan.target.tables).filter(({ table }) => !platform.includes(table));
  const parts = PURPOSES.map((purpose, i) => {
    const lines = [
      `\\${i === 0 ? 'if' : 'elif'} :{?${purpose.name}}`,
      `-- ${purpose.about}`,
      COMMON,
      `GRANT ${purpose.platform} ON\n  ${platform.map(quoted).join(',\n  ')}\nTO :"role";`,
      ...side.map(({ table }) => `GRANT ${purpose.side(table)} ON ${table} TO :"role";`),
      ...(purpose.side === kept ? sequencesOf(side).map((name) => `GRANT USAGE ON SEQUENCE ${name} TO :"role";`) : []),
    ];
    return lines.join('\n');
  });
  const names = PURPOSES.map(({ name }) => `-v ${name}=yes`).join(', ');
  return `${HEAD}\n${parts.join('\n\n')}\n\n\\else\n\\warn 'Nothing was granted. Name a purpose:' '${names}'\n\\endif\n`;
}

/** Rows of some side tables are numbered by the database. */
function sequencesOf(side: readonly Table[]): string[] {
  return side.flatMap(({ table, columns }) =>
    columns.filter(({ serial }) => serial).map(({ column }) => `${table}_${column}_seq`),
  );
}
