import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageFolder } from '../../common/package-folder.ts';
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

function toolVersion(): string {
  return (JSON.parse(readFileSync(join(packageFolder(), 'package.json'), 'utf8')) as { version: string }).version;
}
