import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { Session } from 'node:inspector/promises';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import type { Document } from 'bson';
import { createMigration } from '../../engine/migration/create-migration.ts';
import { migrate } from '../../engine/migration/migrate.ts';
import { newSteps } from '../../engine/migration/step.ts';
import { plan } from '../../stages/plan.ts';
import { collectionsOf, usersOf } from '../engine/small-platform.ts';
import { openEngine } from '../support/run-engine.ts';
import { project } from '../support/scripts.ts';

/** The walk of docs/architecture.md: its files in order, and the rooms that it leaves out. */
async function readWalk(): Promise<{ files: string[]; leaves: string[] }> {
  const page = await readFile(join(project, 'docs', 'architecture.md'), 'utf8');
  const [, section] = /^## A document's walk\n([\s\S]*?)^## /m.exec(page)!;
  const files = [...section!.matchAll(/^\d+\. `([^`]+)`/gm)].map(([, file]) => file!);
  const leaves = [...section!.split('\n1. ')[0]!.matchAll(/`([\w/-]+\/)`/g)].map(([, room]) => room!);
  return { files, leaves };
}

/** Functions of the project that move and compare these users, as `<file> <name> <place>`. */
async function functionsRun(users: Document[]): Promise<Set<string>> {
  const engine = await openEngine({ collections: { ...collectionsOf([]), users } });
  const session = new Session();
  try {
    const migration = createMigration({ plan, target: engine.target, source: async () => engine.source });
    const run = await engine.prepare();
    session.connect();
    await session.post('Profiler.enable');
    await session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: false });
    await migrate(migration, newSteps(run), { stages: ['user'], compares: 'rows' });
    const { result } = await session.post('Profiler.takePreciseCoverage');
    return new Set(
      result.flatMap(({ url, functions }) => {
        const [, file] = /\/((?:engine|operations|prisma|stages)\/.+)\.[jt]s/.exec(url) ?? [];
        const ran = functions.filter(({ functionName, ranges }) => functionName !== '' && ranges[0]!.count > 0);
        if (file === undefined || /node_modules|generated/.test(url)) return [];
        return ran.map(({ functionName, ranges }) => `${file}.ts ${functionName} ${ranges[0]!.startOffset}`);
      }),
    );
  } finally {
    session.disconnect();
    await engine.close();
  }
}

test('a clean document runs no file but those of its walk and of the leaf rooms', async () => {
  const { files, leaves } = await readWalk();
  // What also runs where there is no document is not the document's way.
  const always = await functionsRun([]);
  const own = [...(await functionsRun(usersOf(1)))].filter((one) => !always.has(one));
  const passed = [...new Set(own.map((one) => one.split(' ')[0]!))];
  expect(passed.filter((file) => !files.includes(file) && !leaves.some((room) => file.startsWith(room)))).toEqual([]);
  expect(passed).toEqual(expect.arrayContaining(['engine/copy/write-batch.ts', 'engine/verify/rows/compare-batch.ts']));
  expect(files.filter((file) => !existsSync(join(project, file)))).toEqual([]);
  expect(files.length).toBeLessThanOrEqual(30);
  const engineFiles = files.filter((file) => /^(engine|stages)\//.test(file));
  expect(engineFiles.filter((file) => !passed.includes(file))).toEqual([]);
});
