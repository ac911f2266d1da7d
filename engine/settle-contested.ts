import { byteaText, bytesOfBytea } from './bytea.ts';
import {
  advance,
  type Counters,
  claimPartition,
  type Fence,
  insertPartitions,
  NO_COUNTERS,
  type PartitionRef,
} from './checkpoint.ts';
import { deleteDocuments } from './delete-documents.ts';
import { SourceUnfit } from './errors.ts';
import type { Finding } from './finding.ts';
import { insertFindings, type Noted } from './findings.ts';
import { compareKeys, type LegacyKey, showKey } from './legacy-key.ts';
import type { Moved, Refused } from './outcome.ts';
import { type PrepareContext, prepareBatch } from './prepare-batch.ts';
import { insertQuarantine, noteTried, resolveDeparted } from './quarantine.ts';
import { quoted, tableCodec } from './row-codec.ts';
import type { RawDocument, Source } from './source/source.ts';
import { databaseRefusal, type Execute } from './target.ts';
import { claimsOf, uniqueKeys } from './unique-keys.ts';
import { insertMoved } from './write-batch.ts';

/** The stage name under which a stage's settlement keeps its counters and its fence. */
export const settlementOf = (stage: string) => `settle:${stage}`;

/** A document that wants unique values, whether its row is in the table or not. */
interface Contender {
  readonly name: string;
  readonly key: LegacyKey | null;
  /** What is shown for it: its legacy id, or the row's id when it is nobody's document. */
  readonly shown: string;
  readonly claims: readonly string[];
  /** `waiting` in quarantine, `holding` a row of this run, or `fixed`: a row that is not this run's to move. */
  readonly place: 'waiting' | 'holding' | 'fixed';
}

type Context = PrepareContext & { readonly source: Source };

/**
 * Settles the documents that a unique constraint turned away: of every group that wants the same values, the outcome
 * is the one that inserting in `_id` order would have had, whoever was written first. The winner's rows take the
 * loser's place in one transaction; losers go to quarantine as `duplicate`, naming the winner.
 * @param signal ends it between two groups; called again, it goes on with those that are left
 * @returns how many documents were settled.
 */
export async function settleContested(
  context: Context,
  runId: string,
  fence: Fence,
  signal?: AbortSignal,
): Promise<number> {
  const at: PartitionRef = { runId, stage: settlementOf(context.stage.name), partition: 0 };
  const waiting = await readWaiting(context, runId);
  await insertPartitions(context.target, runId, at.stage, [
    { selection: { type: 'null', after: null, upTo: null }, total: waiting.length },
  ]);
  const checkpoint = await claimPartition(context.target, at, fence);
  if (checkpoint.done) return 0;
  let counters = checkpoint.counters;
  const contenders = [...waiting, ...(await readHolders(context, runId, waiting))];
  for (const group of groupsOf(contenders)) {
    signal?.throwIfAborted();
    counters = await settleUnhindered(context, at, fence, group, counters);
  }
  const alike = await readAlike(context);
  if (alike.length > 0) counters = { ...counters, findings: { ...counters.findings, notNormalised: alike.length } };
  await context.target.transaction(async (execute) => {
    await advance(execute, at, fence, { from: null, lastKey: null, counters, samples: [], done: true });
    await deleteAlike(execute, runId, context.stage.name);
    await insertFindings(execute, runId, context.stage.name, alike);
    await resolveDeparted(execute, runId, context.stage.name);
  });
  return waiting.length;
}

/** Documents whose unique text differs from another's in its Unicode normal form only: told on both. */
async function readAlike({ stage, target }: Context): Promise<Noted<Finding>[]> {
  const table = quoted(stage.tables[0]!.table);
  const noted: Noted<Finding>[] = [];
  for (const { path, column } of stage.normalised) {
    const rows = await target.query(
      `SELECT map.legacy_key FROM ${table} AS held JOIN migration_id_map AS map ON map.prisma_id = held.id
       WHERE normalize(held.${quoted(column)}, NFC) IN (
         SELECT normalize(${quoted(column)}, NFC) FROM ${table} GROUP BY 1 HAVING count(*) > 1)`,
      [],
    );
    for (const [key] of rows) noted.push({ key: bytesOfBytea(key!), noted: [{ path, code: 'notNormalised' }] });
  }
  return noted;
}

/** Those that an earlier settlement of this run has told: it is settled again after a retry. */
function deleteAlike(execute: Execute, runId: string, stage: string): Promise<number> {
  return execute(
    `DELETE FROM migration_finding WHERE run_id = $1::text::uuid AND stage = $2 AND code = 'notNormalised'`,
    runId,
    stage,
  );
}

async function readWaiting(context: Context, runId: string): Promise<Contender[]> {
  const rows = await context.target.query(
    `SELECT legacy_key, document FROM migration_quarantine
     WHERE run_id = $1::uuid AND stage = $2 AND state = 'contested'`,
    [runId, context.stage.name],
  );
  const raws = rows.map(([key, document]) => ({ key: bytesOfBytea(key!), bytes: bytesOfBytea(document!) }));
  const outcomes = await prepareAll(context, raws);
  return outcomes.map((moved) => ({
    name: moved.raw.key.toString('latin1'),
    key: moved.raw.key,
    shown: showKey(moved.raw.key),
    claims: claimsOf(context.stage, rootRow(context, moved)),
    place: 'waiting',
  }));
}

const PAGE = 500;

async function prepareAll(context: Context, raws: readonly RawDocument[]): Promise<Moved[]> {
  const moved: Moved[] = [];
  for (let from = 0; from < raws.length; from += PAGE) {
    const outcomes = await prepareBatch({ ...context, skipExisting: false }, raws.slice(from, from + PAGE));
    moved.push(...outcomes.filter((outcome) => outcome.kind === 'moved'));
  }
  return moved;
}

const rootRow = (context: Context, moved: Moved) => moved.rows.get(context.stage.tables[0]!.table)![0]!;

/** The rows that hold a value which a waiting document wants. */
async function readHolders(context: Context, runId: string, waiting: readonly Contender[]): Promise<Contender[]> {
  const { stage, target } = context;
  const codec = tableCodec(stage.tables[0]!.table);
  const wanted = new Set(waiting.flatMap(({ claims }) => claims));
  const holders = new Map<string, Contender>();
  for (const unique of uniqueKeys(stage)) {
    const values = [...wanted].filter((claim) => claim.startsWith(`${unique.constraint}:`));
    const texts = values.map((claim) => JSON.parse(`[${claim.slice(unique.constraint.length + 1)}]`) as unknown[]);
    if (texts.length === 0) continue;
    const rows = await target.query(
      `SELECT held.id, map.legacy_key, map.run_id, ${codec.selectList}
       FROM ${quoted(codec.table)} AS held LEFT JOIN migration_id_map AS map ON map.prisma_id = held.id
       WHERE (${unique.columns.map((column) => `${column}::text`).join(', ')}) IN (SELECT ${unique.columns.map((_, i) => `value ->> ${i}`).join(', ')} FROM json_array_elements($1::json) AS value)`,
      [JSON.stringify(texts)],
    );
    for (const [id, key, run, ...values] of rows) {
      const legacyKey = key === null || key === undefined ? null : bytesOfBytea(key);
      holders.set(id!, {
        name: legacyKey?.toString('latin1') ?? id!,
        key: legacyKey,
        shown: legacyKey === null ? id! : showKey(legacyKey),
        claims: claimsOf(stage, codec.decodeRow(values)),
        place: legacyKey !== null && run === runId ? 'holding' : 'fixed',
      });
    }
  }
  return [...holders.values()];
}

/** Contenders that are linked by common claims, however indirectly. */
function groupsOf(contenders: readonly Contender[]): Contender[][] {
  const groupOf = new Map<string, Contender[]>();
  const groups = new Set<Contender[]>();
  for (const contender of contenders) {
    const linked = new Set(contender.claims.map((claim) => groupOf.get(claim)).filter((group) => group !== undefined));
    const merged = [contender, ...[...linked].flat()];
    for (const group of linked) groups.delete(group);
    groups.add(merged);
    for (const member of merged) for (const claim of member.claims) groupOf.set(claim, merged);
  }
  return [...groups].filter((group) => group.some(({ place }) => place === 'waiting'));
}

/** Who moves and who yields, and to whom: what inserting the group in `_id` order would have given. */
function decide(group: readonly Contender[]): { winners: Contender[]; losers: Map<Contender, Contender> } {
  const sorted = [...group].sort(
    (a, b) => Number(b.place === 'fixed') - Number(a.place === 'fixed') || compareKeys(a.key!, b.key!),
  );
  const taken = new Map<string, Contender>();
  const winners: Contender[] = [];
  const losers = new Map<Contender, Contender>();
  for (const contender of sorted) {
    const holder = contender.claims.map((claim) => taken.get(claim)).find((found) => found !== undefined);
    if (holder !== undefined && contender.place !== 'fixed') {
      losers.set(contender, holder);
      continue;
    }
    winners.push(contender);
    for (const claim of contender.claims) taken.set(claim, contender);
  }
  return { winners, losers };
}

/**
 * After a retry, rows of later stages may refer to a document that should yield to one with a lower `_id`: it stays
 * then, as if it had been there before this run. SQLSTATE foreign_key_violation and restrict_violation.
 */
async function settleUnhindered(
  context: Context,
  at: PartitionRef,
  fence: Fence,
  group: readonly Contender[],
  before: Counters,
): Promise<Counters> {
  try {
    return await settleGroup(context, at, fence, group, before);
  } catch (error) {
    const refusal = databaseRefusal(error);
    const isReferredTo = refusal !== null && ['23503', '23001'].includes(refusal.sqlstate);
    if (!isReferredTo || !group.some(({ place }) => place === 'holding')) throw error;
    const staying = group.map((one) => (one.place === 'holding' ? { ...one, place: 'fixed' as const } : one));
    return settleGroup(context, at, fence, staying, before);
  }
}

async function settleGroup(
  context: Context,
  at: PartitionRef,
  fence: Fence,
  group: readonly Contender[],
  before: Counters,
): Promise<Counters> {
  const { winners, losers } = decide(group);
  const arriving = winners.filter(({ place }) => place === 'waiting');
  const leaving = [...losers.keys()].filter(({ place }) => place === 'holding');
  const staying = [...losers.keys()].filter(({ place }) => place === 'waiting');
  const keys = [...arriving, ...leaving].map(({ key }) => key!);
  const raws = await context.source.readByKeys(context.stage.collection, keys);
  const moved = await prepareAll(context, raws);
  const byName = new Map(moved.map((one) => [one.raw.key.toString('latin1'), one]));
  const found = (contender: Contender) => byName.get(contender.name) ?? hasLeft(context, contender);
  const incoming = arriving.map(found);
  const outgoing = leaving.map(found);
  const counters = tally(before, incoming, outgoing, staying.length);
  await context.target.transaction(async (execute) => {
    await advance(execute, at, fence, { from: null, lastKey: null, counters, samples: [], done: false });
    await deleteDocuments(
      execute,
      context.stage,
      leaving.map(({ key }) => key!),
    );
    await deleteContested(execute, at.runId, context.stage.name, [...arriving, ...staying]);
    await insertMoved(execute, context.stage, at.runId, incoming);
    const refused = await losersOf(context, losers, byName);
    if (refused.length > 0) await insertQuarantine(execute, at.runId, context.stage.name, refused);
    const tried = [...incoming, ...refused].map(({ raw, kind }) => ({ key: raw.key, moved: kind === 'moved' }));
    await noteTried(execute, at.runId, context.stage.name, tried);
  });
  return counters;
}

/** @throws SourceUnfit */
function hasLeft({ stage }: Context, { shown }: Contender): never {
  throw new SourceUnfit(
    `Stage ${stage.name}: ${stage.collection} ${shown} was read, but has left the source since or cannot move any more. Stop the writes and roll back to ${stage.name}.`,
  );
}

function tally(before: Counters, incoming: readonly Moved[], outgoing: readonly Moved[], staying: number): Counters {
  const rows = (all: readonly Moved[]) => all.reduce((sum, { rowCount }) => sum + rowCount, 0);
  return {
    ...NO_COUNTERS,
    written: before.written + incoming.length - outgoing.length,
    rows: before.rows + rows(incoming) - rows(outgoing),
    quarantined: before.quarantined + staying + outgoing.length,
    contested: before.contested - staying - incoming.length,
  };
}

async function losersOf(
  context: Context,
  losers: ReadonlyMap<Contender, Contender>,
  moved: ReadonlyMap<string, Moved>,
): Promise<Refused[]> {
  const missing = [...losers.keys()].filter(({ name }) => !moved.has(name)).map(({ key }) => key!);
  const read = await context.source.readByKeys(context.stage.collection, missing);
  const raws = new Map(read.map((raw) => [raw.key.toString('latin1'), raw]));
  return [...losers].flatMap(([loser, winner]) => {
    const raw = moved.get(loser.name)?.raw ?? raws.get(loser.name);
    if (raw === undefined) return hasLeft(context, loser);
    const claim = loser.claims.find((one) => winner.claims.includes(one))!;
    const unique = uniqueKeys(context.stage).find(({ constraint }) => claim.startsWith(`${constraint}:`))!;
    return {
      kind: 'refused',
      raw,
      code: 'duplicate',
      path: unique.fields.join(', '),
      message: `the same ${unique.fields.join(', ')} as ${winner.shown}, which ${winner.place === 'fixed' ? 'was there already' : 'has the lower _id'}`,
      cause: { collection: context.stage.collection, legacyId: winner.shown, code: 'duplicate' },
      sqlstate: '23505',
      constraint: unique.constraint,
    };
  });
}

function deleteContested(
  execute: Execute,
  runId: string,
  stage: string,
  contenders: readonly Contender[],
): Promise<number> {
  return execute(
    `DELETE FROM migration_quarantine WHERE run_id = $1::text::uuid AND stage = $2 AND state = 'contested'
       AND legacy_key IN (SELECT value::bytea FROM json_array_elements_text($3::text::json) AS value)`,
    runId,
    stage,
    JSON.stringify(contenders.map(({ key }) => byteaText(key!))),
  );
}
