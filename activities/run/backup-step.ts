import { rm } from 'node:fs/promises';
import { Context } from '@temporalio/activity';
import { BackupUnfit } from '../../engine/common/errors.ts';
import { unwritable } from '../../engine/common/writable-folder.ts';
import type { Message } from '../../engine/messages/message.ts';
import { BACKUP } from '../../engine/report/facts/checklist.ts';
import { saveFact } from '../../engine/state/run/run-facts.ts';
import { type Found, findBackup, foundIn } from '../../operations/backup/find-backup.ts';
import { makeBackup } from '../../operations/backup/make-backup.ts';
import { readManifest } from '../../operations/backup/manifest.ts';
import { describeTarget, schemaOf } from '../../prisma/connection/target.ts';
import type { ActivityDependencies } from '../dependencies.ts';
import { working } from '../failures.ts';
import { openRun } from '../open-run.ts';
import type { RunRef } from '../run-ref.ts';
import { writerOf } from '../stage/segment.ts';

/**
 * Makes a backup of source and target on this worker's host, proves it, and keeps it for the report (runbook, section
 * 5.1). An attempt that ends before its time leaves nothing behind, or its successor on the same host takes it away.
 */
export function backUp(deps: ActivityDependencies) {
  return ({ run }: { readonly run: RunRef }): Promise<Found> =>
    working(async (signal, beat) => {
      const { target } = await openRun(deps, run);
      await removeUnfinished(Context.current().info.heartbeatDetails);
      const source = await deps.source();
      const what = { sourceUri: source.kind === 'dump' ? null : deps.sourceUri, databaseUrl: deps.databaseUrl };
      let begun: string | null = null;
      try {
        const { folder, manifest } = await makeBackup(what, deps.backupsFolder, {
          collections: deps.plan.stages.map(({ collection }) => collection),
          signal,
          onFolder: (path) => {
            begun = path;
            beat(path);
          },
        });
        const found = foundIn(folder, manifest);
        await saveFact(target, writerOf(run), BACKUP, { ...found, waived: false });
        return found;
      } catch (error) {
        await removeUnfinished(begun);
        signal.throwIfAborted();
        throw unwritable(error, deps.backupsFolder, 'backup');
      }
    });
}

/** A folder without a manifest is no backup, and yet holds a platform's data. */
async function removeUnfinished(folder: unknown): Promise<void> {
  if (typeof folder !== 'string' || (await readManifest(folder).catch(() => null)) !== null) return;
  await rm(folder, { recursive: true, force: true }).catch(() => {});
}

/** Why the run cannot rely on a backup; null when it can, or when somebody has waived it. */
export interface BackupAnswer {
  readonly missing: Message | null;
}

/**
 * Looks for a backup of source and target on this worker's host that is young enough, proves it anew, and keeps it for
 * the report (runbook, section 5.1); or keeps that somebody has waived it.
 */
export function requireBackup(deps: ActivityDependencies) {
  return (ref: { readonly run: RunRef; readonly hours: number; readonly waived: boolean }): Promise<BackupAnswer> =>
    working(async () => {
      const { target } = await openRun(deps, ref.run);
      const keep = (fact: Partial<Found> & { waived: boolean }) => saveFact(target, writerOf(ref.run), BACKUP, fact);
      if (ref.waived) {
        await keep({ waived: true });
        return { missing: null };
      }
      const source = await deps.source();
      try {
        const found = await findBackup(deps.backupsFolder, {
          ...{ target: describeTarget(deps.databaseUrl), schema: schemaOf(deps.databaseUrl) },
          ...{ databaseUrl: deps.databaseUrl, hours: ref.hours },
          fingerprint: source.kind === 'dump' ? null : await source.fingerprint(),
        });
        await keep({ ...found, waived: false });
        return { missing: null };
      } catch (error) {
        if (!(error instanceof BackupUnfit)) throw error;
        return { missing: error.said };
      }
    });
}
