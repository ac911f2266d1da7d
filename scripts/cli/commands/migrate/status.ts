import { WorkflowNotFoundError } from '@temporalio/client';
import { MigrationError } from '../../../../engine/common/errors.ts';
import { migrationWithoutWorker, noSuchMigration } from '../../../../engine/messages/commands/watching.ts';
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
  const kind = [dryRun ? 'dry run' : '', limit === null ? '' : `limit ${limit}`].filter((word) => word !== '');
  const lines = [
    `Migration ${workflowId}${kind.length > 0 ? ` (${kind.join(', ')})` : ''}: ${standingOf(progress)}.`,
    ...told(identityLine(progress)),
    ...told(waitingLine(progress)),
    ...(gate === null ? [] : [`Gate ${gate} waits for: ${approveCommand(gate)}`]),
    ...(state === 'paused' ? ['Resume with: mongo-to-prisma resume'] : []),
    ...(retries.length === 0 ? [] : ['Quarantined documents are retried when the run resumes.']),
    ...(rollback === null ? [] : [rollbackLine(rollback)]),
    ...(downtime == null ? [] : [maintenanceLine(downtime)]),
    ...(stages.length === 0 ? [] : [stageTable(stages, true)]),
    ...refused.slice(-3).map(({ message, reason: why, at }) => `Refused at ${at}: ${message}, since ${why}.`),
    `As of ${asOf}.`,
  ];
  return lines.join('\n');
}

const told = (line: string | null) => (line === null ? [] : [line]);

function maintenanceLine({ maintenance, phase, seconds, estimateSeconds }: DowntimeProgress): string {
  return [
    `Maintenance: ${maintenance}${phase === null ? '' : `, phase ${phase.name}`}`,
    ...(seconds === null ? [] : [`downtime ${duration(seconds)}`]),
    ...(estimateSeconds === null ? [] : [`estimated ${duration(estimateSeconds)}`]),
  ].join('; ');
}

function print(text: string): void {
  io().out.write(`${text}\n`);
}
