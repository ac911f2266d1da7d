import { readFile } from 'node:fs/promises';
import { openSchemaEngine } from '../../../prisma/apply/schema-engine.ts';
import { openPool } from '../../../prisma/connection/target.ts';
import { readSchema } from '../../../prisma/model/read-schema.ts';
import type { TargetModel } from '../../../prisma/model/target-model.ts';

/** Makes the tables of a Prisma schema in an empty database as `prisma db push` does. @returns the target that it describes */
export async function pushSchema(databaseUrl: string, file: string): Promise<TargetModel> {
  const pool = openPool(databaseUrl, 'public');
  try {
    const engine = await openSchemaEngine(pool, 'public');
    try {
      const { stdout } = await engine.diff({
        from: { tag: 'empty' },
        to: { tag: 'schemaDatamodel', files: [{ path: file, content: await readFile(file, 'utf8') }] },
        script: true,
        exitCode: null,
        filters: { externalTables: [], externalEnums: [] },
      });
      await pool.query(stdout!);
    } finally {
      engine.free();
    }
  } finally {
    await pool.end();
  }
  return readSchema(file);
}
