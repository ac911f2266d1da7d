import { execFile } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { PrismaPg } from '@prisma/adapter-pg';
import { tsImport } from 'tsx/esm/api';
import { readDatabaseUrl } from '../../prisma/connection/database-url.ts';
import type { PrismaClient } from '../../prisma/generated/client/client.ts';
import { projectFolder } from '../../scripts/servers/project.ts';

/** Opens the client that people would have, on a target. */
export type OpenClient = (databaseUrl: string) => PrismaClient;

const OWN_COMPILER = /compilerBuild\s*=\s*"small"/;

/**
 * Generates, into `bench/generated`, the client of the same models with the query compiler that Prisma takes by default,
 * which is the fast one: rivals are not to be slower for what spares a worker's memory.
 */
export async function rivalClient(): Promise<OpenClient> {
  const folder = join(projectFolder, 'bench', 'generated');
  const schema = await readFile(join(projectFolder, 'prisma', 'schema.prisma'), 'utf8');
  if (!OWN_COMPILER.test(schema)) throw new Error('prisma/schema.prisma names no small query compiler any more.');
  await mkdir(folder, { recursive: true });
  await writeFile(
    join(folder, 'schema.prisma'),
    schema.replace(OWN_COMPILER, 'compilerBuild = "fast"').replace('./generated/client', './client'),
  );
  const cli = join(projectFolder, 'node_modules', 'prisma', 'build', 'index.js');
  const wanted = ['--schema', join(folder, 'schema.prisma'), '--generator', 'client', '--no-hints'];
  await promisify(execFile)(process.execPath, [cli, 'generate', ...wanted], {
    cwd: projectFolder,
    // Generating needs no schema engine, but Prisma downloads one unless it is told of an executable; any does.
    env: { ...process.env, PRISMA_SCHEMA_ENGINE_BINARY: process.execPath, PRISMA_HIDE_UPDATE_MESSAGE: '1' },
  });
  // What is generated is no part of what was compiled.
  const { PrismaClient: Client } = (await tsImport(
    join(folder, 'client', 'client.ts'),
    import.meta.url,
  )) as typeof import('../../prisma/generated/client/client.ts');
  return (databaseUrl) => {
    const { url, schema: name } = readDatabaseUrl(databaseUrl);
    return new Client({ adapter: new PrismaPg({ connectionString: url, max: 4 }, { schema: name }) });
  };
}
