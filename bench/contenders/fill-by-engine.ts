import { copySegment } from '../../engine/copy/copy-segment.ts';
import type { Plan } from '../../engine/plan/stage.ts';
import type { Source } from '../../engine/source/source.ts';
import { readCheckpoints } from '../../engine/state/run/checkpoint.ts';
import type { Target } from '../../engine/target/target.ts';
import { RUN_ID } from '../ground.ts';

/** Copies every planned partition, those of a stage beside each other, by the engine alone. */
export async function fillByEngine(plan: Plan, source: Source, target: Target, batchSize: number): Promise<void> {
  const limits = { batchSize, milliseconds: Number.POSITIVE_INFINITY, signal: new AbortController().signal };
  const fence = { epoch: 1, sequence: 1, attempt: 1 };
  for (const stage of plan.stages) {
    const context = { plan, stage, source, target, skipExisting: false };
    const partitions = await readCheckpoints(target, RUN_ID, stage.name);
    await Promise.all(
      partitions.map((_, partition) =>
        copySegment(context, { runId: RUN_ID, stage: stage.name, partition }, fence, limits),
      ),
    );
  }
}
