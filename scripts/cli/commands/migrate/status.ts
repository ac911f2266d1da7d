import { WorkflowNotFoundError } from '@temporalio/client';
import { MigrationError } from '../../../../engine/common/errors.ts';
import {
  asOfTime,
  downtimeEstimated,
  downtimeSoFar,
  gateWaitsFor,
  inPhase,
  limitedTo,
  maintenanceIs,
  migrationStands,
  migrationStandsWith,
  refusedThen,
  resumeWith,
  retriedOnResume,
} from '../../../../engine/messages/commands/screen.ts';
import { migrationWithoutWorker, noSuchMigration } from '../../../../engine/messages/commands/watching.ts';
import { labelled } from '../../../../engine/messages/message.ts';
import { WORDS } from '../../../../engine/messages/report/words.ts';
import type { DowntimeProgress, Progress } from '../../../../workflows/messages/definitions.ts';
import { outcomeOf, queryProgress } from '../../connect/watch-migration.ts';
import { withTemporal } from '../../connect/with-temporal.ts';
import { EXIT } from '../../exit-codes.ts';
import { io } from '../../io.ts';
import { duration } from '../../screen/figures.ts';
import { rollbackLine } from '../../screen/stage-line.ts';
import { approveCommand, identityLine, standingOf, waitingLine } from '../../screen/standing.ts';
import { readFacts, stageTable, summaryOf } from '../../screen/summary.ts';

/** `status`: where a migration stands, or how it has ended. Needs no database. */
export function status({ workflowId, json }: { workflowId: string; json?: boolean }): Promise<number> {
  return withTemporal(async ({ client }) => {
    const { status: state } = await client.workflow
      .getHandle(workflowId)
      .describe()
      .catch((error: unknown) => {
        if (error instanceof WorkflowNotFoundError)
          throw new MigrationError(noSuchMigration({ migration: workflowId }));
        throw error;
      });
    if (state.name !== 'RUNNING' && state.name !== 'PAUSED') {
      const outcome = await outcomeOf(client, workflowId, null);
      print(json ? JSON.stringify(outcome) : summaryOf(outcome, await readFacts(outcome.reports)));
      return EXIT.done;
    }
    const progress = await queryProgress(client, workflowId);
    if (progress === null) throw new MigrationError(migrationWithoutWorker({ migration: workflowId }));
    print(json ? JSON.stringify({ workflowId, ...progress }) : render(workflowId, progress));
    return EXIT.done;
  });
}

function render(workflowId: string, progress: Progress): string {
  const { state, gate, dryRun, limit, stages, rollback, retries = [], refused, downtime, asOf } = progress;
  const options = [...(dryRun ? [labelled(WORDS.dryRun)] : []), ...(limit === null ? [] : [limitedTo({ limit })])];
  const about = { migration: workflowId, standing: standingOf(progress) };
  const lines = [
    (options.length > 0 ? migrationStandsWith({ ...about, options }) : migrationStands(about)).text,
    ...told(identityLine(progress)),
    ...told(waitingLine(progress)),
    ...(gate === null ? [] : [gateWaitsFor({ gate, command: approveCommand(gate) }).text]),
    ...(state === 'paused' ? [resumeWith().text] : []),
    ...(retries.length === 0 ? [] : [retriedOnResume().text]),
    ...(rollback === null ? [] : [rollbackLine(rollback)]),
    ...(downtime == null ? [] : [maintenanceLine(downtime)]),
    ...(stages.length === 0 ? [] : [stageTable(stages, true)]),
    ...refused.slice(-3).map(({ message, reason, at }) => refusedThen({ at, message, reason }).text),
    asOfTime({ at: asOf }).text,
  ];
  return lines.join('\n');
}

const told = (line: string | null) => (line === null ? [] : [line]);

function maintenanceLine({ maintenance, phase, seconds, estimateSeconds }: DowntimeProgress): string {
  return [
    maintenanceIs({ maintenance: [maintenance, ...(phase === null ? [] : [inPhase({ phase: phase.name })])] }),
    ...(seconds === null ? [] : [downtimeSoFar({ time: duration(seconds) })]),
    ...(estimateSeconds === null ? [] : [downtimeEstimated({ time: duration(estimateSeconds) })]),
  ]
    .map(({ text }) => text)
    .join('; ');
}

function print(text: string): void {
  io().out.write(`${text}\n`);
}
