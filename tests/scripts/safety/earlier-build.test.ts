import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { stageWatched } from '../../../engine/messages/commands/monitoring.ts';
import { databasesAgree, targetReleased } from '../../../engine/messages/commands/results.ts';
import { olderLayout } from '../../../engine/messages/engine/target.ts';
import { saying } from '../../engine/messages/saying.ts';
import { type Desk, openDesk } from '../../support/command-line.ts';
import { everything } from '../../support/data/content.ts';
import { earlierDump, restoreScene, type Scene } from '../../support/data/earlier-build.ts';
import { until } from '../../support/scripts.ts';
import type { TestDatabase } from '../../support/servers/databases.ts';

let desk: Desk;
const restored: TestDatabase[] = [];

beforeAll(async () => {
  desk = await openDesk({ collections: {} });
});
afterAll(async () => {
  await desk.close();
  for (const database of restored) await database.drop();
});

/** A target of an earlier build, and commands of this one on it. */
async function opened(scene: Scene, isCurrent = true) {
  const database = await restoreScene(scene, { isCurrent });
  restored.push(database);
  const target = await desk.target(database.url);
  const environment = { ...target.environment, SOURCE_URI: earlierDump('platform') };
  return { target, environment, run: (...args: string[]) => desk.run(args, environment) };
}

test('verify compares what an earlier build has moved, row by row, and writes nothing', async () => {
  const { target, run } = await opened('complete');
  const before = await everything(target);
  const { code, out } = await run('verify');
  expect(out).toContain(databasesAgree().text);
  expect(code).toBe(0);
  expect(await everything(target)).toEqual(before);
  await target.sql(`UPDATE "User" SET name = 'another' WHERE id = (SELECT min(id::text)::uuid FROM "User")`);
  const wrong = await run('verify', '--stage', 'user');
  expect(wrong.out).toMatch(/1 difference/);
  expect(wrong.code).toBe(1);
});

test('what an earlier build has moved can be watched after the switch', async () => {
  const { environment, run } = await opened('complete');
  desk.start(['worker'], environment);
  expect((await run('monitor', '--every', '1m', '--samples', '10')).code).toBe(0);
  let status = await run('monitor', 'status');
  await until(async () => {
    status = await run('monitor', 'status');
    return saying(stageWatched, { stage: 'payment' }).test(status.out);
  });
  expect(status.out).not.toContain('alerting');
  expect(status.code).toBe(0);
  expect((await run('monitor', 'stop')).code).toBe(0);
});

test('a run of an earlier build is reported as it stands', async () => {
  const { run } = await opened('stopped');
  const { code, out, err } = await run('report');
  expect({ code, out, err }).toMatchObject({ code: 0 });
});

test('a run whose Temporal is gone is released, and is failed then', async () => {
  const { target, run } = await opened('stopped');
  const { code, out } = await run('release', '--yes');
  expect(out).toMatch(saying(targetReleased));
  expect(code).toBe(0);
  expect(await target.sql(`SELECT state, lease, verdict ->> 'state' FROM migration_run`)).toEqual([
    ['failed', null, 'incomplete'],
  ]);
});

test.each(['verify', 'report', 'release'])('%s asks for the schema to be brought up to date first', async (command) => {
  const { target, run } = await opened('complete', false);
  const before = await everything(target);
  const { code, err } = await run(command);
  expect(err).toContain(olderLayout().text);
  expect(code).not.toBe(0);
  expect(await everything(target)).toEqual(before);
});
