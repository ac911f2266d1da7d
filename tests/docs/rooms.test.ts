import { beforeAll, describe, expect, test } from '@jest/globals';
import { readFolders } from '../../scripts/rooms/folders.ts';
import { type Import, type PackageImport, readImports } from '../../scripts/rooms/imports.ts';
import { type Judged, judgeRooms } from '../../scripts/rooms/judge.ts';
import { FOLDERS, readLadder } from '../../scripts/rooms/ladder.ts';
import { project } from '../support/scripts.ts';

const shown = ({ from, to }: Import) => `${from} → ${to}`;
const roomOf = (path: string) => path.slice(0, path.indexOf('/'));

let ladder: readonly string[];
let files: readonly Import[];
let packages: readonly PackageImport[];
const judged = (more: readonly Import[] = []): Judged => judgeRooms(ladder, [...files, ...more], []);

beforeAll(async () => {
  ({ files, packages } = await readImports(project, FOLDERS));
  ladder = await readLadder(project);
});

/** The names of packages that the files of some rooms import. */
function packagesOf(...rooms: string[]): string[] {
  return [...new Set(packages.filter(({ from }) => rooms.includes(roomOf(from))).map(({ name }) => name))];
}

describe('the rooms of docs/architecture.md', () => {
  test('have no import upward, no circle of files or folders, and no folder of more than 15 entries', async () => {
    const folders = await readFolders(project, [...FOLDERS, 'tests']);
    expect(judgeRooms(ladder, files, folders).wrong).toEqual([]);
    expect(folders.length).toBeGreaterThan(50);
  });

  test('hold every folder of the code', () => {
    expect(
      ladder.filter((room) => !FOLDERS.some((folder) => room === folder || room.startsWith(`${folder}/`))),
    ).toEqual([]);
    expect(
      FOLDERS.filter((folder) => !ladder.some((room) => room === folder || room.startsWith(`${folder}/`))),
    ).toEqual([]);
    expect(judged().rooms.filter((room) => room.files === 0)).toEqual([]);
  });

  test('import nothing outside themselves, tests least of all', () => {
    expect(files.filter(({ to }) => !(FOLDERS as readonly string[]).includes(roomOf(to))).map(shown)).toEqual([]);
  });

  test('reach the workflows by name: their types may be imported, their code not', () => {
    const into = files.filter(({ from, to }) => roomOf(to) === 'workflows' && roomOf(from) !== 'workflows');
    expect(into.length).toBeGreaterThan(0);
    expect(into.filter(({ typeOnly }) => !typeOnly).map(shown)).toEqual([
      // What the workflow would refuse of its input is told before one is started: these files need nothing of Temporal.
      'scripts/cli/commands/compare/monitor.ts → workflows/monitoring/options.ts',
      'scripts/cli/run-options.ts → workflows/messages/options.ts',
      // The page shows the defaults themselves.
      'scripts/docs/configuration-page.ts → workflows/messages/options.ts',
    ]);
  });
});

describe('a wrong import is found', () => {
  const wrongWith = (from: string, to: string, typeOnly = false) => judged([{ from, to, typeOnly }]).wrong.join('\n');

  test('one that points to a room above, of a type, too', () => {
    const [from, to] = ['engine/source/source.ts', 'engine/verify/difference.ts'];
    for (const typeOnly of [false, true]) {
      expect(wrongWith(from, to, typeOnly)).toContain(`${from} imports ${to}, which stands in a room above.`);
    }
  });

  test('one that closes a circle of files, of a type, too', () => {
    const [{ from, to }] = files as [Import, ...Import[]];
    for (const typeOnly of [false, true]) expect(wrongWith(to, from, typeOnly)).toContain('A circle of files: ');
  });

  test('one that closes a circle of folders', () => {
    const one = judgeRooms(
      ['engine'],
      [
        { from: 'engine/rows/a.ts', to: 'engine/totals/b.ts', typeOnly: true },
        { from: 'engine/totals/c.ts', to: 'engine/rows/d.ts', typeOnly: true },
      ],
      [{ folder: 'engine/rows', entries: 16 }],
    );
    expect(one.wrong).toEqual([
      'A circle of folders: engine/rows → engine/totals → engine/rows.',
      'engine/rows has 16 entries, more than 15.',
    ]);
  });
});

const MESSAGES = 'engine/messages/';

describe('the sentences', () => {
  test('import nothing of the project, and no package but zod’s types, so that any room and a workflow may use them', () => {
    const own = files.filter(({ from }) => from.startsWith(MESSAGES));
    expect(own.length).toBeGreaterThan(0);
    expect(own.filter(({ to }) => !to.startsWith(MESSAGES)).map(shown)).toEqual([]);
    expect(packages.filter(({ from, name }) => from.startsWith(MESSAGES) && name !== 'zod')).toEqual([]);
  });
});

describe('the workflows', () => {
  test('import types from the activities, and sentences, and nothing else of the project', () => {
    const out = files.filter(({ from, to }) => roomOf(from) === 'workflows' && roomOf(to) !== 'workflows');
    expect(out.length).toBeGreaterThan(0);
    expect(
      out
        .filter(({ to, typeOnly }) => !(typeOnly && roomOf(to) === 'activities') && !to.startsWith(MESSAGES))
        .map(shown),
    ).toEqual([]);
  });

  test('use no package that could be different on replay', () => {
    expect(packagesOf('workflows').sort()).toEqual(['@temporalio/workflow', 'zod']);
  });
});

describe('the second reader of the verification', () => {
  const SECOND_READER = 'engine/verify/second-reader/';
  /** Declarations, the shape of a difference, what the schema says of tables and indexes: facts, none of which the copy makes. */
  const FACTS = [
    'engine/plan/declare.ts',
    'engine/target/indexed-key.ts',
    'engine/verify/difference.ts',
    'prisma/model/target-model.ts',
  ];
  const isIts = ({ from }: { readonly from: string }) => from.startsWith(SECOND_READER);

  test('shares no file with the copy whose work it reads again', () => {
    const its = files.filter(isIts);
    expect(its.length).toBeGreaterThan(20);
    const others = its.filter(({ to }) => !to.startsWith(SECOND_READER) && !FACTS.includes(to));
    expect(others.map(shown)).toEqual([]);
  });

  test('uses no package, least of all the BSON library or Mongoose', () => {
    expect(packages.filter(isIts).map(({ name }) => name)).toEqual([]);
  });

  test('goes by facts that import nothing themselves', () => {
    expect(files.filter(({ from }) => FACTS.includes(from)).map(shown)).toEqual([]);
  });
});

describe('the engine and the stages', () => {
  test('know nothing of Temporal', () => {
    const all = packagesOf('engine', 'operations', 'stages', 'prisma');
    expect(all.filter((name) => name.startsWith('@temporalio/'))).toEqual([]);
  });

  test('are told apart by what they reach: a stage knows its models and the engine, no database', () => {
    expect(packagesOf('stages')).toEqual(['mongoose']);
    const besideModels = packages.filter(({ from }) => /^stages\/[^/]+$/.test(from));
    expect(besideModels.map(({ from, name }) => `${from} → ${name}`)).toEqual([]);
    const fromStages = files.filter(({ from, to }) => roomOf(from) === 'stages' && roomOf(to) === 'prisma');
    expect([...new Set(fromStages.map(({ from }) => from))]).toEqual(['stages/platform.ts']);
  });

  test('are told apart by what they reach: the engine knows no schema but by the plan it is given', () => {
    const generated = files.filter(({ from, to }) => from.startsWith('engine/') && to.startsWith('prisma/generated/'));
    expect(generated.map(shown)).toEqual(['engine/target/target.ts → prisma/generated/client/client.ts']);
  });
});
