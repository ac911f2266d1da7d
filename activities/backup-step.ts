import { type Found, findBackup } from '../backup/find-backup.ts';
import { BackupUnfit } from '../engine/errors.ts';
import { BACKUP } from '../engine/report/checklist.ts';
import { saveFact } from '../engine/report/facts.ts';
import { describeTarget, schemaOf } from '../prisma/target.ts';
import type { ActivityDependencies } from './dependencies.ts';
import { working } from './failures.ts';
import type { RunRef } from './segment.ts';

/** Why the run cannot rely on a backup; null when it can, or when somebody has waived it. */
export interface BackupAnswer {
  readonly missing: string | null;
}

/**
 * Looks for a backup of source and target on this worker's host that is young enough, proves it anew, and keeps it for
 * the report (runbook, section 5.1); or keeps that somebody has waived it.
 */
export function requireBackup(deps: ActivityDependencies) {
  return (ref: { readonly run: RunRef; readonly hours: number; readonly waived: boolean }): Promise<BackupAnswer> =>
    working(async () => {
      const target = deps.target(ref.run.schema);
      const keep = (fact: Partial<Found> & { waived: boolean }) => saveFact(target, ref.run.runId, BACKUP, fact);
      if (ref.waived) {
        await keep({ waived: true });
        return { missing: null };
      }
      const source = await deps.source();
      try {
        const found = await findBackup(deps.backupsFolder, {
          ...{ target: describeTarget(deps.databaseUrl), schema: schemaOf(deps.databaseUrl), hours: ref.hours },
          fingerprint: source.kind === 'dump' ? null : await source.fingerprint(),
        });
        await keep({ ...found, waived: false });
        return { missing: null };
      } catch (error) {
        if (!(error instanceof BackupUnfit)) throw error;
        return { missing: error.message };
      }
    });
}
