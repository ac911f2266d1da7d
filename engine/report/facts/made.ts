import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Query } from '../../target/query.ts';

/** When and by what a report's facts were read. */
export interface Made {
  readonly at: string;
  /** This tool's version, Node's and PostgreSQL's. */
  readonly tool: string;
  readonly node: string;
  readonly postgres: string;
}

export async function madeNow(query: Query): Promise<Made> {
  const [row] = await query(`SELECT current_setting('server_version')`, []);
  return { at: new Date().toISOString(), tool: toolVersion(), node: process.versions.node, postgres: row![0]! };
}

/** From the sources as well as from the compiled `dist`. */
function toolVersion(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, 'package.json'))) folder = dirname(folder);
  return (JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { version: string }).version;
}
