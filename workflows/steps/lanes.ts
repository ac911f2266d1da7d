import { CancellationScope, condition } from '@temporalio/workflow';

/**
 * Takes partitions through their steps, `width()` of them at once; the width may change on the way. A lane that is one
 * too many ends after its step. When one fails the others end after theirs.
 * @param step moves a partition by one step, and answers whether it is done
 * @returns what failed first, once nothing is under way any more; null when all are done
 */
export async function runLanes(
  partitions: readonly number[],
  width: () => number,
  step: (partition: number) => Promise<boolean>,
): Promise<unknown> {
  const waiting = [...partitions];
  let failure: unknown = null;
  let lanes = 0;
  const lane = async (partition: number): Promise<void> => {
    let isDone = false;
    try {
      while (!isDone && failure === null && lanes <= width()) isDone = await step(partition);
    } catch (error) {
      failure ??= error;
    }
    if (!isDone) waiting.unshift(partition);
    lanes -= 1;
  };
  const isRoom = () => failure === null && waiting.length > 0 && lanes < width();
  for (;;) {
    while (isRoom()) {
      lanes += 1;
      void lane(waiting.shift() as number);
    }
    if (lanes === 0) return failure;
    // A cancelled workflow waits for its lanes as well: each of them ends at its next batch boundary.
    await CancellationScope.nonCancellable(() => condition(() => lanes === 0 || isRoom()));
  }
}
