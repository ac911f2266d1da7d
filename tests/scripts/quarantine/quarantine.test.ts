import { randomUUID } from 'node:crypto';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { deserialize, EJSON, ObjectId } from 'bson';
import mongoose from 'mongoose';
import { keyOf } from '../../../engine/document/legacy-key.ts';
import { notQuarantined } from '../../../engine/messages/commands/databases.ts';
import { noSuchCollection } from '../../../engine/messages/commands/options.ts';
import {
  becauseOf,
  databasesAgree,
  departedFromSource,
  documentsInAll,
  fileHas,
  hangOnIt,
  heldOfStage,
  retriedSoFar,
} from '../../../engine/messages/commands/results.ts';
import { documentsOf, migrationStands } from '../../../engine/messages/commands/screen.ts';
import { refusedWith } from '../../../engine/messages/commands/watching.ts';
import { nothingToRetry } from '../../../engine/messages/engine/run.ts';
import { RUN_STATES } from '../../../engine/messages/report/words.ts';
import { nothingQuarantinedIn } from '../../../engine/messages/workflows/refusals.ts';
import { TASK_QUEUE } from '../../../worker/settings.ts';
import type { Progress } from '../../../workflows/messages/definitions.ts';
import type { migration } from '../../../workflows/migration.ts';
import { saying } from '../../engine/messages/saying.ts';
import { type CommandTarget, type Desk, openDesk } from '../../support/command-line.ts';
import { fillWith, platformWith } from '../../support/data/flawed-platform.ts';
import { until } from '../../support/scripts.ts';
import { createMongoDatabase, type TestDatabase } from '../../support/servers/databases.ts';

const BROKEN = { artist: { email: undefined }, title: { title: '' } };
/** A text that would clear the screen of whoever looks at it. */
const STEERING = '\u001b[2J\u202e지은';

let desk: Desk;
let mongodb: TestDatabase;
let target: CommandTarget;

beforeAll(async () => {
  desk = await openDesk({ collections: {} });
  mongodb = await createMongoDatabase();
  target = await desk.target();
});
afterAll(async () => {
  await desk.close();
  await mongodb.drop();
});

const environment = (of: CommandTarget) => ({ ...of.environment, SOURCE_URI: mongodb.url });

async function command(...args: string[]): Promise<[number | null, string]> {
  const { code, out, err } = await desk.run(args, environment(target));
  expect(err).not.toMatch(/^\s+at /m);
  return [code, (out + err).trim()];
}

const list = async (...args: string[]) => JSON.parse((await command('quarantine', 'list', '--json', ...args))[1]);
const idOf = (collection: string, isIt: (document: Record<string, unknown>) => boolean) =>
  (platformWith(BROKEN)[collection]!.find(isIt)!['_id'] as ObjectId).toHexString();

/** The tests tell one story: each goes on where the one before it has left the quarantine. */
describe('the quarantine of a migration', () => {
  test('is there once the migration has ended', async () => {
    await fillWith(mongodb.url, BROKEN);
    const client = await mongoose.mongo.MongoClient.connect(mongodb.url);
    await client
      .db()
      .collection('users')
      .insertOne({ _id: STEERING as never, name: 'x' });
    await client.close();
    expect((await command('run'))[0]).toBe(3);
  });

  test('list shows documents and reasons and counts them, and no text steers the terminal', async () => {
    const [code, text] = await command('quarantine', 'list');
    expect(code).toBe(0);
    for (const steering of ['\u001b', '\u202e']) expect(text).not.toContain(steering);
    expect(text).toContain('\\u001b[2J\\u{202e}지은');
    expect(text).toMatch(/│ user\s+│ required\s+│ open\s+│\s+2 │/);
    expect(text).toContain(documentsInAll({ documents: 7 }).text);
    expect(text).toMatch(/│ payment +│ [0-9a-f]{24} +│ cascade +│ \w* +│ users [0-9a-f]{24} \(required\)/);
  });

  test('list tells pages, filters and totals as JSON', async () => {
    const first = await list('--limit', '4');
    const second = await list('--limit', '4', '--after', first.next);
    expect([first.documents.length, second.documents.length, second.next]).toEqual([4, 3, null]);
    const ids = [...first.documents, ...second.documents].map(({ stage, legacyId }) => `${stage} ${legacyId}`);
    expect(new Set(ids).size).toBe(7);
    expect((await list('--stage', 'project')).totals).toEqual([
      { stage: 'project', code: 'cascade', state: 'open', documents: 1 },
      { stage: 'project', code: 'required', state: 'open', documents: 1 },
    ]);
    expect((await list('--code', 'required')).documents).toHaveLength(3);
    expect((await list('--state', 'resolved')).documents).toEqual([]);
    expect((await list('--run', randomUUID())).documents).toEqual([]);
  });

  test('show tells everything about one document, what hangs on it, and the document', async () => {
    const id = idOf('users', ({ name }) => name === '하늘');
    const [code, text] = await command('quarantine', 'show', 'users', id);
    expect(code).toBe(0);
    expect(text).toMatch(saying(heldOfStage, { document: `users ${id}`, state: 'open', stage: 'user' }));
    expect(text).toMatch(saying(hangOnIt, { documents: 4 }));
    const document = EJSON.parse(text.slice(text.indexOf('\n{'))) as Record<string, unknown>;
    expect(document).toMatchObject({ name: '하늘', createdAt: new Date('2024-01-01') });
  });

  test('show follows a cascade to its first cause', async () => {
    const { documents } = await list('--stage', 'payment');
    const [, text] = await command('quarantine', 'show', 'payments', documents[0].legacyId);
    const id = idOf('users', ({ name }) => name === '하늘');
    expect(text).toContain(becauseOf({ document: `users ${id}`, code: 'required' }).text);
    const json = JSON.parse((await command('quarantine', 'show', 'payments', documents[0].legacyId, '--json'))[1]);
    expect(json).toMatchObject({ collection: 'payments', causes: [{ legacyId: id, held: { code: 'required' } }] });
  });

  test('show of a document that is not there, or of no collection, says so', async () => {
    expect(await command('quarantine', 'show', 'users', 'nobody')).toEqual([
      1,
      notQuarantined({ collection: 'users', key: '"nobody"' }).text,
    ]);
    expect(await command('quarantine', 'show', 'nothing', 'x')).toEqual([
      2,
      expect.stringMatching(saying(noSuchCollection, { collection: 'nothing' })),
    ]);
  });

  test('export writes lines of canonical Extended JSON; bytes that are no BSON are told as base64', async () => {
    const [run] = await target.sql('SELECT id FROM migration_run');
    const key = keyOf(new ObjectId());
    await target.sql(
      `INSERT INTO migration_quarantine (run_id, stage, legacy_key, document, code) VALUES ($1::uuid, 'user', $2::bytea, '\\x0501', 'invalidBson')`,
      [run![0], `\\x${key.toString('hex')}`],
    );
    const file = join(desk.folder, 'out.ndjson');
    expect(await command('quarantine', 'export', '--out', file)).toEqual([
      0,
      fileHas({ file, what: documentsOf({ documents: 8 }) }).text,
    ]);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    const lines = (await readFile(file, 'utf8'))
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    const told = lines.find(({ code, path }) => code === 'required' && path === 'title');
    const project = platformWith(BROKEN)['projects']!.find(({ title }) => title === '')!;
    expect(EJSON.deserialize(told)).toMatchObject({ stage: 'project', collection: 'projects', _id: project['_id'] });
    expect(EJSON.deserialize(told.document)).toEqual(project);
    expect(lines.find(({ code }) => code === 'cascade')).toMatchObject({ cause: { code: 'required' } });
    expect(lines.at(-1)).toMatchObject({ document: null, bson: 'BQE=', note: expect.stringContaining('base64') });
  });

  test('export as BSON writes what mongorestore reads, and the rest beside it', async () => {
    const folder = join(desk.folder, 'dump-of-quarantine');
    await command('quarantine', 'export', '--format', 'bson', '--out', folder);
    expect((await readdir(folder)).sort()).toEqual([
      ...['artists.bson', 'fundingprojects.bson', 'payments.bson', 'projects.bson'],
      ...['users.bson', 'users.damaged.ndjson'],
    ]);
    const bytes = await readFile(join(folder, 'projects.bson'));
    const size = bytes.readInt32LE(0);
    const restored = [bytes.subarray(0, size), bytes.subarray(size)].map((part) => deserialize(part));
    expect(restored.map(({ title }) => title)).toEqual(expect.arrayContaining(['앨범', '']));
  });

  test('retry moves what was mended, and tells what is left and what has left', async () => {
    await fillWith(mongodb.url, { title: { title: '' } });
    const [code, text] = await command('quarantine', 'retry');
    expect(text).toContain(
      [
        retriedSoFar({ moved: 5, left: 1 }).text,
        '  project: 1 × required',
        departedFromSource({ documents: 2 }).text,
        migrationStands({ migration: 'mongo-to-prisma', standing: RUN_STATES.complete.en }).text,
      ].join('\n'),
    );
    expect(code).toBe(3);
    expect((await list()).documents).toMatchObject([{ stage: 'project', code: 'required' }]);
    expect((await command('verify'))[1]).toContain(databasesAgree().text);
  });

  test('retry of what is not there says so', async () => {
    expect(await command('quarantine', 'retry', '--code', 'enum')).toEqual([
      1,
      expect.stringMatching(saying(nothingToRetry)),
    ]);
  });
});

test('retry of a migration that is under way has it try them, and leaves it where it stood', async () => {
  const other = await desk.target();
  await fillWith(mongodb.url, BROKEN);
  const worker = desk.start([], environment(other), 'worker/main.ts');
  const handle = await desk.client.workflow.start<typeof migration>('migration', {
    ...{ taskQueue: TASK_QUEUE, workflowId: 'under-way', args: [{ gates: { complete: 'manual' } }] },
  });
  const progress = () => handle.query<Progress>('progress').catch(() => null);
  await until(async () => (await progress())?.gate === 'complete');
  await fillWith(mongodb.url, {});
  const args = ['quarantine', 'retry', '--workflow-id', 'under-way', '--no-worker'];
  const { code, out } = await desk.run([...args, '--stage', 'user', '--json'], environment(other));
  expect([code, JSON.parse(out)]).toEqual([
    0,
    expect.objectContaining({ moved: 5, departed: 0, left: [], filter: { stage: 'user', code: null } }),
  ]);
  expect(await progress()).toMatchObject({ gate: 'complete', state: 'blocked' });
  const again = await desk.run([...args, '--stage', 'user'], environment(other));
  expect([again.code, again.err]).toEqual([
    1,
    expect.stringContaining(refusedWith({ reason: nothingQuarantinedIn({ stage: 'user' }) }).text),
  ]);
  await handle.executeUpdate('abort', { args: [{ rollback: true }] });
  await handle.result().catch(() => {});
  worker.child.kill('SIGTERM');
  await worker.ended;
});
