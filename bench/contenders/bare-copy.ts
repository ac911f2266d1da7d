import { createReadStream, createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import pg from 'pg';
import { from, to } from 'pg-copy-streams';
import type { Plan } from '../../engine/plan/stage.ts';
import { tableOf } from '../../engine/plan/stage-tables.ts';
import { quoted } from '../../engine/target/row-codec.ts';

/** A table's rows in COPY's text format. */
interface CopyFile {
  readonly table: string;
  readonly path: string;
}

/** Every table that a migration fills, parents before children and the ID map last, with the column that orders it. */
export function filledTables(plan: Plan): { readonly table: string; readonly id: string }[] {
  const own = plan.stages.flatMap((stage) =>
    stage.tables.map(({ table }) => ({ table: tableOf(stage, table).table, id: 'id' })),
  );
  return [...own, { table: 'migration_id_map', id: 'prisma_id' }];
}

/** Writes all rows of a filled target, those of its ID map included, into files. */
export function copyOut(plan: Plan, databaseUrl: string, folder: string): Promise<CopyFile[]> {
  return connected(databaseUrl, async (client) => {
    const files: CopyFile[] = [];
    for (const { table } of filledTables(plan)) {
      const path = join(folder, `${table}.copy`);
      await pipeline(client.query(to(`COPY ${quoted(table)} TO STDOUT`)), createWriteStream(path));
      files.push({ table, path });
    }
    return files;
  });
}

/** Fills an empty target from files, one COPY a table, and answers the seconds that took. */
export function copyIn(databaseUrl: string, files: readonly CopyFile[]): Promise<number> {
  return connected(databaseUrl, async (client) => {
    const start = performance.now();
    for (const { table, path } of files) {
      const data = createReadStream(path, { highWaterMark: 1024 * 1024 });
      await pipeline(data, client.query(from(`COPY ${quoted(table)} FROM STDIN`)));
    }
    return (performance.now() - start) / 1000;
  });
}

async function connected<T>(databaseUrl: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
