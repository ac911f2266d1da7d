import type pg from 'pg';
import { BackupUnfit } from '../../engine/common/errors.ts';
import type { Message } from '../../engine/messages/message.ts';
import {
  restoredDiffers,
  tableAltered,
  tableMissing,
  tableRows,
  tableUnexpected,
} from '../../engine/messages/operations/backup.ts';
import { tableChecksum } from '../../engine/report/facts/checksums.ts';
import { queryOf } from '../../engine/target/client-query.ts';
import type { PostgresBackup } from './manifest.ts';

/** What a checksum of rows depends on beside the rows. */
const PLAIN_TEXTS = `SELECT set_config('TimeZone', 'UTC', false), set_config('DateStyle', 'ISO', false),
  set_config('bytea_output', 'hex', false), set_config('extra_float_digits', '1', false),
  set_config('IntervalStyle', 'postgres', false)`;

/** Rows and checksum of each of these tables, as they are in the client's transaction. */
export async function tableFacts(client: pg.Client, tables: readonly string[]): Promise<PostgresBackup['tables']> {
  await client.query(PLAIN_TEXTS);
  const facts: Record<string, { rows: number; checksum: string }> = {};
  for (const table of tables) {
    const { rows, checksum } = await tableChecksum(queryOf(client), {
      table,
      relation: client.escapeIdentifier(table),
    });
    facts[table] = { rows, checksum };
  }
  return facts;
}

/** @throws BackupUnfit naming the first of some differences, when there are any */
export function refuseDifferences(differences: readonly Message[]): void {
  if (differences.length === 0) return;
  throw new BackupUnfit(restoredDiffers({ differences: differences.slice(0, 5) }));
}

/** The tables in which two states differ, a message each. */
export function differencesOf(expected: PostgresBackup['tables'], found: PostgresBackup['tables']): Message[] {
  const names = [...new Set([...Object.keys(expected), ...Object.keys(found)])].sort();
  return names.flatMap((name) => {
    const [due, is] = [expected[name], found[name]];
    if (due === undefined) return [tableUnexpected({ table: name })];
    if (is === undefined) return [tableMissing({ table: name })];
    if (due.rows !== is.rows) return [tableRows({ table: name, rows: is.rows, expected: due.rows })];
    return due.checksum === is.checksum ? [] : [tableAltered({ table: name })];
  });
}
