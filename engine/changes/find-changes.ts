import { byteaText, bytesOfBytea } from '../bytea.ts';
import type { LegacyKey } from '../legacy-key.ts';
import { noteChanges } from '../reconcile/changes.ts';
import { keyName, readHeld } from '../reconcile/held-documents.ts';
import { sourceHash } from '../row-codec.ts';
import type { Source } from '../source/source.ts';
import type { Query, Stage } from '../stage.ts';
import type { Target } from '../target.ts';

/** By the source's own feed of changes, or by comparing all documents with what was moved. */
export type How = 'feed' | 'fingerprint';

interface Context {
  readonly stage: Stage;
  readonly source: Source;
  readonly target: Target;
}

const PAGE = 500;

/** Compares every document of a stage with the hash that it was moved with, and notes those that differ, are new or gone. */
export async function findChanges(
  context: Context,
  runId: string,
  signal: AbortSignal,
  onProgress: (examined: number) => void,
): Promise<{ found: number; examined: number }> {
  const { stage, source } = context;
  const seen = new Set<string>();
  let page: LegacyKey[] = [];
  let found = 0;
  const finish = async () => {
    found += await compare(context, runId, page);
    onProgress(seen.size);
    page = [];
  };
  for await (const key of source.scanKeys(stage.collection)) {
    signal.throwIfAborted();
    seen.add(keyName(key));
    if (page.push(key) === PAGE) await finish();
  }
  await finish();
  const gone = (await knownKeys(context.target.query, stage, runId)).filter((key) => !seen.has(keyName(key)));
  return { found: found + (await note(context, runId, gone)), examined: seen.size };
}

async function compare(context: Context, runId: string, keys: readonly LegacyKey[]): Promise<number> {
  const { stage, source, target } = context;
  const held = await readHeld(target.query, stage, runId, keys);
  const raws = await source.readByKeys(stage.collection, keys);
  const kept = await keptHashes(context, runId, keys);
  const known = (key: LegacyKey) => kept.get(keyName(key)) ?? held.get(keyName(key))!.sourceHash;
  const differing = raws.filter(({ key, bytes }) => known(key) !== byteaText(sourceHash(bytes)));
  return note(
    context,
    runId,
    differing.map(({ key }) => key),
  );
}

/** Of documents in quarantine. */
async function keptHashes({ stage, target }: Context, runId: string, keys: readonly LegacyKey[]) {
  const rows = await target.query(
    `SELECT legacy_key, document FROM migration_quarantine
     WHERE run_id = $1::uuid AND stage = $2 AND state IN ('open', 'skipped')
       AND legacy_key IN (SELECT value::bytea FROM unnest($3::text[]) AS value)`,
    [runId, stage.name, keys.map(byteaText)],
  );
  return new Map(
    rows.map(([key, document]) => [keyName(bytesOfBytea(key!)), byteaText(sourceHash(bytesOfBytea(document!)))]),
  );
}

async function note({ stage, target }: Context, runId: string, keys: readonly LegacyKey[]): Promise<number> {
  if (keys.length === 0) return 0;
  return target.transaction((execute) => noteChanges(execute, runId, stage.name, keys, 'found', 'verification'));
}

async function knownKeys(query: Query, stage: Stage, runId: string): Promise<LegacyKey[]> {
  const rows = await query(
    `SELECT legacy_key FROM migration_id_map WHERE collection = $1 AND parent_key = ''::bytea
     UNION SELECT legacy_key FROM migration_quarantine WHERE run_id = $3::uuid AND stage = $2 AND state <> 'resolved'`,
    [stage.idCollection, stage.name, runId],
  );
  return rows.map(([key]) => bytesOfBytea(key!));
}
