import { parts } from '../../common/parts.ts';
import { keyName, showKey } from '../../document/legacy-key.ts';
import { claimsOf, uniqueKeys } from '../../plan/columns/unique-keys.ts';
import { codecOf } from '../../plan/stage-tables.ts';
import type { RawDocument } from '../../source/source.ts';
import type { Moved } from '../../state/documents/outcome.ts';
import { bytesOfBytea } from '../../target/bytea.ts';
import { unhurried } from '../../target/long-read.ts';
import { suffixedClaims } from '../../transform/duplicate-suffix.ts';
import { type PrepareContext, prepareBatch } from '../../transform/prepare-batch.ts';
import { type Contender, wishesOf } from './contenders.ts';

/** The documents of a run and stage that a unique constraint turned away. */
export async function readWaiting(context: PrepareContext, runId: string): Promise<Contender[]> {
  const rows = await unhurried(context.target)(
    `SELECT legacy_key, document FROM migration_quarantine
     WHERE run_id = $1::uuid AND stage = $2 AND state = 'contested'`,
    [runId, context.stage.name],
  );
  const raws = rows.map(([key, document]) => ({ key: bytesOfBytea(key!), bytes: bytesOfBytea(document!) }));
  const outcomes = await prepareAll(context, raws);
  return outcomes.map((moved) => ({
    name: keyName(moved.raw.key),
    key: moved.raw.key,
    shown: showKey(moved.raw.key),
    claims: claimsOf(context.stage, rootRow(context, moved)),
    suffixed: suffixedClaims(context.stage, moved.raw.key, rootRow(context, moved)),
    place: 'waiting',
  }));
}

const PAGE = 500;

export async function prepareAll(context: PrepareContext, raws: readonly RawDocument[]): Promise<Moved[]> {
  const moved: Moved[] = [];
  for (const page of parts(raws, PAGE)) {
    const outcomes = await prepareBatch({ ...context, skipExisting: false }, page);
    moved.push(...outcomes.filter((outcome) => outcome.kind === 'moved'));
  }
  return moved;
}

const rootRow = (context: PrepareContext, moved: Moved) => moved.rows.get(context.stage.tables[0]!.table)!.at(0)!;

/**
 * The rows that hold a value which a waiting document wants, or which one of these holders could come to want.
 * @param runId the run whose rows can yield to others; null: every document's can
 */
export async function readHolders(
  context: PrepareContext,
  runId: string | null,
  waiting: readonly Contender[],
): Promise<Contender[]> {
  const holders = new Map<string, Contender>();
  const asked = new Set<string>();
  let wanted = new Set(waiting.flatMap(wishesOf));
  while (wanted.size > 0) {
    const more = await readHoldersOf(context, runId, wanted);
    for (const claim of wanted) asked.add(claim);
    for (const [id, holder] of more) holders.set(id, holder);
    const next = [...more.values()].flatMap(({ suffixed }) => [...suffixed.values()]);
    wanted = new Set(next.filter((claim) => !asked.has(claim)));
  }
  return [...holders.values()];
}

async function readHoldersOf(
  { stage, target }: PrepareContext,
  runId: string | null,
  wanted: ReadonlySet<string>,
): Promise<Map<string, Contender>> {
  const codec = codecOf(stage, stage.tables[0]!.table);
  const holders = new Map<string, Contender>();
  for (const unique of uniqueKeys(stage)) {
    const values = [...wanted].filter((claim) => claim.startsWith(`${unique.constraint}:`));
    const texts = values.map((claim) => JSON.parse(`[${claim.slice(unique.constraint.length + 1)}]`) as unknown[]);
    if (texts.length === 0) continue;
    // The columns’ texts are compared, which no index has.
    const rows = await unhurried(target)(
      `SELECT held.${codec.id}, map.legacy_key, map.run_id, ${codec.selectList}
       FROM ${codec.relation} AS held LEFT JOIN migration_id_map AS map ON map.prisma_id = held.${codec.id}
       WHERE (${unique.columns.map((column) => `${column}::text`).join(', ')}) IN (SELECT ${unique.columns.map((_, i) => `value ->> ${i}`).join(', ')} FROM json_array_elements($1::json) AS value)`,
      [JSON.stringify(texts)],
    );
    for (const [id, key, run, ...values] of rows) {
      const legacyKey = key === null || key === undefined ? null : bytesOfBytea(key);
      const row = codec.decodeRow(values);
      const isOurs = legacyKey !== null && (runId === null || run === runId);
      holders.set(id!, {
        name: legacyKey?.toString('latin1') ?? id!,
        key: legacyKey,
        shown: legacyKey === null ? id! : showKey(legacyKey),
        claims: claimsOf(stage, row),
        suffixed: isOurs ? suffixedClaims(stage, legacyKey, row) : new Map(),
        place: isOurs ? 'holding' : 'fixed',
      });
    }
  }
  return holders;
}
