import { existsSync } from 'node:fs';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { mongo } from 'mongoose';
import {
  ACTION_OUTCOMES,
  answeredWrongly,
  maintenanceFileMissing,
} from '../../engine/messages/operations/maintenance.ts';
import { gateWaitsForTask, totalsDiffer, writesSeen, writesTo } from '../../engine/messages/workflows/blocked.ts';
import { isFinishing } from '../../engine/messages/workflows/refusals.ts';
import type { Facts } from '../../engine/report/facts/facts.ts';
import { fillMongoDB } from '../../scripts/demo/data/fill-mongodb.ts';
import type { MigrationInput } from '../../workflows/messages/definitions.ts';
import { saying } from '../engine/messages/saying.ts';
import { failureOf, type Handle, openPlatform, type Platform, untilProgress } from '../support/migration.ts';
import { createMongoDatabase } from '../support/servers/databases.ts';
import { Switchboard } from '../support/servers/switchboard.ts';

let platform: Platform;
const switchboards: Switchboard[] = [];

beforeAll(async () => {
  platform = await openPlatform();
});
afterEach(() => Promise.all(switchboards.splice(0).map((one) => one.close())));
afterAll(() => platform.close());

/** Closed after the test. */
async function openSwitchboard(): Promise<Switchboard> {
  const board = await Switchboard.open(platform.folder);
  switchboards.push(board);
  return board;
}

const THROUGHOUT = { maintenance: 'throughout' } as const;
/** Where what is moved in between does not matter. */
const BRIEFLY: MigrationInput = { ...THROUGHOUT, stages: ['user'] };

async function factsOf(folder: string): Promise<Facts> {
  return JSON.parse(await readFile(join(folder, 'report.json'), 'utf8')) as Facts;
}

describe('a run in maintenance throughout', () => {
  test('turns it on before the first stage and off at the end, before the reports, and tells how long it took', async () => {
    const board = await openSwitchboard();
    const target = await platform.target({ maintenance: board.actions() });
    const handle = await target.start([{ ...THROUGHOUT, gates: { user: 'manual' } }]);
    const { downtime, stages } = await untilProgress(handle, ({ gate }) => gate === 'user');
    expect(downtime).toMatchObject({ maintenance: 'on', phase: { name: 'maintenanceOn' } });
    expect(stages.every(({ state }) => state === 'pending')).toBe(true);
    expect(board.asked).toEqual(['on']);
    expect(await readFile(board.flag, 'utf8')).toBe('maintenance');
    await handle.signal('approve', 'user');
    const { reports } = await handle.result();
    expect(board.asked).toEqual(['on', 'off']);
    expect(existsSync(board.flag)).toBe(false);
    const facts = await factsOf(reports);
    expect(facts.downtime).toMatchObject({
      mode: 'throughout',
      probed: false,
      writes: [],
      estimate: null,
      actions: [
        { direction: 'on', name: 'flag', outcome: ACTION_OUTCOMES.fileWritten.en },
        { direction: 'on', name: 'ask on', outcome: 'HTTP 200' },
        { direction: 'off', name: 'ask off', outcome: 'HTTP 200' },
        { direction: 'off', name: 'flag', outcome: ACTION_OUTCOMES.fileRemoved.en },
      ],
    });
    const [first, ...others] = facts.downtime.phases;
    expect(first!.name).toBe('maintenanceOn');
    expect(others.map(({ name }) => name).slice(-3)).toEqual(['switch', 'maintenanceOff', 'over']);
    const phases = facts.downtime.phases.reduce((sum, { seconds }) => sum + (seconds ?? 0), 0);
    expect(Math.abs(facts.downtime.seconds! - phases)).toBeLessThan(1.5);
    expect(JSON.stringify(await handle.fetchHistory())).not.toContain('very-secret');
    // The platform does not wait for the reports.
    expect((await stepsOf(handle)).slice(-5)).toEqual([
      'performMaintenance',
      'performMaintenance',
      'concludeRun',
      'writeReports',
      'endRun',
    ]);

    // A later one repeats an action that fails, and estimates by what the earlier one has measured.
    board.answers.push(503, 500);
    const later = await (await target.start([THROUGHOUT])).result();
    expect(board.asked.slice(2)).toEqual(['on', 'on', 'on', 'off']);
    const { estimate } = (await factsOf(later.reports)).downtime;
    expect(estimate?.stages.map(({ stage }) => stage)).toEqual([
      ...['user', 'artist', 'project', 'fundingProject', 'payment'],
    ]);
    expect(estimate!.seconds).toBeGreaterThan(0);
  });

  test('is blocked by an action that fails for good, without repeating those before it on resume', async () => {
    const board = await openSwitchboard();
    board.always = 500;
    const first = board.request('first');
    const target = await platform.target({
      maintenance: { on: [first, board.request('on')], off: [board.request('off')] },
    });
    board.always = null;
    board.answers.push(200, 500, 500, 500, 500, 500);
    const handle = await target.start([BRIEFLY]);
    const { reason } = await untilProgress(handle, ({ state }) => state === 'blocked');
    expect(reason).toMatch(saying(answeredWrongly, { status: 500, expected: '2xx' }));
    await handle.signal('resume');
    await handle.result();
    expect(board.asked.filter((path) => path === 'first')).toHaveLength(1);
    expect(board.asked.slice(-2)).toEqual(['on', 'off']);
  });

  test('waits at its gate while a person does what only people can', async () => {
    const board = await openSwitchboard();
    const task = { name: 'queue', kind: 'manual', task: 'Hold the payment queue.' } as const;
    const target = await platform.target({ maintenance: board.actions({ on: [task] }) });
    const handle = await target.start([BRIEFLY]);
    const { reason } = await untilProgress(handle, ({ gate }) => gate === 'maintenance-on');
    expect(reason).toBe(gateWaitsForTask({ gate: 'maintenance-on', task: 'Hold the payment queue.' }).text);
    expect(board.asked).toEqual(['on']);
    await handle.signal('approve', 'maintenance-on');
    await handle.result();
    expect(board.asked).toEqual(['on', 'off']);
  });

  test('needs a file that says how, and says so before anything is moved', async () => {
    const target = await platform.target();
    const handle = await target.start([{ maintenance: 'switch' }]);
    const { reason, stages } = await untilProgress(handle, ({ state }) => state === 'blocked');
    expect(reason).toMatch(saying(maintenanceFileMissing));
    expect(stages.every(({ state }) => state === 'pending')).toBe(true);
    await handle.signal('abort');
    expect((await failureOf(handle)).message).not.toContain('maintenance');
  });
});

test('maintenance for the switch only is turned on after the stages; a damaged reference is told before, and when it is mended', async () => {
  const board = await openSwitchboard();
  const target = await platform.target({ maintenance: board.actions() });
  const gates = { payment: 'manual', 'maintenance-on': 'manual' } as const;
  const handle = await target.start([{ maintenance: 'switch', gates }]);
  await untilProgress(handle, ({ gate }) => gate === 'payment');
  expect(board.asked).toEqual([]);
  const damaged = `id = (SELECT min(id::text)::uuid FROM "Project")`;
  const [row] = await target.sql(`SELECT "artistId" FROM "Project" WHERE ${damaged}`);
  await target.sql(
    `UPDATE "Project" SET "artistId" = (SELECT id FROM "User" WHERE id <> "artistId" LIMIT 1) WHERE ${damaged}`,
  );
  await handle.signal('approve', 'payment');
  const { reason } = await untilProgress(handle, ({ state, gate }) => state === 'blocked' && gate === null);
  expect(reason).toMatch(saying(totalsDiffer, { stage: 'project' }));
  expect(board.asked).toEqual([]);
  await target.sql(`UPDATE "Project" SET "artistId" = '${row![0]}' WHERE ${damaged}`);
  await handle.signal('resume');
  const atSwitch = await untilProgress(handle, ({ gate }) => gate === 'maintenance-on');
  expect(atSwitch.stages.every(({ state }) => state === 'complete')).toBe(true);
  expect(board.asked).toEqual([]);
  await handle.signal('approve', 'maintenance-on');
  const { stages, verdict } = await factsOf((await handle.result()).reports);
  expect(board.asked).toEqual(['on', 'off']);
  expect(verdict.reasons.filter((one) => !one.includes('quarantine'))).toEqual([]);
  const rules = stages.map(({ references }) => references!.map(({ what, wrong }) => `${what} ${wrong}`));
  expect(rules.flat().filter((rule) => !rule.endsWith(' 0'))).toEqual([]);
  expect(rules[2]).toEqual(expect.arrayContaining(['orphans 0', 'rowless 0', 'lost 0', 'misled 0']));
});

describe('the platform', () => {
  test('is not taken down once more for a report that cannot be written', async () => {
    const board = await openSwitchboard();
    const target = await platform.target({ maintenance: board.actions() });
    const handle = await target.start([{ ...BRIEFLY, gates: { complete: 'manual' } }]);
    await untilProgress(handle, ({ gate }) => gate === 'complete');
    const inTheWay = join(platform.folder, 'reports', target.taskQueue);
    await rm(inTheWay, { recursive: true });
    await writeFile(inTheWay, 'a file where the folder has to be');
    await handle.signal('approve', 'complete');
    await untilProgress(handle, ({ downtime }) => downtime?.maintenance === 'off' && downtime.seconds !== null);
    await untilProgress(handle, ({ state }) => state === 'blocked');
    await handle.signal('rollbackToStage', 'user');
    const { refused } = await untilProgress(handle, (progress) => progress.refused.length > 0);
    expect(JSON.stringify(refused)).toContain(isFinishing().text);
    await rm(inTheWay);
    await handle.signal('resume');
    await handle.result();
    expect(board.asked).toEqual(['on', 'off']);
  });

  test('waits for them when a person is to let it go on', async () => {
    const board = await openSwitchboard();
    const target = await platform.target({ maintenance: board.actions() });
    const handle = await target.start([{ ...BRIEFLY, gates: { 'maintenance-off': 'manual' } }]);
    await untilProgress(handle, ({ gate }) => gate === 'maintenance-off');
    expect(await stepsOf(handle)).toContain('writeReports');
    expect(board.asked).toEqual(['on']);
    await handle.signal('approve', 'maintenance-off');
    const { reports } = await handle.result();
    expect((await factsOf(reports)).downtime.seconds).toBeGreaterThan(0);
  });
});

/** Activities of a run, in the order in which they were asked for. */
async function stepsOf(handle: Handle): Promise<string[]> {
  const { events } = await handle.fetchHistory();
  return (events ?? []).flatMap(({ activityTaskScheduledEventAttributes: asked }) => asked?.activityType?.name ?? []);
}

test('a dry run needs no maintenance', async () => {
  const board = await openSwitchboard();
  const target = await platform.target({ maintenance: board.actions() });
  await (await target.start([{ ...THROUGHOUT, dryRun: true, limit: 5 }])).result();
  expect(board.asked).toEqual([]);
});

test('a write that reaches the source during maintenance blocks the run, which tells where', async () => {
  const live = await createMongoDatabase();
  const client = new mongo.MongoClient(live.url);
  try {
    await fillMongoDB(live.url, { scale: 0.02, bad: false });
    const board = await openSwitchboard();
    const target = await platform.target({ sourceUri: live.url, maintenance: board.actions() });
    const handle = await target.start([{ ...THROUGHOUT, gates: { artist: 'manual', complete: 'manual' } }]);
    await untilProgress(handle, ({ gate }) => gate === 'artist');
    const payments = client.db().collection('payments');
    const [one] = await payments.find().limit(1).toArray();
    const late = { ...one, _id: new mongo.ObjectId(), paymentId: 'late-payment', orderId: 'late-order' };
    await payments.insertOne(late);
    await client
      .db()
      .collection('users')
      .updateMany({}, { $set: { updatedAt: new Date(), name: 'Late Name' } });
    await handle.signal('approve', 'artist');
    const { reason } = await untilProgress(handle, ({ state, gate }) => state === 'blocked' && gate === null);
    expect(reason).toMatch(saying(writesSeen));
    expect(reason).toMatch(saying(writesTo, { collection: 'users' }));
    expect(reason).toContain(writesTo({ collection: 'payments', documents: 1 }).text);
    expect(reason).not.toContain('late-payment');
    await handle.signal('resume');
    // The new traces hold what has been accepted: the next probe finds nothing more.
    await untilProgress(handle, ({ gate }) => gate === 'complete');
    await handle.signal('approve', 'complete');
    const { reports } = await handle.result();
    // What they have changed is brought over.
    expect(await target.sql(`SELECT count(*) FROM "Payment" WHERE "orderId" = 'late-order'`)).toEqual([['1']]);
    expect(await target.sql(`SELECT DISTINCT name FROM "User"`)).toEqual([['Late Name']]);
    const { probed, writes } = (await factsOf(reports)).downtime;
    expect(probed).toBe(true);
    expect(writes.map(({ collections }) => collections.map(({ collection }) => collection))).toEqual([
      ['users', 'payments'],
    ]);
  } finally {
    await client.close();
    await live.drop();
  }
});
