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
import { slowDown, untilMoved } from '../support/migration.ts';
import { isAlive, until } from '../support/scripts.ts';

let desk: Desk;
let undisturbed: Content;

beforeAll(async () => {
  desk = await openDesk({ scale: 0.02, bad: false });
  const target = await desk.target();
  expect((await desk.run(['run', '--workflow-id', 'undisturbed'], target.environment)).code).toBe(0);
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
  test('a command that is killed in mid-run leaves a migration that the next one completes', async () => {
    const target = await slowTarget();
    const environment = { ...target.environment, TEMPORAL_ADDRESS: '', TEMPORAL_NAMESPACE: '' };
    const state = desk.environment['MONGO_TO_PRISMA_STATE']!;
    const args = ['run', '--batch-size', '3'];
    const command = desk.start(args, environment);
    await untilMoved(target, 'payment', 6);
    const { pid } = await serverOf(state, target);
    command.child.kill('SIGKILL');
    await command.ended;
    // The server goes with the command, its database stays.
    await until(() => !isAlive(pid));
    expect((await stat(join(folderOf(state, target), 'temporal.db'))).size).toBeGreaterThan(0);
    expect(await payments(target)).toBeLessThan(60);
    const { code, out } = await desk.run(args, environment);
    expect(out).toMatch(saying(attachingTo, { migration: 'mongo-to-prisma' }));
    expect(out).toMatch(saying(runVerified, { held: nothingHeld().text }));
    expect(code).toBe(0);
    expect(await contentOf(target)).toEqual(undisturbed);
    expect(await target.sql('SELECT count(*) FROM migration_run')).toEqual([['1']]);
  });

  test('a server that dies is started again, which one sentence tells, and the migration goes on', async () => {
    const target = await slowTarget();
    const state = join(desk.folder, 'dying');
    const local = { TEMPORAL_ADDRESS: '', TEMPORAL_NAMESPACE: '', MONGO_TO_PRISMA_STATE: state };
    const command = desk.start(['run', '--batch-size', '3'], { ...target.environment, ...local });
    await untilMoved(target, 'payment', 6);
    const { pid } = await serverOf(state, target);
    process.kill(pid, 'SIGKILL');
    const { code, out, err } = await command.ended;
    const said = `${out}${err}`.split('\n');
    expect(said.filter((line) => /gRPC|retried|UNAVAILABLE|at .*\.ts:/.test(line))).toEqual([]);
    expect(said.filter((line) => line.includes(localRestarting().text))).toHaveLength(1);
    expect(out).toMatch(/^Migration complete and verified/m);
    expect(code).toBe(0);
    expect(await contentOf(target)).toEqual(undisturbed);
  });

  test('Ctrl-C ends within five seconds while the server does not answer', async () => {
    const target = await slowTarget();
    const state = join(desk.folder, 'silent');
    const local = { TEMPORAL_ADDRESS: '', TEMPORAL_NAMESPACE: '', MONGO_TO_PRISMA_STATE: state };
    const command = desk.start(['run', '--batch-size', '3'], { ...target.environment, ...local });
    await untilMoved(target, 'payment', 6);
    const { pid } = await serverOf(state, target);
    process.kill(pid, 'SIGSTOP');
    const asked = Date.now();
    command.child.kill('SIGINT');
    const { code, out } = await command.ended;
    expect(Date.now() - asked).toBeLessThan(5_000);
    expect(out).toMatch(saying(leavingWithoutTemporal, { migration: 'mongo-to-prisma' }));
    expect(code).toBe(130);
    // Its supervisor kills what does not end when it is asked to.
    await until(() => !isAlive(pid), 30_000);
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
