/** Moves a dump in a process of its own, without Temporal and with less and less of what makes a run safe. */

import { isMoved, prepareInsertion, rowsToCopy } from '../../engine/copy/write-batch.ts';
import type { Stage } from '../../engine/plan/stage.ts';
import { batches } from '../../engine/source/batches.ts';
import type { KeySelection, Source } from '../../engine/source/source.ts';
import type { Outcome } from '../../engine/state/documents/outcome.ts';
import { readCheckpoints } from '../../engine/state/run/checkpoint.ts';
import { type Execute, openTarget, type Target } from '../../engine/target/target.ts';
import { transformBatch } from '../../engine/transform/prepare-batch.ts';
import { recordsOf } from '../../engine/transform/records.ts';
import { plan } from '../../stages/plan.ts';
import { openDump, RUN_ID } from '../ground.ts';
import { fillByEngine } from './fill-by-engine.ts';

/** What is left out beside Temporal: nothing, the checkpoints, or the checkpoints and the ID map. */
export type Without = 'nothing' | 'checkpoints' | 'idMap';

/** What the process is told. */
export interface EngineTask {
  readonly without: Without;
  readonly dump: string;
  readonly spool: string;
  readonly databaseUrl: string;
  /** A target that holds the whole source: references are looked up there when no ID map is written. */
  readonly filledUrl: string;
  readonly batchSize: number;
}

process.once('message', (task: EngineTask) => {
  move(task).then(
    (seconds) => process.send!({ seconds }, () => process.disconnect()),
    (error: Error) => process.send!({ problem: error.stack }, () => process.disconnect()),
  );
});

async function move({ without, dump, spool, databaseUrl, filledUrl, batchSize }: EngineTask): Promise<number> {
  const source = await openDump(dump, spool);
  const target = openTarget(databaseUrl);
  const filled = openTarget(filledUrl);
  try {
    // Connected, and Prisma's engine loaded, before the clock starts.
    for (const each of [target, filled]) await each.transaction((execute) => execute('SELECT 1'));
    const start = performance.now();
    if (without === 'nothing') await fillByEngine({ plan, source, target }, { batchSize });
    else {
      const [looked, insertion] = without === 'checkpoints' ? [target, withIdMap] : [filled, rowsOnly];
      for (const stage of plan.stages) {
        const partitions = await readCheckpoints(target, RUN_ID, stage.name);
        await Promise.all(
          partitions.map(({ selection }) => bare(source, { target, looked }, stage, selection, batchSize, insertion)),
        );
      }
    }
    return (performance.now() - start) / 1000;
  } finally {
    await Promise.all([source.close(), target.close(), filled.close()]);
  }
}

type Insertion = (stage: Stage, outcomes: readonly Outcome[]) => (execute: Execute) => Promise<void>;

const withIdMap: Insertion = (stage, outcomes) => prepareInsertion(stage, RUN_ID, outcomes.filter(isMoved));

const rowsOnly: Insertion = (stage, outcomes) => {
  const rows = rowsToCopy(stage, outcomes.filter(isMoved));
  return (execute) => execute.copy(rows);
};

/** As a segment goes, with the next batch prepared while one is written, but nothing that a crash could go on from. */
async function bare(
  source: Source,
  { target, looked }: { readonly target: Target; readonly looked: Target },
  stage: Stage,
  selection: KeySelection,
  batchSize: number,
  insertion: Insertion,
): Promise<void> {
  const context = { plan, stage, skipExisting: false };
  let writing: Promise<void> = Promise.resolve();
  try {
    for await (const batch of batches(source.read(stage.collection, selection, null), batchSize)) {
      const outcomes = await transformBatch(context, recordsOf(looked.query), batch);
      await writing;
      writing = target.transaction(insertion(stage, outcomes));
      // Awaited above or below; until then a failure must not count as unhandled.
      writing.catch(() => {});
    }
  } finally {
    await writing;
  }
}
