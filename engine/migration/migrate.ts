import type { SegmentResult } from '../copy/copy-segment.ts';
import { type Counters, NO_COUNTERS } from '../state/run/checkpoint.ts';
import type { Difference } from '../verify/difference.ts';
import type { Migration } from './create-migration.ts';
import type { Step } from './step.ts';

/** How the stages are gone through. */
export interface Course {
  /** In this order. */
  readonly stages: readonly string[];
  /** Documents in one transaction; 50 unless given. */
  readonly batchSize?: number;
  /** Partitions of a stage that are copied beside each other; one unless given. */
  readonly parallelism?: number;
  /** Length of a segment; 0 stops after every batch. */
  readonly milliseconds?: number;
  /** In which order partitions are copied, from their number; one after another unless given. */
  readonly order?: (partitions: number) => Iterable<number>;
  /** What is compared when a stage is copied: everything unless given. */
  readonly compares?: 'all' | 'rows' | 'nothing';
}

/** What came of a stage. */
export interface MigratedStage {
  readonly counters: Counters;
  /** The first of each partition, at most 100. */
  readonly differences: readonly Difference[];
}

/**
 * Takes a run through its stages in one process, without Temporal: every step of {@link createMigration} in the order of
 * the workflow's stage flow.
 *
 * @example
 * const run = await migration.prepare(options, claimant, isOpen);
 * const { user } = await migrate(migration, newSteps(run), { stages: ['user', 'artist'] });
 */
export async function migrate(
  migration: Migration,
  next: () => Step,
  course: Course,
): Promise<Record<string, MigratedStage>> {
  const { compares = 'all' } = course;
  const migrated: Record<string, MigratedStage> = {};
  for (const stage of course.stages) {
    const counters = await copyStage(migration, next, stage, course);
    if (compares === 'all') await migration.verifyTotals(next(), stage, { limited: false });
    const differences = compares === 'nothing' ? [] : await compareStage(migration, next, stage);
    if (compares === 'all') await migration.sample(next(), stage);
    migrated[stage] = { counters, differences };
  }
  return migrated;
}

/** Plans, copies and settles one stage. @returns the sums over its partitions */
export async function copyStage(
  migration: Migration,
  next: () => Step,
  stage: string,
  { batchSize = 50, milliseconds = LONG, parallelism = 1, order = inTurn }: Omit<Course, 'stages'> = {},
): Promise<Counters> {
  const { partitions, skipExisting } = await migration.planStage(next(), stage, { parallelism: 2 });
  const ends: Counters[] = [];
  const open = [...order(partitions.length)];
  const lane = async () => {
    for (let partition = open.shift(); partition !== undefined; partition = open.shift()) {
      const end = await untilDone(next, (step) => {
        const limits = { batchSize, milliseconds, signal: step.signal };
        return migration.copySegment(step, stage, { partition: partition!, limits, skipExisting });
      });
      ends.push(end.counters);
    }
  };
  await Promise.all(Array.from({ length: Math.min(parallelism, open.length) }, lane));
  await migration.resolveConflicts(next(), stage);
  return ends.reduce(added, NO_COUNTERS);
}

/** Compares every row of a stage. @returns the first differences of each partition */
export async function compareStage(migration: Migration, next: () => Step, stage: string): Promise<Difference[]> {
  const differences: Difference[] = [];
  const partitions = await migration.planVerification(next(), stage);
  for (const partition of partitions.keys()) {
    const end = await untilDone(next, (step) => {
      const limits = { batchSize: 500, milliseconds: LONG, signal: step.signal };
      return migration.verifySegment(step, stage, { partition, limits });
    });
    differences.push(...end.differences);
  }
  return differences;
}

const inTurn = (partitions: number): Iterable<number> => Array(partitions).keys();
const LONG = 600_000;
/** A stage has far fewer batches than this: a segment that gets nowhere is noticed. */
const MOST_SEGMENTS = 10_000;

async function untilDone<T extends SegmentResult>(next: () => Step, segment: (step: Step) => Promise<T>): Promise<T> {
  for (let n = 0; n < MOST_SEGMENTS; n++) {
    const result = await segment(next());
    if (result.done) return result;
  }
  throw new Error('The segments get nowhere.');
}

function added(sum: Counters, one: Counters): Counters {
  const findings = { ...sum.findings };
  for (const [code, count] of Object.entries(one.findings)) findings[code] = (findings[code] ?? 0) + count!;
  return {
    read: sum.read + one.read,
    written: sum.written + one.written,
    quarantined: sum.quarantined + one.quarantined,
    contested: sum.contested + one.contested,
    rows: sum.rows + one.rows,
    skipped: sum.skipped + one.skipped,
    findings,
  };
}
