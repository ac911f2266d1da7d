import { createHash } from 'node:crypto';
import { readDatabaseUrl } from '../../../prisma/connection/database-url.ts';
import { connectTarget, describeTarget, schemaOf } from '../../../prisma/connection/target.ts';
import type { Source } from '../../source/source.ts';
import { sourceWords } from '../../source/source-words.ts';
import { queryOf } from '../../target/client-query.ts';
import { readTargetFacts, type TargetFacts } from '../../target/target-identity.ts';

/** Which source and which target a worker is of, and the task queue that only workers of these poll. */
export interface Identity {
  readonly queue: string;
  /** Of the target alone. */
  readonly place: string;
  /** Both for people, without credentials. */
  readonly source: string;
  readonly target: string;
}

/** The same for every worker of the same source and target, before anything is written there. @throws SourceUnavailable, TargetUnavailable */
export async function identify(databaseUrl: string, source: Source): Promise<Identity> {
  const place = placeOf(databaseUrl, await readFacts(databaseUrl));
  const queue = `mongo-to-prisma-${shortHash([place, await source.fingerprint()])}`;
  return { queue, place, source: sourceWords(source.label), target: labelOf(databaseUrl) };
}

/** The target's own part of an identity. @param facts of the schema that DATABASE_URL names */
export function placeOf(databaseUrl: string, { system, database, schema }: TargetFacts): string {
  // Where nobody may read which cluster it is, the address stands in for it.
  return shortHash([system ?? addressOf(databaseUrl), database, schema]);
}

/** By a session of its own, so that nobody is found connected where a worker has only looked. @throws TargetUnavailable */
export async function readFacts(databaseUrl: string): Promise<TargetFacts> {
  const schema = schemaOf(databaseUrl);
  const client = await connectTarget(databaseUrl, schema);
  try {
    return await readTargetFacts(queryOf(client), schema, addressOf(databaseUrl));
  } finally {
    await client.end();
  }
}

/** Host and port, as the URL names them. */
export function addressOf(databaseUrl: string): string {
  const { host, port } = readDatabaseUrl(databaseUrl);
  return `${host}:${port}`;
}

/** The target for people. */
export function labelOf(databaseUrl: string): string {
  const schema = schemaOf(databaseUrl);
  return `${describeTarget(databaseUrl)}${schema === 'public' ? '' : `, schema ${schema}`}`;
}

function shortHash(parts: readonly string[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 16);
}
