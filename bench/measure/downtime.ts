import { readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import type { Facts } from '../../engine/report/facts/facts.ts';
import { FileFeed } from '../../engine/source/feed/file-feed.ts';
import { readRuns } from '../../engine/state/run/run.ts';
import { byCommand } from '../../engine/state/run/run-writer.ts';
import { markFeed } from '../../engine/sync/find/feed-position.ts';
import { openTarget } from '../../engine/target/target.ts';
import { applyMigrations } from '../../prisma/apply/apply-migrations.ts';
import { readDatabaseUrl, withDatabase } from '../../prisma/connection/database-url.ts';
import { plan } from '../../stages/plan.ts';
import { DEFAULT_WORKFLOW_ID } from '../../worker/settings.ts';
import type { MigrationInput } from '../../workflows/messages/definitions.ts';
import { endWorker, forkWorker, migrateToEnd } from '../contenders/whole-migration.ts';
import { administer } from '../ground.ts';
import { differing, digests } from './digest.ts';

/** A reconciliation from one dump to a later one, by the real workflow. */
export interface Downtime {
  readonly name: string;
  /** In maintenance, as the run itself tells: changes found, applied and compared. */
  readonly seconds: number;
  /** Over those of a whole migration of the later dump. */
  readonly ofMigration: number;
  /** From the start of the workflow to its end, with the checks before it and the reports after it. */
  readonly wholeSeconds: number;
  /** Of these seconds, by activity, the longest first. */
  readonly steps: Readonly<Record<string, number>>;
}

export interface Downtimes {
  /** A whole migration of the later dump into an empty target, verified. */
  readonly migrationSeconds: number;
  readonly downtimes: readonly Downtime[];
}

/** Where it is measured. */
export interface Scene {
  /** A target that the earlier dump was migrated into, to which nobody is connected. */
  readonly databaseUrl: string;
  readonly temporalAddress: string;
  /** The later dump's folder, which holds the list of what has changed. */
  readonly after: string;
  readonly reportsFolder: string;
  readonly report: (line: string) => void;
}

/**
 * How long a platform would be down when only what has changed is moved and compared in the maintenance.
 * @throws Error when a reconciled target is not, row by row, what a fresh migration makes of the later dump
 */
export async function timeDowntimes(scene: Scene): Promise<Downtimes> {
  const { report, databaseUrl } = scene;
  const fresh = await createDatabase(databaseUrl, 'reconcile_fresh', 'template1');
  await applyMigrations(fresh);
  const { seconds: migrationSeconds } = await timeRun(scene, fresh, {});
  report(`The later dump, whole: ${migrationSeconds.toFixed(1)} s`);
  const expected = await digests(plan, fresh);
  const downtimes: Downtime[] = [];
  for (const [name, how] of WAYS) {
    const copy = await createDatabase(databaseUrl, `reconcile_${how}`, readDatabaseUrl(databaseUrl).database);
    await markBefore(copy);
    const {
      seconds: wholeSeconds,
      steps,
      reports,
    } = await timeRun(scene, copy, { reconcile: how, maintenance: 'throughout' });
    const seconds = await downtimeOf(reports);
    report(`${name}: ${seconds.toFixed(1)} s of ${wholeSeconds.toFixed(1)} s`);
    const wrong = differing(expected, await digests(plan, copy));
    if (wrong.length > 0) throw new Error(`${name}: ${wrong.join(', ')} are not what a fresh migration makes.`);
    downtimes.push({ name, seconds, ofMigration: seconds / migrationSeconds, wholeSeconds, steps });
  }
  return { migrationSeconds, downtimes };
}

const WAYS = [
  ['by a file of changes', 'feed'],
  ['by comparing all documents, with totals', 'fingerprint'],
] as const;

/** Seconds of maintenance, by a run's report. */
async function downtimeOf(reportsFolder: string): Promise<number> {
  const { downtime } = JSON.parse(await readFile(join(reportsFolder, 'report.json'), 'utf8')) as Facts;
  return downtime.seconds!;
}

/** Maintenance that costs nothing itself. */
async function writeMaintenance(folder: string): Promise<string> {
  const action = { name: 'flag', kind: 'flagFile', path: join(folder, 'maintenance') };
  const file = join(folder, 'maintenance.json');
  await writeFile(file, JSON.stringify({ on: [action], off: [action] }));
  return file;
}

async function timeRun(scene: Scene, databaseUrl: string, input: MigrationInput) {
  const maintenance = await writeMaintenance(dirname(scene.after));
  const worker = forkWorker({
    ...{
      MAINTENANCE_FILE: maintenance,
      SOURCE_URI: `dump:${scene.after}`,
      DATABASE_URL: databaseUrl,
      TEMPORAL_ADDRESS: scene.temporalAddress,
    },
    ...{ REPORTS_FOLDER: scene.reportsFolder, CHANGE_FEED: 'file', CHANGES_FILE: join(scene.after, 'changes.ndjson') },
  });
  try {
    const { started, ended, reports } = await migrateToEnd(scene.temporalAddress, worker, input);
    return { seconds: (ended - started) / 1000, reports, steps: await stepsOf(scene.temporalAddress) };
  } finally {
    await endWorker(worker);
  }
}

/** Seconds of the activities of the workflow that has just ended, from being scheduled to their end, by their names. */
async function stepsOf(address: string): Promise<Readonly<Record<string, number>>> {
  const connection = await Connection.connect({ address });
  try {
    const { events } = await new Client({ connection }).workflow.getHandle(DEFAULT_WORKFLOW_ID).fetchHistory();
    const byId = new Map(events?.map((event) => [String(event.eventId), event]));
    const steps: Record<string, number> = {};
    for (const { eventTime, activityTaskCompletedEventAttributes: done } of events ?? []) {
      if (!done) continue;
      const { activityTaskScheduledEventAttributes: asked, eventTime: from } = byId.get(String(done.scheduledEventId))!;
      const name = asked!.activityType!.name!;
      steps[name] = (steps[name] ?? 0) + secondsOf(eventTime) - secondsOf(from);
    }
    return Object.fromEntries(Object.entries(steps).sort(([, a], [, b]) => b - a));
  } finally {
    await connection.close();
  }
}

const secondsOf = (time: { seconds?: unknown; nanos?: number | null } | null | undefined) =>
  Number(time?.seconds ?? 0) + (time?.nanos ?? 0) / 1e9;

/** As a run does that is to be caught up with, before it copies: nothing had changed by then. */
async function markBefore(databaseUrl: string): Promise<void> {
  const target = openTarget(databaseUrl, { connections: 1 });
  try {
    const [run] = await readRuns(target.query);
    await markFeed(target, byCommand(run!), plan.stages, new FileFeed('no-such-file.ndjson'));
  } finally {
    await target.close();
  }
}

async function createDatabase(serverUrl: string, name: string, template: string): Promise<string> {
  await administer(withDatabase(serverUrl, 'template1'), `CREATE DATABASE "${name}" TEMPLATE "${template}"`);
  return withDatabase(serverUrl, name);
}
