import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import {
  abortedAndRolledBack,
  cancelled,
  maintenanceStillOn,
  maintenanceTurnedOff,
  withMaintenance,
  writtenStays,
} from '../../../engine/messages/workflows/progress.ts';
import type { MaintenanceAction, MaintenanceActions } from '../../../operations/maintenance/action.ts';
import type { MigrationInput } from '../../../workflows/messages/definitions.ts';
import { saying } from '../../engine/messages/saying.ts';
import {
  failureOf,
  openPlatform,
  type Platform,
  progressOf,
  slowDown,
  tuned,
  untilMoved,
  untilProgress,
} from '../../support/migration.ts';

import { Switchboard } from '../../support/servers/switchboard.ts';

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

/** What comes after the first stages does not matter here. */
const THROUGHOUT: MigrationInput = { maintenance: 'throughout', stages: ['user', 'artist'] };

describe('an end before its time', () => {
  async function inTheMiddle(board: Switchboard, others: Partial<MaintenanceActions> = {}) {
    const target = await platform.target({ maintenance: board.actions(others) });
    await slowDown(target, 'User', 0.05);
    const handle = await target.start([{ ...THROUGHOUT, batchSize: 10 }]);
    await untilMoved(target, 'user', 20);
    return { target, handle };
  }

  test('abort turns maintenance off, after its rollback', async () => {
    const board = await openSwitchboard();
    const { handle } = await inTheMiddle(board);
    await handle.signal('abort', { rollback: true });
    expect(await failureOf(handle)).toEqual({
      type: 'Aborted',
      message: withMaintenance({ reason: abortedAndRolledBack(), maintenance: maintenanceTurnedOff() }).text,
    });
    expect(board.asked).toEqual(['on', 'off']);
    expect(existsSync(board.flag)).toBe(false);
  });

  test('Temporal’s Cancel turns it off', async () => {
    const board = await openSwitchboard();
    const { handle } = await inTheMiddle(board);
    await handle.cancel();
    await failureOf(handle);
    expect((await progressOf(handle)).reason).toBe(
      withMaintenance({ reason: cancelled({ remains: writtenStays() }), maintenance: maintenanceTurnedOff() }).text,
    );
    expect(board.asked).toEqual(['on', 'off']);
  });

  test('says that the platform is still in maintenance when turning it off fails', async () => {
    const board = await openSwitchboard();
    const { target, handle } = await inTheMiddle(board);
    board.always = 500;
    await handle.signal('abort');
    const { message } = await failureOf(handle);
    expect(message).toMatch(saying(maintenanceStillOn));
    // What could be undone is undone all the same.
    expect(existsSync(board.flag)).toBe(false);
    const [row] = await target.sql(`SELECT facts -> 'downtime' ->> 'offAt' FROM migration_run`);
    expect(row).toEqual([null]);
  });

  test('a rollback in the middle keeps it on', async () => {
    const board = await openSwitchboard();
    const { handle } = await inTheMiddle(board);
    await handle.signal('rollbackToStage', 'user');
    await handle.result();
    expect(board.asked).toEqual(['on', 'off']);
  });
});

test('neither a new execution of the workflow nor another worker repeats what is done', async () => {
  const board = await openSwitchboard();
  const command = (name: string): MaintenanceAction => ({
    name,
    kind: 'command',
    argv: ['/bin/sh', '-c', `echo ${name} >> "${board.flag}.log"`],
    env: {},
    timeoutSeconds: 5,
  });
  const target = await platform.target({
    maintenance: board.actions({ on: [command('began')], off: [command('ended')] }),
  });
  const handle = await target.start(tuned(THROUGHOUT, { historyEvents: 40, segmentSeconds: 0.1 }));
  await untilProgress(handle, ({ downtime }) => downtime?.maintenance === 'on');
  await target.stopWorker();
  await target.startWorker();
  await platform.client.workflow.getHandle(handle.workflowId).result();
  const { runId } = await platform.client.workflow.getHandle(handle.workflowId).describe();
  expect(runId).not.toBe(handle.firstExecutionRunId);
  expect(board.asked).toEqual(['on', 'off']);
  expect(await readFile(`${board.flag}.log`, 'utf8')).toBe('began\nended\n');
});

test('a new execution that begins while maintenance is turned off goes on with that, and turns nothing on again', async () => {
  const board = await openSwitchboard();
  const target = await platform.target({ maintenance: board.actions({ off: [board.request('first')] }) });
  const started = await target.start(tuned(THROUGHOUT, { historyEvents: 150 }));
  const handle = platform.client.workflow.getHandle(started.workflowId);
  await untilProgress(started, ({ downtime }) => downtime?.maintenance === 'on');
  board.answers.push(200, 500, 500, 500, 500, 500);
  await untilProgress(started, ({ state, downtime }) => state === 'blocked' && downtime?.maintenance === 'turningOff');
  const { runId } = await handle.describe();
  // Messages that change nothing make a history as long as any other.
  while ((await handle.describe()).historyLength <= 150) await handle.signal('approve', 'no such gate');
  await handle.signal('resume');
  await handle.result();
  expect((await handle.describe()).runId).not.toBe(runId);
  expect(board.asked.filter((path) => path !== 'off')).toEqual(['on', 'first']);
  expect(board.asked.at(-1)).toBe('off');
});
