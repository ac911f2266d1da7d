import { join } from 'node:path';
import { secondsOf } from '../../engine/common/figures.ts';
import { collectFacts } from '../../engine/report/facts/facts.ts';
import { openTarget } from '../../engine/target/target.ts';
import { plan } from '../../stages/plan.ts';
import { peak, watchMemory } from '../memory.ts';
import { endWorker, forkWorker, migrateToEnd } from './whole-migration.ts';

/** What one migration took, from the start of its workflow to its end. */
export interface WholeRun {
  /** Stages copied; seconds. */
  readonly copy: number;
  /** Stages settled and verified: totals, references, every row. */
  readonly verification: number;
  /** Everything: preflight, copy, verification, samples, reports. */
  readonly whole: number;
  /** The worker's resident memory in MiB: at most, and over the run's seconds. */
  readonly peak: number;
  readonly memory: readonly (readonly [second: number, mebibytes: number])[];
}

/** Runs a migration as operators do: a worker in a process of its own, through Temporal. @throws Error when it is not verified */
export async function wholeRun(
  address: string,
  sourceUri: string,
  databaseUrl: string,
  folder: string,
  batchSize: number,
): Promise<WholeRun> {
  const worker = forkWorker({
    SOURCE_URI: sourceUri,
    DATABASE_URL: databaseUrl,
    TEMPORAL_ADDRESS: address,
    REPORTS_FOLDER: join(folder, 'reports'),
  });
  try {
    const { result: times, memory } = await watchMemory(worker.pid!, migrateToEnd(address, worker, { batchSize }));
    const during = memory.filter(({ at }) => at >= times.started);
    return {
      ...(await phases(databaseUrl)),
      whole: (times.ended - times.started) / 1000,
      peak: peak(during),
      memory: thinned(
        during.map(({ at, mebibytes }) => [secondsOf(at - times.started), Math.round(mebibytes)] as const),
      ),
    };
  } finally {
    await endWorker(worker);
  }
}

async function phases(databaseUrl: string): Promise<{ copy: number; verification: number }> {
  const target = openTarget(databaseUrl, { connections: 4 });
  try {
    const [run] = await target.query('SELECT id FROM migration_run', []);
    const { stages, verdict } = await collectFacts(target, plan, run![0]!);
    if (verdict.state !== 'verified') throw new Error(`The migration is ${verdict.state}: ${verdict.sentence}`);
    const between = (from: string, to: string) =>
      stages.reduce((sum, { reached }) => sum + Date.parse(reached[to]!) - Date.parse(reached[from]!), 0) / 1000;
    return { copy: between('copying', 'settling'), verification: between('settling', 'complete') };
  } finally {
    await target.close();
  }
}

const MOST_POINTS = 240;

function thinned<T>(points: readonly T[]): T[] {
  const every = Math.max(1, Math.ceil(points.length / MOST_POINTS));
  return points.filter((_, place) => place % every === 0);
}
