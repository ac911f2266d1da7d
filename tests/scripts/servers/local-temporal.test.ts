import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { attachingTo, startedMigration } from '../../../engine/messages/commands/starting.ts';
import { migrationWithoutWorker } from '../../../engine/messages/commands/watching.ts';
import { leaseHeldElsewhere } from '../../../engine/messages/engine/run.ts';
import {
  localOfOlderBuild,
  localOfProject,
  noLocalFor,
  othersRun,
  severalLocal,
} from '../../../engine/messages/worker/temporal.ts';
import { labelOf } from '../../../engine/state/run/identity.ts';
import { listLocalTemporals, localPlaceOf } from '../../../worker/temporal/local-temporal.ts';
import { saying } from '../../engine/messages/saying.ts';
import { type CommandTarget, type Desk, type Environment, openDesk } from '../../support/command-line.ts';
import { isAlive, until } from '../../support/scripts.ts';

let desk: Desk;
let state: string;
beforeAll(async () => {
  desk = await openDesk({ scale: 0.02, bad: false });
});
afterAll(() => desk.close());
let count = 0;
const environmentOf = (target: CommandTarget): Environment => ({
  ...target.environment,
  ...{ TEMPORAL_ADDRESS: '', TEMPORAL_NAMESPACE: '', MONGO_TO_PRISMA_STATE: state },
});
afterEach(async () => {
  for (const { keeper, pid } of await listLocalTemporals({ stateFolder: state, databaseUrl: null })) {
    process.kill(keeper, 'SIGTERM');
    await until(() => !isAlive(pid));
  }
});

/** Two targets whose commands share a state folder of the test's own. */
async function two(): Promise<[CommandTarget, CommandTarget]> {
  state = join(desk.folder, `state-${++count}`);
  return [await desk.target(), await desk.target()];
}

const runsIn = (target: CommandTarget) => target.sql('SELECT workflow_id FROM migration_run');

describe('the local Temporal server', () => {
  test('is another one for another target: neither attaches to the other’s run, nor ends its server', async () => {
    const [one, other] = await two();
    for (const target of [one, other]) {
      const { code, out } = await desk.run(['run', '--detach'], environmentOf(target));
      expect([code, out]).toEqual([
        0,
        expect.stringContaining(startedMigration({ migration: 'mongo-to-prisma' }).text),
      ]);
    }
    const servers = await listLocalTemporals({ stateFolder: state, databaseUrl: null });
    expect(servers.map(({ target }) => target).sort()).toEqual([one, other].map((t) => labelOf(t.databaseUrl)).sort());
    expect(new Set(servers.map(({ address }) => address)).size).toBe(2);
    // Its worker takes the run of its own target; the other one waits for its own.
    const { code, out } = await desk.run(['run'], environmentOf(other));
    expect([code, out]).toEqual([0, expect.stringMatching(saying(attachingTo))]);
    expect(await runsIn(other)).toEqual([['mongo-to-prisma']]);
    expect(await runsIn(one)).toEqual([]);
    // Whoever names no target has to say which is meant.
    const nobody = { ...environmentOf(one), DATABASE_URL: '' };
    expect(await desk.run(['status'], nobody)).toMatchObject({
      code: 2,
      err: expect.stringMatching(saying(severalLocal)),
    });
    expect((await desk.run(['temporal', '--stop'], environmentOf(other))).code).toBe(0);
    const [left, ...rest] = await listLocalTemporals({ stateFolder: state, databaseUrl: null });
    expect([left!.target, rest]).toEqual([labelOf(one.databaseUrl), []]);
    const told = await desk.run(['status'], environmentOf(other));
    expect(told.err).toContain(noLocalFor({ target: labelOf(other.databaseUrl) }).text);
    expect(told.err).toContain(
      othersRun({ targets: localOfProject({ target: labelOf(one.databaseUrl), project: left!.project }) }).text,
    );
    // The only one of the project needs no name.
    expect((await desk.run(['status'], nobody)).err).toMatch(saying(migrationWithoutWorker));
    expect((await desk.run(['temporal', '--stop'], nobody)).code).toBe(0);
  });

  test('that holds the target is named, with its folder, to whoever asks for the target from elsewhere', async () => {
    const [target] = await two();
    expect((await desk.run(['run', '--gates', 'manual'], environmentOf(target))).code).toBe(1);
    const { folder } = localPlaceOf({ stateFolder: state, databaseUrl: target.databaseUrl });
    const elsewhere = { ...environmentOf(target), MONGO_TO_PRISMA_STATE: `${state}-elsewhere` };
    const { code, out } = await desk.run(['run'], elsewhere);
    expect([code, out]).toEqual([1, expect.stringContaining(`namespace default, kept in ${folder}.`)]);
    expect(out).toMatch(saying(leaseHeldElsewhere));
  });

  test('of an older build, which belongs to no target, is refused by name, and kept', async () => {
    const [target] = await two();
    await mkdir(state);
    for (const name of ['temporal.db', 'temporal.json']) await writeFile(join(state, name), 'older');
    const { folder } = localPlaceOf({ stateFolder: `${state}-elsewhere`, databaseUrl: target.databaseUrl });
    const own = folder.replace('-elsewhere', '');
    for (const command of [
      ['run'],
      ['run', '--detach'],
      ['status'],
      ['worker'],
      ['temporal'],
      ['temporal', '--stop'],
    ]) {
      const { code, err } = await desk.run(command, environmentOf(target));
      expect([command, code, err]).toEqual([command, 1, expect.stringMatching(saying(localOfOlderBuild))]);
      expect(err).toMatch(saying(localOfOlderBuild, { folder: own }));
    }
    expect(await readFile(join(state, 'temporal.db'), 'utf8')).toBe('older');
  });
});
