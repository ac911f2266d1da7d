import { TargetUnfit } from '../common/errors.ts';
import type { LegacyKey } from '../document/legacy-key.ts';
import { rollbackObstructed } from '../messages/engine/run.ts';
import type { Stage } from '../plan/stage.ts';
import { deleteDocuments } from '../state/documents/delete-documents.ts';
import { writtenBy } from '../state/documents/earlier-runs.ts';
import { reopenEarlier } from '../state/documents/quarantine.ts';
import { RETRY } from '../state/run/checkpoint.ts';
import { reconciliationOf, settlementOf, verificationOf } from '../state/run/checkpoint-names.ts';
import { holdRun, type Writer } from '../state/run/run-writer.ts';
import { byteaText, bytesOfBytea } from '../target/bytea.ts';
import { indexed, isRoot } from '../target/indexed-key.ts';
import { longWrite, unhurried } from '../target/long-read.ts';
import { databaseRefusal, type Execute, type Target } from '../target/target.ts';

/** Root documents that one transaction of a rollback takes out, with all their rows. */
const DOCUMENTS = 200;

/**
 * Shuts out every attempt of an older epoch and sets the stage's checkpoints back to the start. They are reset, never
 * deleted: a worker that comes back from the dead finds its fence gone. Only those of a retry go, whose documents
 * belong to other partitions, too: what comes after them under their number begins at a later epoch.
 */
export async function resetCheckpoints(target: Target, writer: Writer, stage: string): Promise<void> {
  await target.transaction(async (execute) => {
    await holdRun(execute, writer, rollbackOf(stage));
    await deleteRetries(execute, writer.runId, stage);
    await resetPartitions(execute, writer, stage);
    await forgetProof(execute, writer.runId, stage);
  });
}

/** The part of the run's row that a stage's rollback holds: a late attempt deletes nothing that was written since. */
const rollbackOf = (stage: string) => `rollback.${stage}`;

function deleteRetries(execute: Execute, runId: string, stage: string): Promise<number> {
  return execute(
    `DELETE FROM migration_partition
     WHERE run_id = $1::text::uuid AND stage IN ($2, $3) AND key_type = '${RETRY}'`,
    ...[runId, stage, verificationOf(stage)],
  );
}

function resetPartitions(execute: Execute, { runId, epoch }: Writer, stage: string): Promise<number> {
  return execute(
    `UPDATE migration_partition SET epoch = $2::int, sequence = 0, attempt = 0, last_key = NULL, done = false, read = 0,
       written = 0, quarantined = 0, contested = 0, rows = 0, skipped = 0, findings = '{}', samples = '[]', paths = '{}'
     WHERE run_id = $1::text::uuid AND stage IN ($3, $4, $5, $6)`,
    ...[runId, epoch, stage, settlementOf(stage), verificationOf(stage), reconciliationOf(stage)],
  );
}

/** What was compared of the stage is there no more, nor are the partitions of its retries. */
function forgetProof(execute: Execute, runId: string, stage: string): Promise<number> {
  return execute(
    `UPDATE migration_run SET facts = facts #- ARRAY['totals', $2] #- ARRAY['references', $2] #- ARRAY['followed', $2]
       #- ARRAY['samples', $2], planned = planned #- ARRAY[$2, 'retries'] #- ARRAY[$3, 'retries']
     WHERE id = $1::text::uuid`,
    ...[runId, stage, verificationOf(stage)],
  );
}

/** Whose documents a rollback takes out. */
export interface RolledBackRun extends Writer {
  /** Those of earlier runs, too. */
  readonly includeEarlier?: boolean;
}

/** How far a rollback of one stage has come, in root documents. */
export interface RolledBack {
  /** Taken out by this call. */
  readonly deleted: number;
  readonly left: number;
  /** False when it stopped at a transaction's end and has to be called again. */
  readonly done: boolean;
}

/**
 * Runbook section 5.3: deletes what this run (or any) has written for a stage, children first, in bounded transactions,
 * with ID map, quarantine, findings and leftovers. Call it again after an interruption: it goes on with what is left.
 * @param limits.milliseconds it stops at the first transaction's end after this time
 * @throws Fenced when the run's epoch has been raised since, or a newer attempt has come; TargetUnfit when somebody else's rows refer to these
 */
export async function rollbackStage(
  target: Target,
  stage: Stage,
  run: RolledBackRun,
  limits: { readonly signal: AbortSignal; readonly milliseconds: number },
  onProgress: (documents: number) => void,
): Promise<RolledBack> {
  const deadline = Date.now() + limits.milliseconds;
  let after: LegacyKey = Buffer.alloc(0);
  let deleted = 0;
  do {
    const keys = await nextKeys(target, stage, writerOf(run), after);
    if (keys.length === 0) {
      return { deleted, left: 0, done: await deleteNotes(target, stage, run, limits.signal) };
    }
    await unobstructed(stage, () =>
      target.transaction(async (execute) => {
        await holdRun(execute, run, rollbackOf(stage.name));
        await deleteDocuments(execute, stage, keys);
      }),
    );
    after = keys.at(-1)!;
    deleted += keys.length;
    onProgress(deleted);
  } while (!limits.signal.aborted && Date.now() < deadline);
  return { deleted, left: await countWritten(target, stage, writerOf(run)), done: false };
}

/** The run whose documents are meant; null is any. */
const writerOf = ({ runId, includeEarlier }: RolledBackRun) => (includeEarlier ? null : runId);

/** Root documents of a stage that a run (null: any) has written and that are there. */
async function countWritten(target: Target, stage: Stage, runId: string | null): Promise<number> {
  const [row] = await unhurried(target)(
    `SELECT count(*) FROM migration_id_map WHERE collection = $1 AND ${isRoot()} AND ${writtenBy('$2')}`,
    [stage.idCollection, runId],
  );
  return Number(row![0]);
}

/** @throws TargetUnfit when rows of somebody else's table refer to the rows that are to go (SQLSTATE 23503, 23001) */
async function unobstructed(stage: Stage, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    const refusal = databaseRefusal(error);
    if (refusal === null || !['23503', '23001'].includes(refusal.sqlstate)) throw error;
    throw new TargetUnfit(rollbackObstructed({ stage: stage.name, why: refusal.message }));
  }
}

async function nextKeys(target: Target, stage: Stage, runId: string | null, after: LegacyKey): Promise<LegacyKey[]> {
  // Another run's documents may stand between, any number of them.
  const rows = await unhurried(target)(
    `SELECT legacy_key FROM migration_id_map
     WHERE collection = $1 AND ${isRoot()} AND ${indexed('legacy_key')} > ${indexed('$2::text::bytea')} AND ${writtenBy('$3')}
     ORDER BY ${indexed('legacy_key')} LIMIT ${DOCUMENTS}`,
    [stage.idCollection, byteaText(after), runId],
  );
  return rows.map(([key]) => bytesOfBytea(key!));
}

/** Notes that one transaction takes out. */
const NOTES = 10_000;

/** What was noted of the documents, in transactions that end in time however many there are. @returns whether all are gone */
async function deleteNotes(target: Target, stage: Stage, run: RolledBackRun, signal: AbortSignal): Promise<boolean> {
  const inRun = (work: (execute: Execute) => Promise<number>, transact = target.transaction) =>
    transact(async (execute) => {
      await holdRun(execute, run, rollbackOf(stage.name));
      return work(execute);
    });
  await inRun(
    (execute) => reopenEarlier(execute, run.runId, stage.name),
    (work) => longWrite(target, work),
  );
  const notes = [
    ['migration_change', 'stage', stage.name],
    ['migration_quarantine', 'stage', stage.name],
    ['migration_finding', 'stage', stage.name],
    ['migration_leftover', 'collection', stage.collection],
  ] as const;
  for (const [table, column, value] of notes) {
    while ((await inRun((execute) => deleteSome(execute, table, column, writerOf(run), value))) === NOTES) {
      if (signal.aborted) return false;
    }
  }
  return true;
}

function deleteSome(
  execute: Execute,
  table: string,
  column: string,
  runId: string | null,
  value: string,
): Promise<number> {
  return execute(
    `DELETE FROM ${table} WHERE ctid = ANY (ARRAY(
       SELECT ctid FROM ${table} WHERE ${writtenBy('$1::text')} AND ${column} = $2 LIMIT ${NOTES}))`,
    runId,
    value,
  );
}
