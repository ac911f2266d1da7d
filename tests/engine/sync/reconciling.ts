import type { Document } from 'bson';
import type { LegacyKey } from '../../../engine/document/legacy-key.ts';
import type { Stage } from '../../../engine/plan/stage.ts';
import type { PreparedRun } from '../../../engine/run/prepared-run.ts';
import type { Source } from '../../../engine/source/source.ts';
import { noteChanges } from '../../../engine/state/documents/changes.ts';
import { applyChanges } from '../../../engine/sync/apply/apply-changes.ts';
import type { ApplyContext } from '../../../engine/sync/apply/pass.ts';
import { sweepDeparting } from '../../../engine/sync/apply/sweep.ts';
import { verifyChanges } from '../../../engine/sync/apply/verify-changes.ts';
import type { Difference } from '../../../engine/verify/difference.ts';
import type { Engine } from '../../support/run-engine.ts';

/** A platform's documents by collection. */
export type Platform = Record<string, Document[]>;

/** How a pass is cut into pieces. */
export interface Pieces {
  readonly batchSize?: number;
  /** Length of a segment; 0 ends after every batch. */
  readonly milliseconds?: number;
  /** Called before every segment of an apply; what it throws ends the pass there. */
  readonly before?: (stage: string, segment: number) => void;
}

/** What a pass has done. */
export interface PassResult {
  readonly applied: Readonly<Record<string, number>>;
  readonly swept: number;
  readonly verified: number;
  readonly changedAgain: number;
  readonly differences: readonly Difference[];
}

let sequence = 1_000;
const nextSequence = () => ++sequence;
const never = new AbortController().signal;

/** One pass of a run over what `migration_change` holds, as the workflow makes it: the engine reads the newer source. */
export async function passOver(engine: Engine, run: PreparedRun, pieces: Pieces = {}): Promise<PassResult> {
  const { batchSize = 20, milliseconds = 600_000, before = () => {} } = pieces;
  const limits = { batchSize, milliseconds, signal: never };
  const fence = () => ({ epoch: run.epoch, sequence: nextSequence(), attempt: 1 });
  const contextOf = (stage: Stage): ApplyContext => ({ ...engine, stage, skipExisting: false });
  const applied: Record<string, number> = {};
  for (const stage of engine.plan.stages) {
    applied[stage.name] = 0;
    for (let segment = 0, done = false; !done; segment++) {
      before(stage.name, segment);
      const answer = await applyChanges(contextOf(stage), run.runId, fence(), limits);
      applied[stage.name]! += answer.applied;
      done = answer.done;
    }
  }
  let swept = 0;
  for (const stage of [...engine.plan.stages].reverse()) {
    for (let done = false; !done; ) {
      const answer = await sweepDeparting(contextOf(stage), run.runId, fence(), limits);
      swept += answer.rows;
      done = answer.done;
    }
  }
  const differences: Difference[] = [];
  let [verified, changedAgain] = [0, 0];
  for (const stage of engine.plan.stages) {
    for (let done = false; !done; ) {
      const answer = await verifyChanges(contextOf(stage), run.runId, fence(), limits);
      differences.push(...answer.differences);
      verified += answer.verified;
      changedAgain += answer.changedAgain;
      done = answer.done || answer.differences.length > 0;
    }
  }
  return { applied, swept, verified, changedAgain, differences };
}

/** Notes every document that stands otherwise in the newer source than in the older, as a finder does. */
export async function noteDifferences(engine: Engine, run: PreparedRun, older: Source, newer: Source): Promise<number> {
  let noted = 0;
  for (const stage of engine.plan.stages) {
    const [before, after] = [await bytesOf(older, stage), await bytesOf(newer, stage)];
    const keys: LegacyKey[] = [];
    for (const name of new Set([...before.keys(), ...after.keys()])) {
      if (before.get(name) !== after.get(name)) keys.push(Buffer.from(name, 'latin1'));
    }
    await engine.target.transaction(async (execute) => {
      await noteChanges(execute, run.runId, stage.name, keys, 'found', 'verification');
    });
    noted += keys.length;
  }
  return noted;
}

async function bytesOf(source: Source, stage: Stage): Promise<Map<string, string>> {
  const keys: LegacyKey[] = [];
  for await (const key of source.scanKeys(stage.collection)) keys.push(key);
  const raws = await source.readByKeys(stage.collection, keys);
  return new Map(raws.map(({ key, bytes }) => [key.toString('latin1'), Buffer.from(bytes).toString('latin1')]));
}

/** What differs between two equal migrations: whose run it was, and when. */
const OF_A_RUN = ['run_id', 'created_at', 'retried_by'];
const NUMBERED = ['migration_change', 'migration_quarantine', 'migration_finding', 'migration_leftover'];
const BOOKS = ['migration_run', 'migration_partition', '_prisma_migrations'];

/** Every row of every table but the migration's own books, as sorted lines: equal migrations leave equal lines. */
export async function linesOf({ target }: Engine): Promise<string[]> {
  const tables = await target.query(`SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1`, []);
  const lines: string[] = [];
  for (const [table] of tables) {
    if (BOOKS.includes(table!)) continue;
    const without = NUMBERED.includes(table!) ? [...OF_A_RUN, 'id'] : OF_A_RUN;
    const rows = await target.query(
      `SELECT line FROM (SELECT (to_jsonb(held) - $1::text[])::text AS line FROM "${table}" AS held) AS lines
       ORDER BY line COLLATE "C"`,
      [without],
    );
    for (const [line] of rows) if (!/"state": "(resolved|retried)"/.test(line!)) lines.push(`${table} ${line}`);
  }
  return lines;
}

/** The sums of a run's counters by stage: copy, settlement and passes together. */
export function sumsOf({ target }: Engine): Promise<(string | null)[][]> {
  return target.query(
    `SELECT regexp_replace(stage, '^(settle|reconcile):', ''), sum(read), sum(written), sum(quarantined), sum(contested),
       sum(rows) FROM migration_partition WHERE stage NOT LIKE ALL ('{verify:%,find:%}') GROUP BY 1 ORDER BY 1`,
    [],
  );
}

/** Lines that stand on one side only, shortened: what a failing comparison shows. */
export function unequal(left: readonly string[], right: readonly string[]): { left: string[]; right: string[] } {
  const only = (these: readonly string[], those: readonly string[]) => {
    const known = new Set(those);
    return these.filter((line) => !known.has(line)).slice(0, 10);
  };
  return { left: only(left, right), right: only(right, left) };
}
