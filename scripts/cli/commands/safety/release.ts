import {
  askRelease,
  askReleaseElsewhere,
  nobodyHolds,
  targetReleased,
} from '../../../../engine/messages/commands/results.ts';
import { letGo } from '../../../../engine/run/lease.ts';
import { plan } from '../../../../stages/plan.ts';
import { confirm } from '../../confirm.ts';
import { withTarget } from '../../connect/with-target.ts';
import { EXIT } from '../../exit-codes.ts';
import { io } from '../../io.ts';

/** `release`: lets go of the target for a run that can no longer do so itself. The next run goes on from where it stood. */
export function release({ yes }: { yes?: boolean }): Promise<number> {
  return withTarget(async ({ target, runs }) => {
    const holder = runs.find((run) => run.lease);
    if (holder === undefined) {
      io().out.write(`${nobodyHolds().text}\n`);
      return EXIT.done;
    }
    const { id: run, workflowId: workflow, temporal } = holder;
    const question =
      temporal === null ? askRelease({ run, workflow }) : askReleaseElsewhere({ run, workflow, temporal });
    if (!yes && !(await confirm(question))) return EXIT.failed;
    await letGo(target, plan, holder);
    io().out.write(`${targetReleased({ run: holder.id }).text}\n`);
    return EXIT.done;
  });
}
