import type { Plan } from '../../engine/plan/stage.ts';
import { openTarget } from '../../engine/target/target.ts';
import type { Report } from '../../scripts/servers/report.ts';
import type { Contender, Taken } from '../contenders/contenders.ts';
import { fillByEngine } from '../contenders/fill-by-engine.ts';
import type { WholeRun } from '../contenders/whole-run.ts';
import type { Ground } from '../ground.ts';
import { differing, digests, rowsOf } from './digest.ts';

/** Contenders that share a source, and what each of them must leave behind. */
export interface Field {
  readonly ground: Ground;
  readonly documents: number;
  readonly expected: ReadonlyMap<string, string>;
  readonly contenders: readonly Contender[];
}

/** One contender's figures; lists in the order in which they were taken, all others from the median. */
export interface Figures {
  readonly key: string;
  readonly does: string;
  readonly documents: number;
  /** Target rows; the ID map gets as many more. */
  readonly rows: number;
  readonly seconds: readonly number[];
  readonly rowsPerSecond: number;
  readonly documentsPerSecond: number;
  readonly run?: RunFigures;
}

/** Whole migrations: medians in seconds, the worst peak in MiB, and one run's memory over time. */
export interface RunFigures {
  readonly copy: number;
  readonly verification: number;
  readonly whole: number;
  readonly peakMebibytes: number;
  readonly memory: WholeRun['memory'];
}

/**
 * Lets the contenders run in turns, each into a database of its own, and holds all that each has written against what
 * it should be.
 * @throws Error when a contender wrote anything else
 */
export async function takeTurns(
  plan: Plan,
  fields: readonly Field[],
  rounds: number,
  report: Report,
): Promise<Figures[]> {
  const taken = new Map<Contender, Taken[]>();
  for (let round = 1; round <= rounds; round++) {
    for (const { ground, expected, contenders } of fields) {
      for (const contender of contenders) {
        const one = await (contender.planned ? ground.planned : ground.empty)(async (databaseUrl) => {
          const result = await contender.run(databaseUrl);
          await compare(plan, contender, databaseUrl, expected);
          return result;
        });
        taken.set(contender, [...(taken.get(contender) ?? []), one]);
        report(`Round ${round} of ${rounds}: ${contender.key}: ${one.seconds.toFixed(2)} s`);
      }
    }
  }
  return fields.flatMap(({ contenders, documents, expected }) =>
    contenders.map((contender) => figuresOf(contender, documents, rowsOf(expected), taken.get(contender)!)),
  );
}

async function compare(
  plan: Plan,
  { key, leaves = [] }: Contender,
  databaseUrl: string,
  expected: ReadonlyMap<string, string>,
): Promise<void> {
  if (leaves === 'all') return;
  const wrong = differing(expected, await digests(plan, databaseUrl)).filter((table) => !leaves.includes(table));
  if (wrong.length > 0) throw new Error(`${key} has written other rows into ${wrong.join(', ')}`);
}

function figuresOf({ key, does }: Contender, documents: number, rows: number, taken: readonly Taken[]): Figures {
  const seconds = taken.map((one) => one.seconds);
  const runs = taken.flatMap(({ run }) => run ?? []);
  const middle = median(seconds);
  return {
    ...{ key, does, documents, rows, seconds },
    rowsPerSecond: Math.round(rows / middle),
    documentsPerSecond: Math.round(documents / middle),
    ...(runs.length > 0 && { run: runFigures(runs) }),
  };
}

function runFigures(runs: readonly WholeRun[]): RunFigures {
  return {
    copy: median(runs.map(({ copy }) => copy)),
    verification: median(runs.map(({ verification }) => verification)),
    whole: median(runs.map(({ whole }) => whole)),
    peakMebibytes: Math.max(...runs.map(({ peak }) => peak)),
    memory: runs.at(-1)!.memory,
  };
}

/** Fills a database and verifies it row by row: what every contender must write. */
export async function fillAndVerify(
  plan: Plan,
  ground: Ground,
  databaseUrl: string,
): Promise<ReadonlyMap<string, string>> {
  const target = openTarget(databaseUrl);
  try {
    const course = { batchSize: 1000, compares: 'rows' } as const;
    const migrated = await fillByEngine({ plan, source: ground.source, target }, course);
    for (const [stage, { differences }] of Object.entries(migrated)) {
      if (differences.length > 0) throw new Error(`stage ${stage} does not verify`);
    }
    return await digests(plan, databaseUrl);
  } finally {
    await target.close();
  }
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
