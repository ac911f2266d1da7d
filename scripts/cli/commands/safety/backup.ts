import { join, resolve } from 'node:path';
import { ConfigurationError } from '../../../../engine/common/errors.ts';
import { dumpIsBackup } from '../../../../engine/messages/commands/options.ts';
import {
  backupProved,
  databaseNamed,
  documentsOfCollections,
  partDone,
  rowsOfTables,
} from '../../../../engine/messages/commands/results.ts';
import { makeBackup, proveBackup } from '../../../../operations/backup/make-backup.ts';
import { type Manifest, readManifest } from '../../../../operations/backup/manifest.ts';
import { plan } from '../../../../stages/plan.ts';
import { readConfiguration } from '../../../../worker/configuration.ts';
import { EXIT } from '../../exit-codes.ts';
import { io } from '../../io.ts';

/** What `backup` is told. */
export interface BackupFlags {
  readonly only?: 'mongodb' | 'postgres';
  readonly own?: boolean;
  readonly form?: 'files' | 'template';
  readonly check?: string;
  readonly json?: boolean;
}

/**
 * `backup`: backs source and target up into a new folder, and proves it; with --check it proves one that is there.
 * @throws SourceUnavailable, TargetUnavailable, BackupUnfit
 */
export async function backup({ only, own, form, check, json }: BackupFlags): Promise<number> {
  if (check !== undefined) return show(resolve(check), await proved(check), json);
  const needs = { source: only !== 'postgres', target: only !== 'mongodb' };
  const { sourceUri, databaseUrl, backupsFolder } = readConfiguration(io().environment(), needs);
  const isDump = sourceUri?.startsWith('dump:') === true;
  if (isDump && only === 'mongodb') throw new ConfigurationError([dumpIsBackup()]);
  const what = {
    sourceUri: needs.source && !isDump ? sourceUri : null,
    databaseUrl: needs.target ? databaseUrl : null,
  };
  let last = 0;
  const { folder, manifest } = await makeBackup(what, backupsFolder, {
    ...(own && { ownOnly: true }),
    asTemplate: form === 'template',
    tell: (line) => io().err.write(`${line}\n`),
    collections: plan.stages.map(({ collection }) => collection),
    onProgress: (part, done, total) => {
      if (Date.now() - last < 1_000) return;
      last = Date.now();
      io().err.write(`${partDone({ part, done, total }).text}\n`);
    },
  });
  return show(folder, manifest, json);
}

async function proved(folder: string): Promise<Manifest> {
  const manifest = await readManifest(folder);
  await proveBackup(folder, manifest, readConfiguration(io().environment()).databaseUrl);
  return manifest;
}

function show(folder: string, manifest: Manifest, json: boolean | undefined): number {
  io().out.write(json ? `${JSON.stringify({ folder, ...manifest })}\n` : `${text(folder, manifest)}\n`);
  return EXIT.done;
}

function text(folder: string, { madeAt, mongodb, postgres }: Manifest): string {
  const lines = [backupProved({ at: madeAt, folder }).text];
  if (mongodb !== null) {
    const documents = Object.values(mongodb.collections).reduce((sum, one) => sum + one.documents, 0);
    const collections = Object.keys(mongodb.collections).length;
    const [size, tool] = [megabytes(mongodb.file.bytes), mongodb.by];
    lines.push(
      `  MongoDB     ${documentsOfCollections({ documents, collections, size, tool }).text}`,
      `              mongorestore --gzip --archive=${join(folder, mongodb.file.name)}`,
    );
  }
  if (postgres !== null) {
    const rows = Object.values(postgres.tables).reduce((sum, one) => sum + one.rows, 0);
    const bytes = postgres.files.reduce((sum, file) => sum + file.bytes, 0);
    const tables = Object.keys(postgres.tables).length;
    const { database, by: tool } = postgres;
    const size = database ? databaseNamed({ database }) : megabytes(bytes);
    lines.push(
      `  PostgreSQL  ${rowsOfTables({ rows, tables, size, tool }).text}`,
      `              mongo-to-prisma restore ${folder}`,
    );
  }
  return lines.join('\n');
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}
