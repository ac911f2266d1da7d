import { Fenced } from '../../common/errors.ts';
import type { FindingCode } from '../../document/findings/finding.ts';
import type { KeyType, LegacyKey } from '../../document/legacy-key.ts';
import { partitionTakenOver } from '../../messages/engine/run.ts';
import type { KeySelection } from '../../source/source.ts';
import { byteaText, byteaTextOrNull, bytesOfBytea } from '../../target/bytea.ts';
import type { Execute, Target } from '../../target/target.ts';
import type { CensusRecord } from './census-record.ts';
import type { Touch } from './run-writer.ts';

/** Which partition of which run. */
export interface PartitionRef {
  readonly runId: string;
  readonly stage: string;
  readonly partition: number;
}

/** Issued by the workflow; a greater one (compared part by part) shuts out every smaller one for ever. */
export interface Fence {
  readonly epoch: number;
  readonly sequence: number;
  readonly attempt: number;
}

/** A partition's counters, in documents, but for `rows`. */
export interface Counters {
  read: number;
  written: number;
  quarantined: number;
  contested: number;
  rows: number;
  /** Documents that an earlier run had moved already. */
  skipped: number;
  findings: Partial<Record<FindingCode | string, number>>;
}

/** A partition as its row tells it. */
export interface Checkpoint {
  readonly selection: KeySelection;
  /** Its documents were read before and lay in quarantine: its counters began at minus their number. */
  readonly isRetry: boolean;
  readonly total: number;
  readonly lastKey: LegacyKey | null;
  readonly counters: Counters;
  readonly samples: readonly unknown[];
  readonly done: boolean;
  /** Of a verification: what its documents are made of; null before the first batch. */
  readonly census: CensusRecord | null;
}

export const NO_COUNTERS: Counters = {
  read: 0,
  written: 0,
  quarantined: 0,
  contested: 0,
  rows: 0,
  skipped: 0,
  findings: {},
};

/** The key type of partitions that try documents of the quarantine again. */
export const RETRY = 'retry';

const COLUMNS = `key_type, after_key, up_to_key, to_json(keys), total, last_key, read, written, quarantined, contested,
  rows, skipped, findings, samples, done, nullif(paths, '{}')`;

function checkpointOf(row: readonly (string | null)[]): Checkpoint {
  const keys = (JSON.parse(row[3]!) as string[]).map(bytesOfBytea);
  const range = { type: row[0] as KeyType, after: bytesOrNull(row[1]), upTo: bytesOrNull(row[2]) };
  return {
    selection: keys.length > 0 ? { keys } : range,
    isRetry: row[0] === RETRY,
    total: Number(row[4]),
    lastKey: bytesOrNull(row[5]),
    counters: {
      read: Number(row[6]),
      written: Number(row[7]),
      quarantined: Number(row[8]),
      contested: Number(row[9]),
      rows: Number(row[10]),
      skipped: Number(row[11]),
      findings: JSON.parse(row[12]!),
    },
    samples: JSON.parse(row[13]!),
    done: row[14] === 't',
    census: row[15] ? JSON.parse(row[15]) : null,
  };
}

const bytesOrNull = (text: string | null | undefined) => (text ? bytesOfBytea(text) : null);

/** Writes the rows of newly planned partitions; ones that are there already stay as they are. */
export async function insertPartitions(
  touch: Touch,
  runId: string,
  stage: string,
  partitions: readonly { selection: KeySelection; total: number }[],
): Promise<void> {
  const given = partitions.map(({ selection, total }, partition) => ({
    partition,
    key_type: 'keys' in selection ? 'keys' : selection.type,
    after_key: 'keys' in selection ? null : byteaTextOrNull(selection.after),
    up_to_key: 'keys' in selection ? null : byteaTextOrNull(selection.upTo),
    keys: 'keys' in selection ? selection.keys.map(byteaText) : [],
    total,
  }));
  await touch(
    `INSERT INTO migration_partition (run_id, stage, partition, key_type, after_key, up_to_key, keys, total)
     SELECT $1::text::uuid, $2, partition, key_type, after_key, up_to_key, keys, total
     FROM json_to_recordset($3::text::json) AS given
       (partition int, key_type text, after_key bytea, up_to_key bytea, keys bytea[], total bigint)
     ON CONFLICT DO NOTHING`,
    ...[runId, stage, JSON.stringify(given)],
  );
}

/**
 * Claims a partition for one attempt and answers its checkpoint.
 * @throws Fenced when an equal or greater fence has been claimed before.
 */
export async function claimPartition(target: Target, at: PartitionRef, fence: Fence): Promise<Checkpoint> {
  const [row] = await target.query(
    `UPDATE migration_partition SET epoch = $4, sequence = $5, attempt = $6
     WHERE run_id = $1::uuid AND stage = $2 AND partition = $3 AND (epoch, sequence, attempt) < ($4, $5, $6)
     RETURNING ${COLUMNS}`,
    [at.runId, at.stage, at.partition, fence.epoch, fence.sequence, fence.attempt],
  );
  if (row === undefined) throw fencedOff(at);
  return checkpointOf(row);
}

function fencedOff(at: PartitionRef): Fenced {
  return new Fenced(partitionTakenOver({ stage: at.stage, partition: at.partition }));
}

/** Shuts every attempt of an older epoch out of all of a run's partitions; their checkpoints stay. */
export async function shutOut(execute: Execute, runId: string, epoch: number): Promise<void> {
  await execute(
    `UPDATE migration_partition SET epoch = $2::int, sequence = 0, attempt = 0
     WHERE run_id = $1::text::uuid AND epoch < $2::int`,
    runId,
    epoch,
  );
}

/** The partition's checkpoint as it stands, without claiming it. */
export async function readCheckpoint(target: Target, at: PartitionRef): Promise<Checkpoint | null> {
  const [row] = await target.query(
    `SELECT ${COLUMNS} FROM migration_partition WHERE run_id = $1::uuid AND stage = $2 AND partition = $3`,
    [at.runId, at.stage, at.partition],
  );
  return row === undefined ? null : checkpointOf(row);
}

/** All partitions of a stage, in order. */
export async function readCheckpoints(target: Target, runId: string, stage: string): Promise<Checkpoint[]> {
  const rows = await target.query(
    `SELECT ${COLUMNS} FROM migration_partition WHERE run_id = $1::uuid AND stage = $2 ORDER BY partition`,
    [runId, stage],
  );
  return rows.map(checkpointOf);
}

/** What a batch leaves in its partition's row. */
export interface Advance {
  /** Where the checkpoint must stand now: a batch that was thought committed but was not is noticed by the next one. */
  readonly from: LegacyKey | null;
  readonly lastKey: LegacyKey | null;
  readonly counters: Counters;
  readonly samples: readonly unknown[];
  readonly done: boolean;
  readonly census?: CensusRecord;
}

/**
 * Moves the checkpoint, as the first statement of the batch's transaction: its row lock holds back every rival until
 * the rows are in.
 * @throws Fenced when the fence is no longer this attempt's, or the checkpoint stands elsewhere.
 */
export async function advance(execute: Execute, at: PartitionRef, fence: Fence, to: Advance): Promise<void> {
  const { counters } = to;
  const touched = await execute(
    `UPDATE migration_partition SET last_key = $7::text::bytea, read = $8::bigint, written = $9::bigint,
       quarantined = $10::bigint, contested = $11::bigint, rows = $12::bigint, skipped = $13::bigint,
       findings = $14::text::jsonb, samples = $15::text::jsonb, done = $16, paths = $18::text::jsonb,
       wrote_epoch = epoch, wrote_sequence = sequence
     WHERE run_id = $1::text::uuid AND stage = $2 AND partition = $3::int
       AND (epoch, sequence, attempt) = ($4::int, $5::int, $6::int)
       AND last_key IS NOT DISTINCT FROM $17::text::bytea`,
    at.runId,
    at.stage,
    at.partition,
    fence.epoch,
    fence.sequence,
    fence.attempt,
    byteaTextOrNull(to.lastKey),
    counters.read,
    counters.written,
    counters.quarantined,
    counters.contested,
    counters.rows,
    counters.skipped,
    JSON.stringify(counters.findings),
    JSON.stringify(to.samples),
    to.done,
    byteaTextOrNull(to.from),
    JSON.stringify(to.census ?? {}),
  );
  if (touched !== 1) throw fencedOff(at);
}
