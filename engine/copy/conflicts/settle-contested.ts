import { SourceUnfit } from '../../common/errors.ts';
import { valueAt } from '../../document/bson/members.ts';
import { documentValue } from '../../document/bson/value.ts';
import type { Finding, FindingCode } from '../../document/findings/finding.ts';
import { keyName } from '../../document/legacy-key.ts';
import { contenderGone } from '../../messages/engine/run.ts';
import { sameAsEarlier, sameAsLower } from '../../messages/labels/refusals.ts';
import { type UniqueKey, uniqueKeys } from '../../plan/columns/unique-keys.ts';
import { actionFor } from '../../plan/policy/policies.ts';
import type { Stage } from '../../plan/stage.ts';
import { codecOf } from '../../plan/stage-tables.ts';
import type { Source } from '../../source/source.ts';
import { noteChanges } from '../../state/documents/changes.ts';
import { deleteDocuments } from '../../state/documents/delete-documents.ts';
import { findingsToCopy, type Noted } from '../../state/documents/findings.ts';
import type { Moved, Refused } from '../../state/documents/outcome.ts';
import { insertQuarantine, noteTried, resolveDeparted } from '../../state/documents/quarantine.ts';
import { type Counters, type Fence, NO_COUNTERS } from '../../state/run/checkpoint.ts';
import { settlementOf } from '../../state/run/checkpoint-names.ts';
import { type CounterPartition, claimCounters, commitCounters } from '../../state/run/counter-partition.ts';
import { byteaText, bytesOfBytea } from '../../target/bytea.ts';
import { indexed } from '../../target/indexed-key.ts';
import { longWrite, unhurried } from '../../target/long-read.ts';
import type { Query } from '../../target/query.ts';
import { databaseRefusal, type Execute, refusesData, type Target } from '../../target/target.ts';
import { withSuffixes } from '../../transform/duplicate-suffix.ts';
import type { PrepareContext } from '../../transform/prepare-batch.ts';
import { prepareInsertion } from '../write-batch.ts';
import { type Contender, type Decision, decide, groupsOf, type Loss, sayContender } from './contenders.ts';
import { onlyUnchanged } from './only-unchanged.ts';
import { prepareAll, readHolders, readWaiting } from './read-contenders.ts';
import { readSharedIds } from './shared-ids.ts';

type Context = PrepareContext & { readonly source: Pick<Source, 'readByKeys'> };

/**
 * Settles the documents that a unique constraint turned away: of every group that wants the same values, the outcome
 * is the one that inserting in `_id` order would have had, whoever was written first. The winner's rows take the
 * loser's place in one transaction; losers go to quarantine as `duplicate`, naming the winner. A policy may let a loser
 * move with a suffix to its text, or have it kept as `skipped`.
 * @param context.live the source may be written to meanwhile: a group with a document that was is left to a pass over changes
 * @param signal ends it between two groups; called again, it goes on with those that are left
 * @returns how many documents were settled.
 */
export async function settleContested(
  context: PrepareContext & { readonly source: Source; readonly live?: boolean },
  runId: string,
  fence: Fence,
  signal?: AbortSignal,
): Promise<number> {
  const { target, stage } = context;
  const waiting = await readWaiting(context, runId);
  const name = settlementOf(stage.name);
  const settlement = await claimCounters(target, { runId, name, total: waiting.length }, fence);
  if (settlement.done) return 0;
  const contenders = [...waiting, ...(await readHolders(context, runId, waiting))];
  const keys = contenders.flatMap(({ key }) => (key === null ? [] : [key]));
  const steady = context.live ? { ...context, source: await onlyUnchanged(context, keys) } : context;
  for (const group of groupsOf(contenders)) {
    signal?.throwIfAborted();
    try {
      await settleUnhindered(steady, settlement, group);
    } catch (error) {
      if (!context.live || !isOfWrites(error)) throw error;
      await leaveToPass(context, settlement, group);
    }
  }
  const patient = unhurried(target, signal);
  const alike = await readAlike(patient, stage);
  const shared = await readSharedIds(patient, stage);
  const { counters } = settlement;
  const findings = {
    ...counters.findings,
    ...(alike.length > 0 && { notNormalised: alike.length }),
    ...(shared.length > 0 && { sharedId: shared.length }),
  };
  const tell = async (execute: Execute) => {
    await deleteTold(execute, runId, stage.name);
    await execute.copy(findingsToCopy(runId, stage.name, [...alike, ...shared]));
    await resolveDeparted(execute, runId, stage.name);
  };
  const transact: Target['transaction'] = (work) => longWrite(target, work);
  await commitCounters(target, settlement, { ...counters, findings }, tell, { done: true, transact });
  return waiting.length;
}

/** Whether writes to the source can be what went wrong: a document is not as it was, or wants values that are taken by now. */
function isOfWrites(error: unknown): boolean {
  const refusal = databaseRefusal(error);
  return error instanceof SourceUnfit || (refusal !== null && refusesData(refusal));
}

/** Those that wait are noted as changes, and go on waiting. */
async function leaveToPass(
  { stage, target }: Context,
  settlement: CounterPartition,
  group: readonly Contender[],
): Promise<void> {
  const waiting = group.flatMap(({ place, key }) => (place === 'waiting' ? [key!] : []));
  await commitCounters(target, settlement, settlement.counters, async (execute) => {
    await noteChanges(execute, settlement.at.runId, stage.name, waiting, 'found', 'dependent');
  });
}

/**
 * Documents whose unique text differs from another's in its Unicode normal form only: told on all of them. One of such
 * texts at least is not in the normal form, so that only those are normalised.
 */
export async function readAlike(query: Query, stage: Stage): Promise<Noted<Finding>[]> {
  const { relation, id, nameOf } = codecOf(stage, stage.tables[0]!.table);
  const noted: Noted<Finding>[] = [];
  for (const { path, column } of stage.normalised) {
    const name = nameOf(column);
    const rows = await query(
      `WITH odd AS MATERIALIZED (
         SELECT ${id} AS id, normalize(${name}, NFC) AS text FROM ${relation} WHERE ${name} IS NOT NFC NORMALIZED),
       alike AS (
         SELECT id, text FROM odd UNION ALL SELECT ${id}, ${name} FROM ${relation} WHERE ${name} IN (SELECT text FROM odd)),
       counted AS (SELECT id, count(*) OVER (PARTITION BY text) AS documents FROM alike)
       SELECT map.legacy_key FROM counted JOIN migration_id_map AS map ON map.prisma_id = counted.id WHERE documents > 1`,
      [],
    );
    for (const [key] of rows) noted.push({ key: bytesOfBytea(key!), noted: [{ path, code: 'notNormalised' }] });
  }
  return noted;
}

/** What an earlier settlement of this run has told: the stage is settled again after a retry. */
function deleteTold(execute: Execute, runId: string, stage: string): Promise<number> {
  return execute(
    `DELETE FROM migration_finding
     WHERE run_id = $1::text::uuid AND stage = $2 AND code IN ('notNormalised', 'sharedId')`,
    runId,
    stage,
  );
}

/** The unique constraint that a claim stands under. */
function uniqueOf({ stage }: Context, claim: string): UniqueKey {
  return uniqueKeys(stage).find(({ constraint }) => claim.startsWith(`${constraint}:`))!;
}

/**
 * After a retry, rows of later stages may refer to a document that should yield to one with a lower `_id`: it stays
 * then, as if it had been there before this run. SQLSTATE foreign_key_violation and restrict_violation.
 */
async function settleUnhindered(
  context: Context,
  settlement: CounterPartition,
  group: readonly Contender[],
): Promise<void> {
  try {
    await settleGroup(context, settlement, group);
  } catch (error) {
    const refusal = databaseRefusal(error);
    const isReferredTo = refusal !== null && ['23503', '23001'].includes(refusal.sqlstate);
    if (!isReferredTo || !group.some(({ place }) => place === 'holding')) throw error;
    const staying = group.map((one) =>
      one.place === 'holding' ? { ...one, place: 'fixed' as const, suffixed: new Map() } : one,
    );
    await settleGroup(context, settlement, staying);
  }
}

async function settleGroup(context: Context, settlement: CounterPartition, group: readonly Contender[]): Promise<void> {
  const { at, counters: before } = settlement;
  const { winners, losers } = decide(group);
  const arriving = [...winners.keys()].filter(({ place }) => place === 'waiting');
  const renamed = [...winners].filter(([{ place }, losses]) => place === 'holding' && losses.length > 0);
  const leaving = [...losers.keys()].filter(({ place }) => place === 'holding');
  const staying = [...losers.keys()].filter(({ place }) => place === 'waiting');
  const rewritten = renamed.map(([contender]) => contender);
  const keys = [...arriving, ...rewritten, ...leaving].map(({ key }) => key!);
  const raws = await context.source.readByKeys(context.stage.collection, keys);
  const moved = await prepareAll(context, raws);
  const byName = new Map(moved.map((one) => [keyName(one.raw.key), one]));
  const found = (contender: Contender) => byName.get(contender.name) ?? hasLeft(context, contender);
  const incoming = [...arriving, ...rewritten].map((one) => suffixedAs(context, found(one), winners.get(one)!));
  const outgoing = [...rewritten, ...leaving];
  const refused = await losersOf(context, losers, byName);
  const insertIncoming = prepareInsertion(context.stage, at.runId, incoming);
  const counters = tally(before, incoming, outgoing.map(found), refused, arriving.length + staying.length);
  await commitCounters(context.target, settlement, counters, async (execute) => {
    await deleteDocuments(
      execute,
      context.stage,
      outgoing.map(({ key }) => key!),
    );
    await deleteContested(execute, at.runId, context.stage.name, [...arriving, ...staying]);
    await insertIncoming(execute);
    if (refused.length > 0) await insertQuarantine(execute, at.runId, context.stage.name, refused);
    await execute.copy(findingsToCopy(at.runId, context.stage.name, skipsOf(refused, losers)));
    const tried = [...incoming, ...refused].map(({ raw, kind }) => ({ key: raw.key, moved: kind === 'moved' }));
    await noteTried(execute, at.runId, context.stage.name, tried);
  });
}

/** A winner with a suffix to every text that it lost to another. */
export function suffixedAs(context: Context, moved: Moved, losses: readonly Loss[]): Moved {
  if (losses.length === 0) return moved;
  const suffixed = losses.map(({ claim, holder }) => ({
    field: uniqueOf(context, claim).fields[0]!,
    winner: holder.shown,
  }));
  return withSuffixes(context.stage, moved, suffixed);
}

/** What the policy leaves out is told like everything that policies do. */
export function skipsOf(refused: readonly Refused[], losers: Decision['losers']): Noted<Finding>[] {
  const lossOfName = new Map([...losers].map(([{ name }, loss]) => [name, loss]));
  return refused
    .filter(({ isSkipped }) => isSkipped)
    .map(({ raw, path }) => {
      const { claim, holder } = lossOfName.get(keyName(raw.key))!;
      const wanted = claim.slice(claim.indexOf(':') + 1);
      const oldValue = valueAt(documentValue(raw.bytes), path!) ?? wanted;
      return { key: raw.key, noted: [{ path: path!, code: 'duplicate=skip', oldValue, note: holder.shown }] };
    });
}

/** @throws SourceUnfit */
function hasLeft({ stage }: Context, contender: Contender): never {
  throw new SourceUnfit(
    contenderGone({ stage: stage.name, collection: stage.collection, document: sayContender(stage, contender) }),
  );
}

function tally(
  before: Counters,
  incoming: readonly Moved[],
  outgoing: readonly Moved[],
  refused: readonly Refused[],
  settled: number,
): Counters {
  const rows = (all: readonly Moved[]) => all.reduce((sum, { rowCount }) => sum + rowCount, 0);
  const skipped = refused.filter(({ isSkipped }) => isSkipped).length;
  const findings: Partial<Record<string, number>> = { ...before.findings };
  const add = (code: FindingCode, number: number) => {
    if (number !== 0) findings[code] = (findings[code] ?? 0) + number;
  };
  for (const moved of incoming) for (const { code, times = 1 } of moved.findings) add(code, times);
  for (const moved of outgoing) for (const { code, times = 1 } of moved.findings) add(code, -times);
  add('duplicate=skip', skipped);
  return {
    ...NO_COUNTERS,
    written: before.written + incoming.length - outgoing.length,
    rows: before.rows + rows(incoming) - rows(outgoing),
    quarantined: before.quarantined + refused.length - skipped,
    contested: before.contested - settled,
    findings,
  };
}

export async function losersOf(
  context: Context,
  losers: Decision['losers'],
  moved: ReadonlyMap<string, Moved>,
): Promise<Refused[]> {
  const missing = [...losers.keys()].filter(({ name }) => !moved.has(name)).map(({ key }) => key!);
  const read = await context.source.readByKeys(context.stage.collection, missing);
  const raws = new Map(read.map((raw) => [keyName(raw.key), raw]));
  return [...losers].flatMap(([loser, { claim, holder: winner }]) => {
    const raw = moved.get(loser.name)?.raw ?? raws.get(loser.name);
    if (raw === undefined) return hasLeft(context, loser);
    const unique = uniqueOf(context, claim);
    const fields = unique.fields.join(', ');
    const isSameAs = winner.place === 'fixed' ? sameAsEarlier : sameAsLower;
    return {
      kind: 'refused',
      raw,
      code: 'duplicate',
      path: fields,
      message: isSameAs({ fields, document: sayContender(context.stage, winner) }).text,
      cause: { collection: context.stage.collection, legacyId: winner.shown, code: 'duplicate' },
      sqlstate: '23505',
      constraint: unique.constraint,
      isSkipped: actionFor(context.stage.policies, 'duplicate', unique.fields.join(',')) === 'skip',
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
       AND ${indexed('legacy_key')} IN (SELECT ${indexed('value::bytea')} FROM json_array_elements_text($3::text::json) AS value)`,
    runId,
    stage,
    JSON.stringify(contenders.map(({ key }) => byteaText(key!))),
  );
}
