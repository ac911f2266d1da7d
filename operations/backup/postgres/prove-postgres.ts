import { join } from 'node:path';
import { BackupUnfit } from '../../../engine/common/errors.ts';
import { backupRows } from '../../../engine/messages/operations/backup.ts';
import { requireFile, unpack } from '../backup-file.ts';
import { fileOfTable } from '../copy-files.ts';
import type { PostgresBackup } from '../manifest.ts';
import { runProgram } from '../programs/programs.ts';

/**
 * Proves a backup of the target: every file is the one that was written, and the rows of each table, read back from it,
 * are as many as PostgreSQL counted in the snapshot.
 * @throws BackupUnfit
 */
export async function provePostgres(folder: string, { files, form, schema, tables }: PostgresBackup): Promise<void> {
  for (const file of files) await requireFile(folder, file);
  const counted =
    form === 'copy'
      ? await rowsOfCopies(folder, Object.keys(tables))
      : await rowsOfDump(folder, files[0]!.name, schema);
  for (const [table, { rows }] of Object.entries(tables)) {
    const found = counted.get(table) ?? 0;
    if (found !== rows) throw new BackupUnfit(backupRows({ rows: found, table, expected: rows }));
  }
}

const NEWLINE = 0x0a;

/** In COPY's text format a row is a line: newlines in values are written as \n. */
async function rowsOfCopies(folder: string, tables: readonly string[]): Promise<Map<string, number>> {
  const counts = new Map<string, number>();
  for (const table of tables) {
    let rows = 0;
    for await (const chunk of unpack(folder, fileOfTable(table))) rows += newlines(chunk as Buffer);
    counts.set(table, rows);
  }
  return counts;
}

function newlines(chunk: Buffer): number {
  let count = 0;
  for (let at = chunk.indexOf(NEWLINE); at >= 0; at = chunk.indexOf(NEWLINE, at + 1)) count += 1;
  return count;
}

/** pg_restore writes each table's rows as a COPY statement, its rows, and a line with \. at the end. */
async function rowsOfDump(folder: string, name: string, schema: string): Promise<Map<string, number>> {
  await runProgram('pg_restore', ['--list', join(folder, name)]);
  const counts = new Map<string, number>();
  let table: string | null = null;
  let rest = '';
  const onOutput = (chunk: Buffer) => {
    const lines = (rest + chunk.toString('latin1')).split('\n');
    rest = lines.pop()!;
    for (const line of lines) {
      if (table === null) table = tableOfCopy(line);
      else if (line === '\\.') table = null;
      else counts.set(table, (counts.get(table) ?? 0) + 1);
    }
  };
  await runProgram('pg_restore', ['--data-only', '--file=-', join(folder, name)], { onOutput });
  const prefix = `${schema}.`;
  const own = [...counts].filter(([place]) => place.startsWith(prefix));
  return new Map(own.map(([place, rows]) => [place.slice(prefix.length), rows]));
}

const IDENTIFIER = /"((?:[^"]|"")*)"|([^\s".(]+)/.source;
const COPY = new RegExp(`^COPY (?:${IDENTIFIER})\\.(?:${IDENTIFIER}) \\(.*\\) FROM stdin;$`);

/** `schema.table` of a line such as `COPY public."User" (id, name) FROM stdin;`, its bytes taken for Latin-1. */
function tableOfCopy(line: string): string | null {
  const found = COPY.exec(line);
  if (found === null) return null;
  const [, quotedSchema, schema, quotedTable, table] = found;
  const name = `${quotedSchema?.replaceAll('""', '"') ?? schema}.${quotedTable?.replaceAll('""', '"') ?? table}`;
  return Buffer.from(name, 'latin1').toString('utf8');
}
