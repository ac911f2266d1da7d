import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { otherDatabases } from '../../engine/messages/commands/options.ts';
import { runVerified } from '../../engine/messages/commands/screen.ts';
import { noTargetHere } from '../../engine/messages/commands/starting.ts';
import { labelOf } from '../../engine/state/run/identity.ts';
import { saying } from '../engine/messages/saying.ts';
import { usersOf } from '../engine/small-platform.ts';
import { type CommandTarget, type Desk, type Ended, openDesk } from '../support/command-line.ts';
import { withEmptyOnes, writeDumpFolder } from '../support/data/dump-writer.ts';
import { fill } from '../support/engine-alone.ts';
import { copyDatabase, type TestDatabase } from '../support/servers/databases.ts';

let desk: Desk;
beforeAll(async () => {
  desk = await openDesk({ collections: { users: usersOf(60) } });
});
const copies: TestDatabase[] = [];
afterAll(async () => {
  await desk.close();
  for (const copy of copies) await copy.drop();
});

let count = 0;
/** A command under a workflow id of its own. */
function run(target: CommandTarget, args: readonly string[], source?: string): Promise<Ended> {
  const environment = { ...target.environment, ...(source && { SOURCE_URI: source }) };
  return desk.run([...args, '--workflow-id', `run-${++count}`], environment);
}

/** Another dump, of another server. @returns its `dump:` */
async function dumpOf(collections: Record<string, object[]>, isWhole = true): Promise<string> {
  const folder = join(desk.folder, `dump-${++count}`);
  const all = isWhole ? withEmptyOnes(collections) : collections;
  await writeDumpFolder(folder, 'platform', all as never, { server: `server-${count}` });
  return `dump:${folder}`;
}

/** The gate that a command tells of when it ends since nobody can be asked. */
function gateIn({ code, out, err }: Ended): string {
  const found = /Run `mongo-to-prisma approve (?:'([^']+)'|([\w.-]+))`/.exec(out)?.slice(1).find(Boolean);
  if (found === undefined) throw new Error(`No gate is told of; exit code ${code}: ${out}${err}`);
  return found;
}

describe('a command that comes upon a run of another target', () => {
  test('attaches to none, and names both', async () => {
    const [mine, theirs] = [await desk.target(), await desk.target()];
    const worker = desk.start([], mine.environment, 'worker/main.ts');
    const args = ['--gates', 'manual', '--workflow-id', 'one-for-both'];
    expect((await desk.run(['run', ...args, '--no-worker'], mine.environment)).code).toBe(1);
    for (const flags of [[], ['--no-worker'], ['--detach']]) {
      const { code, err } = await desk.run(['run', ...args, ...flags], theirs.environment);
      expect([flags, code, err]).toEqual([flags, 2, expect.stringMatching(saying(otherDatabases))]);
      expect(err).toMatch(saying(otherDatabases, { target: labelOf(mine.databaseUrl) }));
      expect(err).toMatch(saying(otherDatabases, { ownTarget: labelOf(theirs.databaseUrl) }));
    }
    expect(await theirs.sql('SELECT count(*) FROM migration_run')).toEqual([['0']]);
    worker.child.kill('SIGINT');
    await worker.ended;
  });

  test('that names no source and target says whose are taken, before anything else', async () => {
    const target = await desk.target();
    const nothing = { ...target.environment, DATABASE_URL: '' };
    const { code, out } = await desk.run(['run', '--detach', '--workflow-id', 'of-nobody'], nothing);
    expect([code, out]).toEqual([0, expect.stringMatching(saying(noTargetHere))]);
    // The next worker would answer, and take the target of another run.
    await desk.client.workflow.getHandle('of-nobody').terminate();
  });
});

describe('what a command is given by --confirm is not asked for', () => {
  test('missing:<collection>', async () => {
    const target = await desk.target();
    const source = await dumpOf({ users: usersOf(3) }, false);
    const asked = await run(target, ['run'], source);
    expect([asked.code, gateIn(asked)]).toEqual([1, expect.stringMatching(/^missing:/)]);
    await desk.run(['abort', '--workflow-id', `run-${count}`], target.environment);
    const missing = ['artists', 'projects', 'fundingprojects', 'payments'].map((name) => `missing:${name}`);
    expect(missing).toContain(gateIn(asked));
    expect((await run(await desk.target(), ['run', '--confirm', ...missing], source)).code).toBe(0);
  });

  test('target:<place>', async () => {
    const original = await desk.target();
    await fill(original.databaseUrl, `dump:${desk.dump}`);
    const copy = await copyDatabase(original.databaseUrl);
    copies.push(copy);
    const target = await desk.target(copy.url);
    const gate = `target:${labelOf(copy.url)}`;
    const { code, out } = await run(target, ['run', '--confirm', gate]);
    expect([code, out]).toEqual([0, expect.stringMatching(saying(runVerified))]);
  });

  test('source:<place> and departures:<stage>', async () => {
    const target = await desk.target();
    await fill(target.databaseUrl, await dumpOf({ users: usersOf(60) }));
    const staging = await dumpOf({ users: usersOf(30) });
    const reconcile = ['reconcile', '--fingerprint'];
    const first = await run(target, reconcile, staging);
    const source = gateIn(first);
    expect([first.code, source]).toEqual([1, expect.stringMatching(/^source:dump /)]);
    await desk.client.workflow.getHandle(`run-${count}`).terminate();
    const second = await run(target, [...reconcile, '--confirm', source], staging);
    expect([second.code, gateIn(second)]).toEqual([1, 'departures:user']);
    await desk.client.workflow.getHandle(`run-${count}`).terminate();
    const third = await run(target, [...reconcile, '--confirm', source, 'departures:user'], staging);
    expect([third.code, third.err]).toEqual([0, expect.anything()]);
    expect(await target.sql('SELECT count(*) FROM "User"')).toEqual([['30']]);
  });
});
