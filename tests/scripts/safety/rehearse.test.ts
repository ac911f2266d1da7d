import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { noBackupThere, noDryRunToReview } from '../../../engine/messages/commands/databases.ts';
import { rehearsalNeedsOwnTarget } from '../../../engine/messages/commands/options.ts';
import { byAt, databaseLeft } from '../../../engine/messages/commands/rehearsing.ts';
import { EVIDENCE } from '../../../engine/messages/report/evidence.ts';
import { HEADINGS } from '../../../engine/messages/report/headings.ts';
import type { RehearsalFacts } from '../../../scripts/cli/rehearsal/rehearsal-page.ts';
import { fillMongoDB } from '../../../scripts/demo/data/fill-mongodb.ts';
import { SMALL_DEMO } from '../../../scripts/demo/data/options.ts';
import { saying } from '../../engine/messages/saying.ts';
import { type CommandTarget, type Desk, openDesk } from '../../support/command-line.ts';
import { filledTables } from '../../support/data/content.ts';
import { createMongoDatabase, type TestDatabase } from '../../support/servers/databases.ts';

let desk: Desk;
let live: TestDatabase;
let target: CommandTarget;
let environment: Record<string, string | undefined>;

beforeAll(async () => {
  desk = await openDesk();
  live = await createMongoDatabase();
  await fillMongoDB(live.url, SMALL_DEMO);
  target = await desk.target();
  environment = { ...target.environment, SOURCE_URI: live.url, BACKUPS_FOLDER: join(desk.folder, 'backups') };
});
afterAll(async () => {
  await live.drop();
  await desk.close();
});

/** Names have 63 bytes: the database's is cut short before the rehearsal's stamp. */
async function databasePrefix(): Promise<string> {
  const [[name]] = (await target.sql('SELECT left(current_database(), 33)')) as [[string]];
  return `${name}_rehearsal_`;
}

const scratchDatabases = async () =>
  target.sql('SELECT datname FROM pg_database WHERE starts_with(datname, $1)', [await databasePrefix()]);

type Told = RehearsalFacts & { readonly folder: string };
let rehearsed: Told;

describe('rehearse', () => {
  test('needs a backup, and says how to make one', async () => {
    const { code, err } = await desk.run(['rehearse'], environment);
    expect(err).toMatch(saying(noBackupThere));
    expect(code).toBe(1);
  });

  test('migrates a backup into a database of its own, tells what production will take, and drops it', async () => {
    const left = `${await databasePrefix()}20200101_000000_000`;
    await target.sql(`CREATE DATABASE ${left}`);
    const { code, out, err } = await desk.run(['rehearse', '--backup', '--json'], environment);
    await target.sql(`DROP DATABASE ${left}`);
    expect({ code, err: code === 3 ? '' : err }).toEqual({ code: 3, err: '' });
    rehearsed = JSON.parse(out) as Told;
    expect(err).toContain(databaseLeft({ name: left }).text);
    expect(rehearsed).toMatchObject({
      ...{ verdict: 'quarantined', exitCode: 3, backup: { mongodb: true, postgres: true } },
      prediction: { basis: 'live' },
    });
    expect(await scratchDatabases()).toEqual([]);
    expect(await filledTables(target)).toEqual([]);
    expect(JSON.parse(await readFile(join(rehearsed.folder, 'rehearsal.json'), 'utf8'))).toMatchObject({
      runId: rehearsed.runId,
    });
    expect(await readFile(join(rehearsed.folder, 'rehearsal.html'), 'utf8')).toContain(HEADINGS.prediction.en);
    await readFile(join(rehearsed.folder, rehearsed.report));
  });

  test('predicts by the documents that the live source holds', () => {
    const users = rehearsed.prediction.stages.find(({ stage }) => stage === 'user')!;
    expect(users.predicted.documents).toBe(users.rehearsed.documents);
    const staged = rehearsed.prediction.stages.reduce((sum, { predicted }) => sum + predicted.seconds, 0);
    expect(rehearsed.prediction.seconds).toBeCloseTo(staged + rehearsed.prediction.otherSeconds, 0);
    expect(rehearsed.prediction.downtimeSeconds).toBeGreaterThan(0);
  });

  test('refuses the target of production', async () => {
    const { code, err } = await desk.run(['rehearse', '--target', target.databaseUrl], environment);
    expect(err).toMatch(saying(rehearsalNeedsOwnTarget));
    expect(code).toBe(2);
  });
});

describe('the checklist', () => {
  test('is filled in from what was seen, and by whoever confirms the rest', async () => {
    const before = await desk.run(['checklist'], environment);
    expect(before.out).toMatch(/^\[x\] migrated/m);
    expect(before.out).toMatch(/^\[ \] downtime/m);
    expect(before.code).toBe(1);
    const early = await desk.run(['checklist', 'approve', 'dryRun'], environment);
    expect(early.err).toMatch(saying(noDryRunToReview));
    expect((await desk.run(['run', '--dry-run'], environment)).code).toBe(3);
    for (const item of ['dryRun', 'downtime', 'informed']) {
      expect((await desk.run(['checklist', 'approve', item], environment)).code).toBe(0);
    }
    const after = await desk.run(['checklist'], environment);
    expect(after.out).toMatch(
      new RegExp(`^\\[x\\] dryRun: .*dryRun quarantined .*approved ${saying(byAt).source}`, 'm'),
    );
    expect(after.out).toMatch(new RegExp(`^\\[x\\] downtime: .*approved ${saying(byAt).source}`, 'm'));
  });

  test('of the migration that follows finds the rehearsal and what was confirmed', async () => {
    const { out } = await desk.run(['run', '--json'], environment);
    const { reports } = JSON.parse(out) as { reports: string };
    const { checklist } = JSON.parse(await readFile(join(reports, 'report.json'), 'utf8'));
    const of = (item: string) => checklist.find((one: { item: string }) => one.item === item);
    expect(of('migrated').evidence[0]).toMatchObject({
      what: 'rehearsed',
      seen: true,
      run: { runId: rehearsed.runId },
    });
    expect(of('downtime')).toMatchObject({ state: 'seen', evidence: [{ what: 'approved' }] });
    expect(await readFile(join(reports, 'report.html'), 'utf8')).toContain(EVIDENCE.rehearsed.en);
  });
});
