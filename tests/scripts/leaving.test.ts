import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { nothingHeld, runVerified } from '../../engine/messages/commands/screen.ts';
import {
  attachingTo,
  leavingAfterBatches,
  leavingWithoutTemporal,
  localKeepsRunning,
  localRestarting,
  localStopped,
  notEnded,
} from '../../engine/messages/commands/starting.ts';
import { noLocalFor } from '../../engine/messages/worker/temporal.ts';
import { localPlaceOf } from '../../worker/temporal/local-temporal.ts';
import { saying } from '../engine/messages/saying.ts';
import { type CommandTarget, type Desk, openDesk } from '../support/command-line.ts';
import { type Content, contentOf } from '../support/data/content.ts';
import { fill } from '../support/engine-alone.ts';
import { lockTable } from '../support/faults/trap.ts';
import { slowDown, untilMoved } from '../support/migration.ts';
import { isAlive, until } from '../support/scripts.ts';

let desk: Desk;
let undisturbed: Content;

beforeAll(async () => {
  desk = await openDesk({ scale: 0.02, bad: false });
  const target = await desk.target();
  await fill(target.databaseUrl, `dump:${desk.dump}`);
  undisturbed = await contentOf(target);
});

afterAll(() => desk.close());

const folderOf = (stateFolder: string, { databaseUrl }: CommandTarget) =>
  localPlaceOf({ stateFolder, databaseUrl }).folder;

/** The local Temporal server of a target, as its file tells it. */
async function serverOf(stateFolder: string, target: CommandTarget): Promise<{ pid: number }> {
  return JSON.parse(await readFile(join(folderOf(stateFolder, target), 'temporal.json'), 'utf8'));
}

/** A target whose payments are written so slowly that a command can be met in the middle of them. */
async function slowTarget(): Promise<CommandTarget> {
  const target = await desk.target();
  await slowDown(target, 'Payment', 0.15);
  return target;
}

async function payments(target: CommandTarget): Promise<number> {
  const [row] = await target.sql('SELECT count(*) FROM "Payment"');
  return Number(row![0]);
}

describe('Ctrl-C', () => {
  test('drains and leaves with 130, and the same command goes on to the end', async () => {
    const target = await slowTarget();
    const args = ['run', '--batch-size', '3', '--workflow-id', 'left'];
    const command = desk.start(args, target.environment);
    await untilMoved(target, 'payment', 6);
    command.child.kill('SIGINT');
    const { code, out } = await command.ended;
    expect(out).toMatch(saying(leavingAfterBatches));
    expect(out).toMatch(saying(notEnded, { migration: 'left' }));
    expect(code).toBe(130);
    const moved = await payments(target);
    expect(moved).toBeGreaterThan(0);
    expect(moved).toBeLessThan(60);
    const again = await desk.run([...args, '--json'], target.environment);
    expect(again.err).toMatch(saying(attachingTo, { migration: 'left' }));
    expect(JSON.parse(again.out)).toMatchObject({ state: 'complete', exitCode: 0, workflowId: 'left' });
    expect(again.code).toBe(0);
    expect(await contentOf(target)).toEqual(undisturbed);
    expect(await target.sql('SELECT count(*) FROM migration_run')).toEqual([['1']]);
  });
});

describe('without TEMPORAL_ADDRESS', () => {
  /** One run: its command is killed, the next one's server dies and then falls silent, and the third completes it. */
  test('a killed command, a server that dies, and one that does not answer leave a migration that the next command completes', async () => {
    const target = await slowTarget();
    const environment = { ...target.environment, TEMPORAL_ADDRESS: '', TEMPORAL_NAMESPACE: '' };
    const state = desk.environment['MONGO_TO_PRISMA_STATE']!;
    const args = ['run', '--batch-size', '3'];
    const killed = desk.start(args, environment);
    await untilMoved(target, 'payment', 6);
    const first = await serverOf(state, target);
    killed.child.kill('SIGKILL');
    await killed.ended;
    // The server goes with the command, its database stays.
    await until(() => !isAlive(first.pid));
    expect((await stat(join(folderOf(state, target), 'temporal.db'))).size).toBeGreaterThan(0);
    expect(await payments(target)).toBeLessThan(60);

    const left = desk.start(args, environment);
    await left.until(saying(attachingTo, { migration: 'mongo-to-prisma' }), 180_000);
    await untilMoved(target, 'payment', 12);
    let lock = await lockTable(target.databaseUrl, 'Payment');
    const second = await serverOf(state, target);
    process.kill(second.pid, 'SIGKILL');
    await until(async () => ![second.pid, undefined].includes((await serverOf(state, target).catch(() => null))?.pid));
    const [row] = await target.sql(`SELECT sum(read) FROM migration_partition WHERE stage = 'payment'`);
    await lock.open();
    await untilMoved(target, 'payment', Number(row![0]) + 3);

    lock = await lockTable(target.databaseUrl, 'Payment');
    const third = await serverOf(state, target);
    process.kill(third.pid, 'SIGSTOP');
    const asked = Date.now();
    left.child.kill('SIGINT');
    const { code, out, err } = await left.ended;
    expect(Date.now() - asked).toBeLessThan(5_000);
    expect(out).toMatch(saying(leavingWithoutTemporal, { migration: 'mongo-to-prisma' }));
    expect(code).toBe(130);
    const said = `${out}${err}`.split('\n');
    expect(said.filter((line) => /gRPC|retried|UNAVAILABLE|at .*\.ts:/.test(line))).toEqual([]);
    expect(said.filter((line) => line.includes(localRestarting().text))).toHaveLength(1);
    // Its supervisor kills what does not end when it is asked to.
    await until(() => !isAlive(third.pid), 30_000);
    await lock.open();
    expect(await payments(target)).toBeLessThan(60);

    const last = await desk.run(args, environment);
    expect(last.out).toMatch(saying(attachingTo, { migration: 'mongo-to-prisma' }));
    expect(last.out).toMatch(saying(runVerified, { held: nothingHeld().text }));
    expect(last.code).toBe(0);
    expect(await contentOf(target)).toEqual(undisturbed);
    expect(await target.sql('SELECT count(*) FROM migration_run')).toEqual([['1']]);
  });

  test('run --detach leaves a Temporal server that is ended by its own command', async () => {
    const target = await desk.target();
    const state = join(desk.folder, 'other-state');
    const local = { TEMPORAL_ADDRESS: '', TEMPORAL_NAMESPACE: '', MONGO_TO_PRISMA_STATE: state };
    const environment = { ...target.environment, ...local };
    const { code, out } = await desk.run(['run', '--detach'], environment);
    expect(out).toMatch(saying(localKeepsRunning));
    expect(code).toBe(0);
    const { pid } = await serverOf(state, target);
    expect(isAlive(pid)).toBe(true);
    expect(await desk.run(['temporal', '--stop'], environment)).toMatchObject({
      code: 0,
      out: `${localStopped().text}\n`,
    });
    expect(isAlive(pid)).toBe(false);
    expect(await desk.run(['status'], environment)).toMatchObject({
      code: 1,
      err: expect.stringMatching(saying(noLocalFor)),
    });
  });
});
