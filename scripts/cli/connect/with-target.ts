import { TargetUnfit } from '../../../engine/common/errors.ts';
import { targetWithoutMigration } from '../../../engine/messages/commands/databases.ts';
import { hasSideTables, type Run, readRuns } from '../../../engine/state/run/run.ts';
import { openTarget, type Target } from '../../../engine/target/target.ts';
import { migrationStatus } from '../../../prisma/apply/apply-migrations.ts';
import { readConfiguration } from '../../../worker/configuration.ts';
import { io } from '../io.ts';

/** The target, and what a command needs beside it. */
export interface TargetAccess {
  readonly target: Target;
  readonly reportsFolder: string;
  /** The runs that it knows, the newest first. */
  readonly runs: readonly Run[];
}

/**
 * Does something with the target and the side tables in it, without Temporal.
 * @throws ConfigurationError, TargetUnavailable; TargetUnfit when the side tables are not there
 */
export async function withTarget<T>(work: (access: TargetAccess) => Promise<T>): Promise<T> {
  const { databaseUrl, reportsFolder } = readConfiguration(io().environment(), { target: true });
  // Tells, too, in one sentence why the server cannot be used.
  await migrationStatus(databaseUrl!);
  const target = openTarget(databaseUrl!, { connections: 6 });
  try {
    if (!(await hasSideTables(target.query))) throw new TargetUnfit(targetWithoutMigration());
    return await work({ target, reportsFolder, runs: await readRuns(target.query) });
  } finally {
    await target.close();
  }
}
