import { beforeAll, describe, expect, test } from '@jest/globals';
import { type Import, importsUnder, type PackageImport } from './imports.ts';

/** From the top down: a file may import from its own room and from those below (docs/architecture.md, "Rooms"). */
const ROOMS = ['bench', 'scripts', 'worker', 'activities', 'smoke', 'stages', 'backup', 'engine', 'prisma'] as const;

/** Imports that point up or into the workflows, each with its reason; docs/architecture.md has the same list. */
const EXCEPTIONS: Readonly<Record<string, string>> = {
  'prisma/connection/database-url.ts → engine/common/errors.ts': 'errors are leaves: that file imports nothing',
  'prisma/connection/guarded-client.ts → engine/common/errors.ts': 'errors are leaves: that file imports nothing',
  'prisma/connection/session.ts → engine/common/errors.ts': 'errors are leaves: that file imports nothing',
  'prisma/apply/apply-migrations.ts → engine/common/errors.ts': 'errors are leaves: that file imports nothing',
  'prisma/migrate.ts → engine/common/errors.ts': 'errors are leaves: that file imports nothing',
  'prisma/connection/target.ts → engine/common/errors.ts': 'errors are leaves: that file imports nothing',
  'scripts/docs/configuration-page.ts → workflows/messages/options.ts':
    'the page shows the defaults themselves; the file needs nothing of Temporal',
  'scripts/cli/run-options.ts → workflows/messages/options.ts':
    'a command refuses what the workflow would, before it starts one',
  'scripts/cli/commands/compare/monitor.ts → workflows/monitoring/options.ts':
    'a command refuses what the workflow would, before it starts one',
};

const shown = ({ from, to }: Import) => `${from} → ${to}`;
const roomOf = (path: string) => path.slice(0, path.indexOf('/'));
const levelOf = (path: string) => ROOMS.indexOf(roomOf(path) as (typeof ROOMS)[number]);

let files: readonly Import[];
let packages: readonly PackageImport[];

beforeAll(async () => {
  ({ files, packages } = await importsUnder([...ROOMS, 'workflows']));
});

/** The names of packages that the files of some rooms import. */
function packagesOf(...rooms: string[]): string[] {
  return [...new Set(packages.filter(({ from }) => rooms.includes(roomOf(from))).map(({ name }) => name))];
}

describe('the rooms', () => {
  test('import one way: from the top down', () => {
    const upwards = files.filter(
      ({ from, to }) => levelOf(from) >= 0 && levelOf(to) >= 0 && levelOf(from) > levelOf(to),
    );
    expect(upwards.map(shown).filter((one) => !(one in EXCEPTIONS))).toEqual([]);
  });

  test('import nothing outside themselves, tests least of all', () => {
    const known = [...ROOMS, 'workflows'] as readonly string[];
    expect(files.filter(({ to }) => !known.includes(roomOf(to))).map(shown)).toEqual([]);
  });

  test('reach the workflows by name: their types may be imported, their code not', () => {
    const into = files.filter(({ from, to }) => roomOf(to) === 'workflows' && roomOf(from) !== 'workflows');
    expect(into.length).toBeGreaterThan(0);
    expect(
      into
        .filter(({ typeOnly }) => !typeOnly)
        .map(shown)
        .filter((one) => !(one in EXCEPTIONS)),
    ).toEqual([]);
  });

  test('have no exception that is not needed any more', () => {
    const all = new Set(files.map(shown));
    expect(Object.keys(EXCEPTIONS).filter((one) => !all.has(one))).toEqual([]);
  });

  test('have no circles: no file imports, however indirectly, what imports it', () => {
    const next = new Map<string, string[]>();
    for (const { from, to, typeOnly } of files) if (!typeOnly) next.set(from, [...(next.get(from) ?? []), to]);
    const done = new Set<string>();
    const circles: string[] = [];
    const visit = (file: string, path: readonly string[]): void => {
      if (path.includes(file)) circles.push([...path.slice(path.indexOf(file)), file].join(' → '));
      if (done.has(file) || path.includes(file)) return;
      for (const to of next.get(file) ?? []) visit(to, [...path, file]);
      done.add(file);
    };
    for (const file of next.keys()) visit(file, []);
    expect(circles).toEqual([]);
  });
});

describe('the workflows', () => {
  test('import types from the activities and nothing else of the project', () => {
    const out = files.filter(({ from, to }) => roomOf(from) === 'workflows' && roomOf(to) !== 'workflows');
    expect(out.length).toBeGreaterThan(0);
    expect(out.filter(({ to, typeOnly }) => !(typeOnly && roomOf(to) === 'activities')).map(shown)).toEqual([]);
  });

  test('use no package that could be different on replay', () => {
    expect(packagesOf('workflows').sort()).toEqual(['@temporalio/workflow', 'zod']);
  });
});

describe('the second reader of the verification', () => {
  const SECOND_READER = 'engine/second-reader/';
  /** Declarations, the shape of a difference, what the schema says of tables and indexes: facts, none of which the copy makes. */
  const FACTS = [
    'engine/plan/declare.ts',
    'engine/verify/difference.ts',
    'engine/target/indexed-key.ts',
    'prisma/generated/tables.ts',
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
    expect(packagesOf('engine', 'smoke', 'stages', 'prisma').filter((name) => name.startsWith('@temporalio/'))).toEqual(
      [],
    );
  });

  test('are told apart by what they reach: a stage knows its models and the engine, no database', () => {
    expect(packagesOf('stages')).toEqual(['mongoose']);
    const besideModels = packages.filter(({ from }) => /^stages\/[^/]+$/.test(from));
    expect(besideModels.map(({ from, name }) => `${from} → ${name}`)).toEqual([]);
    expect(files.filter(({ from, to }) => roomOf(from) === 'stages' && roomOf(to) === 'prisma').map(shown)).toEqual([]);
  });
});
