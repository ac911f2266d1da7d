import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
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
    said(1, /^There is no migration mongo-to-prisma\.$/),
    said(1, /^There is no migration mongo-to-prisma\.$/),
    said(1, /^No migration mongo-to-prisma is running\.$/),
    said(1, /^The target knows no complete run: there is nothing to verify\.$/),
    said(0, /^No run holds this target\.$/),
  ]);
});

test('run --detach starts a migration and leaves it to a worker elsewhere', async () => {
  expect(await command('run', '--detach', '--gates', 'manual')).toEqual(
    said(0, /^Started migration mongo-to-prisma\.\nA worker continues it/),
  );
  expect(await command('status')).toEqual(
    said(1, /is open, but no worker answers: start one with `npm run worker`\.$/),
  );
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
    said(0, /: blocked: .*\nMoves .* into .*\nGate start waits for: mongo-to-prisma approve start\n/),
  );
  expect(JSON.parse(json![1])).toMatchObject({ workflowId: 'mongo-to-prisma', state: 'blocked', gate: 'start' });
  expect(run).toMatch(/is running: attaching to it/);
  expect(run).toMatch(/is blocked: .*Run `mongo-to-prisma approve start` and start the same command again\./);
  expect(runCode).toBe(1);
});

test('attaching with other options is refused with 2', async () => {
  expect(await command('run', '--no-worker', '--limit', '5')).toEqual(
    said(2, /is running with other options \(without --limit\): watch it with/),
  );
});

test('approve, pause, resume and rollback tell what came of them', async () => {
  expect(await command('approve', 'start')).toEqual(said(0, /^Taken: migration mongo-to-prisma is /));
  expect(await command('approve', 'start')).toEqual(said(1, saying(alreadyApproved, { gate: 'start' })));
  expect(await command('approve', 'user')).toEqual(said(0, /^Taken/));
  await untilGate('artist');
  expect(await command('rollback', 'payment')).toEqual(said(1, saying(stageNotReached, { stage: 'payment' })));
  expect(await command('rollback', 'users')).toEqual(said(2, /The stages are user, artist/));
  expect(await command('pause', '--reason', 'lunch')).toEqual(said(0, /^Taken: migration mongo-to-prisma is blocked/));
  expect(await command('rollback', 'user')).toEqual(said(0, /^Taken/));
  // It was paused, so it is so after the rollback.
  const state = () => desk.client.workflow.getHandle('mongo-to-prisma').query<{ state: string }>('progress');
  await until(async () => (await state()).state === 'paused');
  expect(await target.sql('SELECT count(*) FROM "User"')).toEqual([['0']]);
  expect(await command('resume')).toEqual(said(0, /^Taken: migration mongo-to-prisma is running/));
  expect(await command('resume')).toEqual(said(1, /^Refused: /));
});

test('watch goes on to the end, without a worker, with the exit code of the migration', async () => {
  const handle = desk.client.workflow.getHandle('mongo-to-prisma');
  for (const gate of ['artist', 'project', 'fundingProject', 'payment', 'complete'])
    await handle.signal('approve', gate);
  const [code, text] = await command('watch');
  expect(text).toMatch(/^Migration complete and verified: 1 document in quarantine\.$/m);
  expect(code).toBe(3);
  expect(await command('status')).toEqual(said(0, /^Migration complete and verified: 1 document in quarantine\./));
});

test('verify compares again, all or one stage, and tells what has changed since', async () => {
  const [all, one] = await Promise.all([command('verify'), command('verify', '--stage', 'payment')]);
  expect(all).toEqual(said(0, /Source and target agree\.$/));
  expect(one).toEqual(said(0, /^payment: 1 document compared, 0 differences\nSource and target agree\.$/));
  await target.sql(`UPDATE "Payment" SET amount = amount + 1`);
  const [code, text] = await command('verify', '--stage', 'payment');
  expect(text).toMatch(/[1-9]\d* differences? in total\.$/);
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
  expect(unknown).toEqual(said(1, /is not in the ID map/));
  expect(wrong).toEqual(said(2, /^There is no collection people/));
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
  expect(csv).toEqual([0, `${all} entries in ${file}`]);
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
  expect(first).toEqual(
    said(0, /Every pair agrees, or a finding explains the difference\. The same pairs again: --seed 7$/),
  );
  expect(again).toEqual(first);
  expect(JSON.parse(json[1])).toMatchObject({ seed: 5, unexplained: 0, stages: { user: [{ missing: null }] } });
  await target.sql(`UPDATE "Payment" SET amount = amount + 1`);
  expect(await command('spot-check', '--stage', 'payment', '--seed', '7')).toEqual(
    said(1, /≠ +│ amount[\s\S]*1 pair differs, and no finding explains it\./),
  );
  await target.sql(`UPDATE "Payment" SET amount = amount - 1`);
});

test('report writes the files anew', async () => {
  const [code, text] = await command('report');
  expect(code).toBe(0);
  for (const file of text.split('\n').filter((line) => line.startsWith('/')))
    expect((await stat(file)).size).toBeGreaterThan(0);
  expect(text).toMatch(/prisma-id-mapping\.json$/);
  expect(await command('report', '--run', 'x')).toEqual([2, '--run is a run’s UUID.']);
});

test('abort ends a run; one whose Temporal is gone is released', async () => {
  await command('run', '--detach', '--gates', 'manual', '--workflow-id', 'second');
  await untilGate('start', 'second');
  expect(await command('finalize', '--yes', '--force')).toEqual(
    said(1, /holds this target: let it end, abort it, or release it\.$/),
  );
  expect(await command('abort', '--workflow-id', 'second')).toEqual(said(0, /^Taken/));
  const [code, text] = await command('watch', '--workflow-id', 'second');
  expect([code, text]).toEqual(
    said(1, /^Migration second has been aborted: Aborted by the operator; what was written stays/m),
  );
  await command('run', '--detach', '--gates', 'manual', '--workflow-id', 'third');
  await untilGate('start', 'third');
  await desk.client.workflow.getHandle('third').terminate('gone');
  expect(await command('status', '--workflow-id', 'third')).toEqual(said(0, /has failed: The workflow was terminated/));
  expect(await command('release')).toEqual([2, 'No terminal to ask for confirmation: add --yes.']);
  expect(await command('release', '--yes')).toEqual(said(0, /^Released: run .* no longer holds this target\.$/));
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
  expect(await command('finalize', '--yes')).toEqual(said(1, /^1 document is in quarantine: /));
  expect(await command('finalize', '--yes', '--force')).toEqual(said(0, /side tables are dropped\.$/));
  const folder = (await readdir(target.reports)).find((name) => name.startsWith('finalized-'))!;
  expect((await readdir(join(target.reports, folder))).sort()).toEqual([
    ...['findings.ndjson', 'leftovers.ndjson', 'prisma-id-mapping.json', 'quarantine.ndjson'],
  ]);
  expect(await target.sql(`SELECT count(*) FROM pg_tables WHERE tablename LIKE 'migration\\_%'`)).toEqual([['0']]);
  expect(await target.sql('SELECT count(*) > 0 FROM "User"')).toEqual([['t']]);
  expect(await command('resolve', 'user', documents.artist.toHexString())).toEqual(
    said(1, /^The target holds no migration: it has no side tables\./),
  );
});
