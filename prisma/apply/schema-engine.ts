/**
 * Prisma's schema engine as WebAssembly: it applies and compares migrations through a plain PostgreSQL connection, where
 * the native engine would first have to be downloaded.
 */
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { PrismaPg } from '@prisma/adapter-pg';
import { bindMigrationAwareSqlAdapterFactory } from '@prisma/driver-adapter-utils';
import * as bindings from '@prisma/schema-engine-wasm/schema_engine_bg';
import type pg from 'pg';

export type SchemaEngine = bindings.SchemaEngine;

/** The part of the WebAssembly API that is used here; TypeScript declares it for browsers only. */
declare const WebAssembly: {
  compile(bytes: Uint8Array): Promise<object>;
  instantiate(module: object, imports: object): Promise<{ readonly exports: Readonly<Record<string, unknown>> }>;
};

/**
 * Prisma's adapter cuts a script at every semicolon and runs the pieces one by one on any of the pool's connections. Sent
 * whole, as the native engine does, it is one transaction: a migration that fails leaves nothing behind.
 */
class WholeScripts extends PrismaPg {
  override async connect() {
    const adapter = await super.connect();
    adapter.executeScript = async (sql) => {
      await adapter.executeRaw({ sql, args: [], argTypes: [] });
    };
    return adapter;
  }
}

let loaded: Promise<void> | undefined;

/** The engine never clears its timer for the advisory lock, which would keep a finished process alive for 10 s. */
const timer = (callback: () => void, milliseconds: number) => setTimeout(callback, milliseconds).unref();

async function load(): Promise<void> {
  // The package's own entry imports the .wasm file as a module, which Node cannot do without a flag.
  const folder = dirname(createRequire(import.meta.url).resolve('@prisma/schema-engine-wasm/schema_engine_bg'));
  const module = await WebAssembly.compile(await readFile(join(folder, 'schema_engine_bg.wasm')));
  const imports = Object.entries(bindings).map(([name, binding]) =>
    // The name ends in a hash of the build.
    name.startsWith('__wbg_setTimeout_') ? [name, timer] : [name, binding],
  );
  const instance = await WebAssembly.instantiate(module, { './schema_engine_bg.js': Object.fromEntries(imports) });
  bindings.__wbg_set_wasm(instance.exports);
  (instance.exports.__wbindgen_start as () => void)();
}

/**
 * Opens the engine on the pool's database. The pool's connections must have `schema` as their search_path; the pool stays
 * the caller's to end, and the engine's `free()` must come before that.
 *
 * @throws {Error} as `pg` does, when the database cannot be reached
 */
export async function openSchemaEngine(pool: pg.Pool, schema: string): Promise<SchemaEngine> {
  loaded ??= load();
  await loaded;
  const adapter = bindMigrationAwareSqlAdapterFactory(new WholeScripts(pool, { schema }));
  return bindings.SchemaEngine.new({ datamodels: undefined }, () => undefined, adapter);
}
