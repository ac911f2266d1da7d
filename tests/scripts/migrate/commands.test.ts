import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import {
  leaseHeldBy,
  nothingToVerify,
  notInIdMap,
  stillInQuarantine,
  targetWithoutMigration,
} from '../../../engine/messages/commands/databases.ts';
import {
  noSuchCollection,
  noTerminal,
  otherOptions,
  runIsUuid,
  stagesAre,
  withoutOption,
} from '../../../engine/messages/commands/options.ts';
import {
  databasesAgree,
  differencesInAll,
  entriesIn,
  everyPairAgrees,
  nobodyHolds,
  sideTablesDropped,
  stageCompared,
  targetReleased,
} from '../../../engine/messages/commands/results.ts';
import {
  approveAndRestart,
  documentsHeld,
  gateWaitsFor,
  runVerified,
  runWasAborted,
  workflowTerminatedBy,
} from '../../../engine/messages/commands/screen.ts';
import { attachingTo, messageTaken, workerContinues } from '../../../engine/messages/commands/starting.ts';
import {
  migrationWithoutWorker,
  noMigrationRuns,
  noSuchMigration,
  refusedWith,
} from '../../../engine/messages/commands/watching.ts';
import { eachOnALine } from '../../../engine/messages/lines.ts';
import { RUN_STATES } from '../../../engine/messages/report/words.ts';
import { aborted, writtenStays } from '../../../engine/messages/workflows/progress.ts';
import { alreadyApproved, stageNotReached } from '../../../engine/messages/workflows/refusals.ts';
import { saying } from '../../engine/messages/saying.ts';
import { type CommandTarget, type Desk, openDesk, type RunningCommand } from '../../support/command-line.ts';
import { PlatformDocuments } from '../../support/data/platform-documents.ts';
import { until } from '../../support/scripts.ts';

let desk: Desk;
let target: CommandTarget;
let worker: RunningCommand;
const documents = new PlatformDocuments();

beforeAll(async () => {
  documents.payment({});
  documents.user({ email: undefined });
  const collections: Record<string, object[]> = {};
  for (const { collection, document } of documents.all) {
    collections[collection] = [...(collections[collection] ?? []), document];
  }
  desk = await openDesk({ collections });
  target = await desk.target();
});

afterAll(() => desk.close());

/** The exit code and everything that is said. */
async function command(...args: string[]): Promise<[number | null, string]> {
  const { code, out, err } = await desk.run(args, target.environment);
  expect(err).not.toMatch(/^\s+at /m);
  return [code, (out + err).trim()];
}

const said = (code: number, pattern: RegExp) => [code, expect.stringMatching(pattern)];

async function untilGate(gate: string, workflowId = 'mongo-to-prisma'): Promise<void> {
  const handle = desk.client.workflow.getHandle(workflowId);
  await until(async () => (await handle.query<{ gate: string | null }>('progress').catch(() => null))?.gate === gate);
}

/** The tests tell one story: each goes on where the one before it has left the migration. */
test('without a migration there is nothing to look at, to watch or to steer', async () => {
  expect(
    await Promise.all([command('status'), command('watch'), command('pause'), command('verify'), command('release')]),
  ).toEqual([
    said(1, saying(noSuchMigration, { migration: 'mongo-to-prisma' })),
    said(1, saying(noSuchMigration, { migration: 'mongo-to-prisma' })),
    said(1, saying(noMigrationRuns, { migration: 'mongo-to-prisma' })),
    said(1, saying(nothingToVerify)),
    said(0, saying(nobodyHolds)),
  ]);
});

test('run --detach starts a migration and leaves it to a worker elsewhere', async () => {
  expect(await command('run', '--detach', '--gates', 'manual')).toEqual(said(0, saying(workerContinues)));
  expect(await command('status')).toEqual(said(1, saying(migrationWithoutWorker)));
  worker = desk.start([], target.environment, 'worker/main.ts');
  await untilGate('start');
});

test('status shows the gate that waits, and a run without a terminal ends with 1 and how to go on', async () => {
  const [[statusCode, status], json, [runCode, run]] = await Promise.all([
    command('status'),
    command('status', '--json'),
    command('run', '--no-worker', '--gates', 'manual'),
  ]);
  expect([statusCode, status]).toEqual(
    said(0, saying(gateWaitsFor, { gate: 'start', command: 'mongo-to-prisma approve start' })),
  );
  expect(JSON.parse(json![1])).toMatchObject({ workflowId: 'mongo-to-prisma', state: 'blocked', gate: 'start' });
  expect(run).toMatch(saying(attachingTo, { migration: 'mongo-to-prisma' }));
  expect(run).toMatch(saying(approveAndRestart, { command: 'mongo-to-prisma approve start' }));
  expect(runCode).toBe(1);
});

test('attaching with other options is refused with 2', async () => {
  expect(await command('run', '--no-worker', '--limit', '5')).toEqual(
    said(2, saying(otherOptions, { options: withoutOption({ option: '--limit' }).text })),
  );
});

test('approve, pause, resume and rollback tell what came of them', async () => {
  expect(await command('approve', 'start')).toEqual(said(0, saying(messageTaken, { migration: 'mongo-to-prisma' })));
  expect(await command('approve', 'start')).toEqual(said(1, saying(alreadyApproved, { gate: 'start' })));
  expect(await command('approve', 'user')).toEqual(said(0, saying(messageTaken)));
  await untilGate('artist');
  expect(await command('rollback', 'payment')).toEqual(said(1, saying(stageNotReached, { stage: 'payment' })));
  expect(await command('rollback', 'users')).toEqual(said(2, saying(stagesAre)));
  expect(await command('pause', '--reason', 'lunch')).toEqual(
    said(0, saying(messageTaken, { migration: 'mongo-to-prisma' })),
  );
  expect(await command('rollback', 'user')).toEqual(said(0, saying(messageTaken)));
  // It was paused, so it is so after the rollback.
  const state = () => desk.client.workflow.getHandle('mongo-to-prisma').query<{ state: string }>('progress');
  await until(async () => (await state()).state === 'paused');
  expect(await target.sql('SELECT count(*) FROM "User"')).toEqual([['0']]);
  expect(await command('resume')).toEqual(
    said(0, saying(messageTaken, { migration: 'mongo-to-prisma', standing: RUN_STATES.running.en })),
  );
  expect(await command('resume')).toEqual(said(1, saying(refusedWith)));
});

test('watch goes on to the end, without a worker, with the exit code of the migration', async () => {
  const handle = desk.client.workflow.getHandle('mongo-to-prisma');
  for (const gate of ['artist', 'project', 'fundingProject', 'payment', 'complete'])
    await handle.signal('approve', gate);
  const [code, text] = await command('watch');
  expect(text).toMatch(saying(runVerified, { held: documentsHeld({ documents: 1 }).text }));
  expect(code).toBe(3);
  expect(await command('status')).toEqual(said(0, saying(runVerified, { held: documentsHeld({ documents: 1 }).text })));
});

test('verify compares again, all or one stage, and tells what has changed since', async () => {
  const [all, one] = await Promise.all([command('verify'), command('verify', '--stage', 'payment')]);
  expect(all).toEqual(said(0, saying(databasesAgree)));
  expect(one).toEqual([
    0,
    eachOnALine([stageCompared({ stage: 'payment', documents: 1, differences: 0 }), databasesAgree()]).text,
  ]);
  await target.sql(`UPDATE "Payment" SET amount = amount + 1`);
  const [code, text] = await command('verify', '--stage', 'payment');
  expect(text).toMatch(saying(differencesInAll));
  expect(code).toBe(1);
  await target.sql(`UPDATE "Payment" SET amount = amount - 1`);
});

test('resolve goes from a document to its row and back', async () => {
  const id = documents.artist.toHexString();
  const [byName, byCollection, unknown, wrong] = await Promise.all([
    command('resolve', 'user', id, '--json'),
    command('resolve', 'users', id),
    command('resolve', 'user', '0'.repeat(24)),
    command('resolve', 'people', id),
  ]);
  const [{ prismaId }] = JSON.parse(byName[1]);
  expect(await target.sql('SELECT count(*) FROM "User" WHERE id = $1::uuid', [prismaId])).toEqual([['1']]);
  expect(byCollection).toEqual([0, `user ${id} → ${prismaId}`]);
  expect(unknown).toEqual(said(1, saying(notInIdMap)));
  expect(wrong).toEqual(said(2, saying(noSuchCollection, { collection: 'people' })));
  expect(await command('resolve', '--id', prismaId)).toEqual([0, `user ${id} → ${prismaId}`]);
});

test('id-map export writes the ID map to a file or to standard output, whole or one collection of it', async () => {
  const file = join(target.reports, 'map.csv');
  const [json, ndjson, csv, wrong] = await Promise.all([
    command('id-map', 'export'),
    command('id-map', 'export', '--format', 'ndjson', '--collection', 'payments'),
    command('id-map', 'export', '--format', 'csv', '--out', file),
    command('id-map', 'export', '--format', 'xml'),
  ]);
  const entries = Object.values(JSON.parse(json[1]).collections as Record<string, unknown[]>).flat();
  const [[all]] = (await target.sql('SELECT count(*) FROM migration_id_map')) as [[string]];
  expect(entries).toHaveLength(Number(all));
  expect(JSON.parse(ndjson[1])).toMatchObject({ collection: 'payment', parentLegacyId: null, path: '' });
  expect(csv).toEqual([0, entriesIn({ entries: Number(all), file }).text]);
  expect((await readFile(file, 'utf8')).split('\r\n')).toHaveLength(Number(all) + 2);
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  expect(wrong).toEqual(said(2, /Allowed choices are json, csv, ndjson/));
});

test('spot-check shows the same pairs for the same seed, masked, and marks what differs', async () => {
  const [first, again, json] = await Promise.all([
    command('spot-check', '--stage', 'payment', '--seed', '7'),
    command('spot-check', '--stage', 'payment', '--seed', '7'),
    command('spot-check', '--stage', 'user', '--pairs', '1', '--seed', '5', '--json'),
  ]);
  expect(first).toEqual(said(0, saying(everyPairAgrees)));
  expect(again).toEqual(first);
  expect(JSON.parse(json[1])).toMatchObject({ seed: 5, unexplained: 0, stages: { user: [{ missing: null }] } });
  await target.sql(`UPDATE "Payment" SET amount = amount + 1`);
  expect(await command('spot-check', '--stage', 'payment', '--seed', '7')).toEqual(said(1, /≠ +│ amount/));
  await target.sql(`UPDATE "Payment" SET amount = amount - 1`);
});

test('report writes the files anew', async () => {
  const [code, text] = await command('report');
  expect(code).toBe(0);
  for (const file of text.split('\n').filter((line) => line.startsWith('/')))
    expect((await stat(file)).size).toBeGreaterThan(0);
  expect(text).toMatch(/prisma-id-mapping\.json$/);
  expect(await command('report', '--run', 'x')).toEqual([2, runIsUuid().text]);
});

test('abort ends a run; one whose Temporal is gone is released', async () => {
  await command('run', '--detach', '--gates', 'manual', '--workflow-id', 'second');
  await untilGate('start', 'second');
  expect(await command('finalize', '--yes', '--force')).toEqual(said(1, saying(leaseHeldBy)));
  expect(await command('abort', '--workflow-id', 'second')).toEqual(said(0, saying(messageTaken)));
  const [code, text] = await command('watch', '--workflow-id', 'second');
  expect([code, text]).toEqual(
    said(1, saying(runWasAborted, { migration: 'second', reason: aborted({ remains: writtenStays() }).text })),
  );
  await command('run', '--detach', '--gates', 'manual', '--workflow-id', 'third');
  await untilGate('start', 'third');
  await desk.client.workflow.getHandle('third').terminate('gone');
  expect(await command('status', '--workflow-id', 'third')).toEqual(said(0, saying(workflowTerminatedBy)));
  expect(await command('release')).toEqual([2, noTerminal().text]);
  expect(await command('release', '--yes')).toEqual(said(0, saying(targetReleased)));
});

test('the worker ends with 0 when it is asked to', async () => {
  worker.child.kill('SIGINT');
  expect((await worker.ended).code).toBe(0);
});

test('another run over the same source moves nothing twice', async () => {
  const [code, text] = await command('run', '--json');
  expect(JSON.parse(text.split('\n').find((line) => line.startsWith('{'))!).stages).toMatchObject([
    { name: 'user', written: 0, quarantined: 1 },
    ...['artist', 'project', 'fundingProject', 'payment'].map((name) => ({ name, written: 0, quarantined: 0 })),
  ]);
  expect(code).toBe(3);
});

test('finalize exports the side tables and drops them, with --force when documents are in quarantine', async () => {
  expect(await command('finalize', '--yes')).toEqual(said(1, saying(stillInQuarantine, { documents: 1 })));
  expect(await command('finalize', '--yes', '--force')).toEqual(said(0, saying(sideTablesDropped)));
  const folder = (await readdir(target.reports)).find((name) => name.startsWith('finalized-'))!;
  expect((await readdir(join(target.reports, folder))).sort()).toEqual([
    ...['findings.ndjson', 'leftovers.ndjson', 'prisma-id-mapping.json', 'quarantine.ndjson'],
  ]);
  expect(await target.sql(`SELECT count(*) FROM pg_tables WHERE tablename LIKE 'migration\\_%'`)).toEqual([['0']]);
  expect(await target.sql('SELECT count(*) > 0 FROM "User"')).toEqual([['t']]);
  expect(await command('resolve', 'user', documents.artist.toHexString())).toEqual(
    said(1, saying(targetWithoutMigration)),
  );
});
