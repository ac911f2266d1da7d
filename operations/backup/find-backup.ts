import { BackupUnfit } from '../../engine/common/errors.ts';
import { labelled, type Message } from '../../engine/messages/message.ts';
import { backupTooOld, noBackup, noBackupOf, SIDES } from '../../engine/messages/operations/backup.ts';
import { backupsIn } from './backups-in.ts';
import { proveBackup } from './make-backup.ts';
import type { Manifest } from './manifest.ts';

/** What a run needs a backup of. */
export interface Wanted {
  /** The target, as `describeTarget` calls it, and its schema. */
  readonly target: string;
  readonly schema: string;
  /** DATABASE_URL, under which a backup in another database is proved. */
  readonly databaseUrl: string;
  /** The source's fingerprint; null for a dump, which is a backup already. */
  readonly fingerprint: string | null;
  /** How old it may be, in hours. */
  readonly hours: number;
}

/** A backup that was proved a moment ago. */
export interface Found {
  readonly folder: string;
  /** ISO 8601. */
  readonly madeAt: string;
  /** The programs that made it. */
  readonly by: readonly string[];
}

/**
 * The newest backup in a folder that holds what a run needs, proved anew.
 * @throws BackupUnfit with the reason when there is none: too old, of something else, damaged
 */
export async function findBackup(backupsFolder: string, wanted: Wanted, now = Date.now()): Promise<Found> {
  const backups = await backupsIn(backupsFolder);
  if (backups.length === 0) throw new BackupUnfit(noBackup({ folder: backupsFolder }));
  const fitting = backups.find(({ manifest }) => missingIn(manifest, wanted).length === 0);
  if (fitting === undefined) {
    throw new BackupUnfit(noBackupOf({ folder: backupsFolder, missing: missingIn(backups[0]!.manifest, wanted) }));
  }
  const { folder, manifest } = fitting;
  const hours = (now - Date.parse(manifest.madeAt)) / 3_600_000;
  if (hours > wanted.hours) {
    throw new BackupUnfit(backupTooOld({ folder, hours: Math.round(hours), most: wanted.hours }));
  }
  await proveBackup(folder, manifest, wanted.databaseUrl);
  return foundIn(folder, manifest);
}

/** What a report tells of a backup that was proved. */
export function foundIn(folder: string, { madeAt, mongodb, postgres }: Manifest): Found {
  const by = [mongodb?.by, postgres?.by].filter((one) => one !== undefined);
  return { folder, madeAt, by };
}

/** The newest backup of the target in a folder that is older than a moment, unproved; null when there is none. */
export async function backupBefore(
  backupsFolder: string,
  wanted: Pick<Wanted, 'target' | 'schema'>,
  before: Date,
): Promise<string | null> {
  const backups = await backupsIn(backupsFolder);
  const found = backups.find(
    ({ manifest }) =>
      Date.parse(manifest.madeAt) < before.getTime() &&
      missingIn(manifest, { ...wanted, fingerprint: null }).length === 0,
  );
  return found?.folder ?? null;
}

function missingIn(
  { mongodb, postgres }: Manifest,
  { target, schema, fingerprint }: Pick<Wanted, 'target' | 'schema' | 'fingerprint'>,
): Message[] {
  const isTarget = postgres !== null && postgres.target === target && postgres.schema === schema;
  const isSource = fingerprint === null || mongodb?.fingerprint === fingerprint;
  return [...(isTarget ? [] : [labelled(SIDES.target)]), ...(isSource ? [] : [labelled(SIDES.source)])];
}
