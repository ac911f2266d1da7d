import { letGo } from '../../../../engine/run/lease.ts';
import { whereabouts } from '../../../../engine/state/run/run.ts';
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
      io().out.write('No run holds this target.\n');
      return EXIT.done;
    }
    const question = `Run ${holder.id} of workflow ${holder.workflowId} holds this target${whereabouts(holder)}. Is its Temporal gone for good?`;
    if (!yes && !(await confirm(question))) return EXIT.failed;
    await letGo(target, plan, holder);
    io().out.write(`Released: run ${holder.id} no longer holds this target.\n`);
    return EXIT.done;
  });
}
