import { SourceUnfit } from '../../common/errors.ts';
import { type Contender, type Decision, decide, groupsOf, sayContender } from '../../copy/conflicts/contenders.ts';
import { prepareAll, readHolders, readWaiting } from '../../copy/conflicts/read-contenders.ts';
import { losersOf, readAlike, skipsOf, suffixedAs } from '../../copy/conflicts/settle-contested.ts';
import { readSharedIds } from '../../copy/conflicts/shared-ids.ts';
import { keyName, type LegacyKey } from '../../document/legacy-key.ts';
import { changesOfOtherDump } from '../../messages/engine/run.ts';
import { hasChanges, noteChanges } from '../../state/documents/changes.ts';
import { findingsToCopy } from '../../state/documents/findings.ts';
import type { Moved, Refused } from '../../state/documents/outcome.ts';
import { insertQuarantine, noteTried } from '../../state/documents/quarantine.ts';
import { commitCounters } from '../../state/run/counter-partition.ts';
import { longWrite, unhurried } from '../../target/long-read.ts';
import { databaseRefusal, type Execute, refusesData } from '../../target/target.ts';
import { release } from './depart.ts';
import { readHeld } from './held-documents.ts';
import type { ApplyContext, Pass } from './pass.ts';
import { leaveQuarantine, replaceDocuments, rowsOf, withdrawDocuments } from './replace-documents.ts';
import { tallied } from './tally.ts';

/**
 * Settles the changed documents that a unique constraint turned away, as a stage's settlement does: of every group that
 * wants the same values, the outcome is the one that inserting in `_id` order would have had. Here any document can
 * yield, whichever run wrote it; its rows go when the pass sweeps. Then what is told about the whole stage is told anew.
 * @returns false when documents have changed again since they were read: they are noted as found
 */
export async function settleChanged(context: ApplyContext, pass: Pass, signal: AbortSignal): Promise<boolean> {
  const { runId } = pass.at;
  const waiting = await readWaiting(context, runId);
  const contenders = [...waiting, ...(await readHolders(context, null, waiting))];
  let settled = true;
  for (const group of groupsOf(contenders)) {
    signal.throwIfAborted();
    settled = (await settleGroup(context, pass, group)) && settled;
  }
  if (settled) await retell(context, pass, signal);
  return settled;
}

/** A group of which something is not as it was read any more is left for the next pass over the stage’s changes. */
async function settleGroup(context: ApplyContext, pass: Pass, group: readonly Contender[]): Promise<boolean> {
  const { stage, source } = context;
  const decision = decide(group);
  const ours = group.filter(({ place }) => place !== 'fixed');
  const raws = await source.readByKeys(
    stage.collection,
    ours.map(({ key }) => key!),
  );
  const moved = new Map((await prepareAll(context, raws)).map((one) => [keyName(one.raw.key), one]));
  const changed = ours.filter(({ name }) => !moved.has(name));
  if (changed.length === 0) {
    try {
      await writeDecision(context, pass, decision, moved);
      return true;
    } catch (error) {
      const refusal = databaseRefusal(error);
      if (context.source.kind === 'dump' || refusal === null || !refusesData(refusal)) throw error;
      for (const one of ours) changed.push(one);
    }
  }
  if (context.source.kind === 'dump') throw lost(context, changed);
  await commitCounters(context.target, pass, pass.counters, async (execute) => {
    await noteChanges(execute, pass.at.runId, stage.name, keysOf(changed), 'found', 'dependent');
  });
  return false;
}

function lost({ stage }: ApplyContext, contenders: readonly Contender[]): SourceUnfit {
  return new SourceUnfit(
    changesOfOtherDump({
      ...{ stage: stage.name, collection: stage.collection },
      document: sayContender(stage, contenders[0]!),
    }),
  );
}

const keysOf = (contenders: readonly Contender[]): LegacyKey[] => contenders.map(({ key }) => key!);

async function writeDecision(
  context: ApplyContext,
  pass: Pass,
  { winners, losers }: Decision,
  moved: ReadonlyMap<string, Moved>,
): Promise<void> {
  const { stage, target } = context;
  const { runId } = pass.at;
  const arriving = [...winners.keys()].filter(({ place }) => place === 'waiting');
  const renamed = [...winners].filter(([{ place }, losses]) => place === 'holding' && losses.length > 0);
  const rewritten = renamed.map(([contender]) => contender);
  const lost = [...losers.keys()];
  const incoming = [...rewritten, ...arriving].map((one) =>
    suffixedAs(context, moved.get(one.name)!, winners.get(one)!),
  );
  const refused: Refused[] = await losersOf(context, losers, moved);
  const all = keysOf([...arriving, ...rewritten, ...lost]);
  const held = await readHeld(target.query, stage, runId, all);
  await commitCounters(
    context.target,
    pass,
    tallied(pass.counters, held, [...incoming, ...refused]),
    async (execute) => {
      await withdrawDocuments(execute, context, runId, keysOf(lost), held);
      await release(execute, context, rowsOf(keysOf(rewritten), held));
      await leaveQuarantine(execute, context, runId, keysOf([...arriving, ...lost]));
      await replaceDocuments(execute, context, runId, incoming, held);
      if (refused.length > 0) await insertQuarantine(execute, runId, stage.name, refused);
      await execute.copy(findingsToCopy(runId, stage.name, skipsOf(refused, losers)));
      const tried = [...incoming, ...refused].map(({ raw, kind }) => ({ key: raw.key, moved: kind === 'moved' }));
      await noteTried(execute, runId, stage.name, tried);
      await noteChanges(execute, runId, stage.name, all, 'applied', 'dependent');
    },
  );
}

/** Findings that are about several documents at once. */
async function retell(context: ApplyContext, pass: Pass, signal: AbortSignal): Promise<void> {
  const { stage, target } = context;
  const { runId } = pass.at;
  if (!(await hasChanges(target.query, runId, [stage.name], ['applied']))) return;
  const patient = unhurried(target, signal);
  const alike = await readAlike(patient, stage);
  const shared = await readSharedIds(patient, stage);
  const tell = async (execute: Execute) => {
    await deleteTold(execute, stage.name);
    await execute.copy(findingsToCopy(runId, stage.name, [...alike, ...shared]));
  };
  await commitCounters(context.target, pass, pass.counters, tell, { transact: (work) => longWrite(target, work) });
}

function deleteTold(execute: Execute, stage: string): Promise<number> {
  return execute(`DELETE FROM migration_finding WHERE stage = $1 AND code IN ('notNormalised', 'sharedId')`, stage);
}
