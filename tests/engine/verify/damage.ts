import type { Target } from '../../../engine/target/target.ts';

/** What is done to a target, and undone. */
export interface Damage {
  /** Does to the target what nobody may: without foreign keys in the way. */
  damage(...statements: string[]): Promise<unknown>;
  /** Gives the tables back what they held. */
  mend(): Promise<unknown>;
}

/** Keeps what tables hold, so that they can be damaged again and again. */
export async function keepTables({ query }: Pick<Target, 'query'>, tables: readonly string[]): Promise<Damage> {
  const all = (statementOf: (table: string) => string) => tables.map(statementOf).join(' ');
  await query(
    `DO $$ BEGIN CREATE SCHEMA kept; ${all((table) => `CREATE TABLE kept."${table}" AS TABLE "${table}";`)} END $$`,
    [],
  );
  const damage = (...statements: string[]) =>
    query(
      `DO $$ BEGIN SET LOCAL session_replication_role = replica; ${statements.map((sql) => `${sql};`).join(' ')} END $$`,
      [],
    );
  const mend = () =>
    damage(...tables.map((table) => `DELETE FROM "${table}"; INSERT INTO "${table}" TABLE kept."${table}"`));
  return { damage, mend };
}
