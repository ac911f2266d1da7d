import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { maintenanceFileMissing } from '../../../engine/messages/commands/options.ts';
import { offActions, onActions } from '../../../engine/messages/commands/results.ts';
import { downtimeWithEstimate, estimateByDryRun, estimateByRun } from '../../../engine/messages/commands/screen.ts';
import {
  ACTION_OUTCOMES,
  actionEnded,
  actionFailed,
  doYourself,
  endedWithCode,
} from '../../../engine/messages/operations/maintenance.ts';
import { saying } from '../../engine/messages/saying.ts';
import { type CommandTarget, type Desk, openDesk } from '../../support/command-line.ts';

let desk: Desk;
let target: CommandTarget;
let flag: string;
let file: string;

beforeAll(async () => {
  desk = await openDesk({ scale: 0.02, bad: false });
  target = await desk.target();
  flag = join(desk.folder, 'maintenance.flag');
  file = join(desk.folder, 'maintenance.json');
  const placed = { name: 'flag', kind: 'flagFile', path: flag };
  const broken = { name: 'broken', kind: 'command', argv: ['/bin/sh', '-c', 'exit 4'] };
  const task = { name: 'queue', kind: 'manual', task: 'Let the queue go on.' };
  await writeFile(file, JSON.stringify({ on: [placed], off: [placed, task] }));
  await writeFile(`${file}.broken`, JSON.stringify({ on: [broken, placed], off: [placed] }));
});
afterAll(() => desk.close());

const environment = (path = file) => ({ ...target.environment, MAINTENANCE_FILE: path });

describe('mongo-to-prisma maintenance', () => {
  const placed = actionEnded({ action: 'flag', outcome: ACTION_OUTCOMES.fileWritten.en }).text;
  const removed = actionEnded({ action: 'flag', outcome: ACTION_OUTCOMES.fileRemoved.en }).text;

  test('on and off carry the actions out by hand', async () => {
    const on = await desk.run(['maintenance', 'on'], environment());
    expect({ code: on.code, out: on.out }).toEqual({ code: 0, out: `${placed}\n` });
    expect(existsSync(flag)).toBe(true);
    const off = await desk.run(['maintenance', 'off'], environment());
    expect(off.out).toBe(`${removed}\n${doYourself({ action: 'queue', task: 'Let the queue go on.' }).text}\n`);
    expect(existsSync(flag)).toBe(false);
  });

  test('tells what failed, and tries the rest all the same', async () => {
    const { code, out, err } = await desk.run(['maintenance', 'on'], environment(`${file}.broken`));
    expect({ code, out }).toEqual({ code: 1, out: `${placed}\n` });
    expect(err).toContain(actionFailed({ action: 'broken', why: endedWithCode({ program: 'sh', code: 4 }) }).text);
  });

  test('needs the file', async () => {
    const { code, err } = await desk.run(['maintenance', 'off'], target.environment);
    expect(code).toBe(2);
    expect(err).toContain(maintenanceFileMissing().text);
  });

  test('run estimates before and measures after; status tells of a dump that nobody can write to it', async () => {
    await desk.run(['run', '--dry-run'], environment());
    const { code, out } = await desk.run(['run', '--maintenance', 'throughout'], environment(await automatic()));
    expect(code).toBe(0);
    expect(out).toMatch(saying(estimateByDryRun));
    expect(out).toMatch(saying(downtimeWithEstimate));
    const status = await desk.run(['maintenance', 'status'], environment());
    expect(status.code).toBe(0);
    expect(status.out).toContain(
      `${onActions({ actions: 'flag' }).text}\n${offActions({ actions: 'flag, queue' }).text}\n`,
    );
    expect(status.out).toMatch(saying(estimateByRun));
  });

  /** Without anything for a person to do. */
  async function automatic(): Promise<string> {
    const placed = { name: 'flag', kind: 'flagFile', path: flag };
    await writeFile(`${file}.automatic`, JSON.stringify({ on: [placed], off: [placed] }));
    return `${file}.automatic`;
  }
});
