import type { Plan } from '../engine/stage.ts';
import { openTarget } from '../engine/target.ts';
import { planVerification, verificationOf, verifySegment } from '../engine/verify-rows.ts';
import type { Report } from '../scripts/servers/report.ts';
import { type Contender, digest, engine } from './contenders.ts';
import { type Ground, RUN_ID } from './ground.ts';
import { type PreparedStage, prepareRows } from './prepared-rows.ts';

/** One contender's figures; `runs` in the order in which they were taken, all others from their median. */
interface Figures {
  readonly name: string;
  readonly does: string;
  readonly rowsPerSecond: number;
  readonly documentsPerSecond: number;
  readonly runs: readonly number[];
  readonly timesCreatePerRow: number;
  readonly ofCopy: number;
}

/** What one call of the benchmark found. */
export interface Measured {
  readonly server: string;
  readonly node: string;
  readonly documents: number;
  /** Target rows; the ID map gets as many. */
  readonly rows: number;
  readonly runs: number;
  readonly contenders: readonly Figures[];
}

/**
 * Fills a first database and verifies it row by row, then lets the contenders run in turns, each into a database of
 * its own, and holds all that each has written against the first.
 * @throws Error when a contender wrote anything else
 */
export async function measure(
  ground: Ground,
  plan: Plan,
  runs: number,
  report: Report,
  contendersOf: (stages: readonly PreparedStage[]) => readonly Contender[],
): Promise<Measured> {
  const { stages, expected } = await ground.fresh((databaseUrl) => fillAndVerify(ground, plan, databaseUrl));
  const documents = stages.reduce((sum, stage) => sum + stage.documents.length, 0);
  const rows = stages.flatMap((stage) => stage.documents).reduce((sum, { rowCount }) => sum + rowCount, 0);
  const contenders = contendersOf(stages);
  const taken = new Map<Contender, number[]>(contenders.map((contender) => [contender, []]));
  for (let run = 1; run <= runs; run++) {
    for (const contender of contenders) {
      const seconds = await ground.fresh(async (databaseUrl) => {
        const time = await contender.run(databaseUrl);
        if ((await digest(plan, databaseUrl)) !== expected) throw new Error(`${contender.name} has written other rows`);
        return time;
      });
      taken.get(contender)!.push(seconds);
      report(`Run ${run} of ${runs}: ${contender.name}: ${Math.round(rows / seconds)} rows/s`);
    }
  }
  const middle = (contender: Contender) => median(taken.get(contender)!);
  const slowest = middle(contenders.find(({ name }) => name.startsWith('create per row'))!);
  const ceiling = middle(contenders.find(({ name }) => name.startsWith('COPY'))!);
  return {
    server: ground.server,
    node: process.version,
    documents,
    rows,
    runs,
    contenders: contenders.map((contender) => ({
      name: contender.name,
      does: contender.does,
      rowsPerSecond: Math.round(rows / middle(contender)),
      documentsPerSecond: Math.round(documents / middle(contender)),
      runs: taken.get(contender)!.map((seconds) => Math.round(rows / seconds)),
      timesCreatePerRow: slowest / middle(contender),
      ofCopy: ceiling / middle(contender),
    })),
  };
}

/** What every contender must write, from a database that the verifier has compared with the source field by field. */
async function fillAndVerify(ground: Ground, plan: Plan, databaseUrl: string) {
  await engine(plan, ground.source, 1000).run(databaseUrl);
  const target = openTarget(databaseUrl, { connections: 2 });
  try {
    const limits = { batchSize: 1000, milliseconds: 3_600_000, signal: new AbortController().signal };
    for (const stage of plan.stages) {
      await planVerification(target, RUN_ID, stage.name);
      const at = { runId: RUN_ID, stage: verificationOf(stage.name), partition: 0 };
      const context = { plan, stage, source: ground.source, target, skipExisting: false };
      const { counters } = await verifySegment(context, at, { epoch: 1, sequence: 1, attempt: 1 }, limits);
      if (Object.keys(counters.findings).length > 0) throw new Error(`stage ${stage.name} does not verify`);
    }
    return { stages: await prepareRows(plan, ground.source, target), expected: await digest(plan, databaseUrl) };
  } finally {
    await target.close();
  }
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
