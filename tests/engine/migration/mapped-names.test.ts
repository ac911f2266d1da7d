import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { Double, Long, ObjectId } from 'bson';
import { createMigration } from '../../../engine/migration/create-migration.ts';
import { migrate } from '../../../engine/migration/migrate.ts';
import { newSteps } from '../../../engine/migration/step.ts';
import type { PreparedRun } from '../../../engine/run/prepared-run.ts';
import { resetCheckpoints, rollbackStage } from '../../../engine/run/rollback-stage.ts';
import { raise, writerOf } from '../../support/data/writers.ts';
import { type Engine, engineReading, openEngine, quarantineOf } from '../../support/run-engine.ts';
import { createDatabase, type TestDatabase } from '../../support/servers/databases.ts';
import { pushSchema } from '../../support/servers/push-schema.ts';
import { noteDifferences, passOver } from '../sync/reconciling.ts';
import { LIBRARY, library } from './library.ts';

const id = (n: number) => new ObjectId(`66000000000000000000000${n}`);
const at = new Date('2026-01-31T10:20:30.120Z');
const times = { createdAt: at, updatedAt: at };
const authors = [
  {
    ...{
      _id: id(1),
      name: 'Ann',
      born: new Date('1980-05-06T00:00:00Z'),
      rating: 0.1,
      seen: at,
      scores: [3, -1],
      ...times,
    },
    books: [
      { _id: id(5), title: 'One', genre: 'a novel', price: 9.5 },
      { _id: id(6), title: 'Two', price: Long.fromNumber(7) },
    ],
  },
  { ...{ _id: id(2), name: 'Ben', rating: new Double(1e300), seen: at, scores: [], books: [], ...times } },
  // Neither is rounded or cut in silence.
  {
    ...{
      _id: id(3),
      name: 'Born at noon',
      born: new Date('1980-05-06T12:00:00Z'),
      seen: at,
      scores: [],
      books: [],
      ...times,
    },
  },
  { ...{ _id: id(4), name: 'Of more than 20 letters', seen: at, scores: [], books: [], ...times } },
];
const shelves = [
  { _id: id(7), label: 'Ann’s', owner: id(1), ...times },
  { _id: id(8), label: 'Nobody’s', owner: id(9), ...times },
];

let database: TestDatabase;
let engine: Engine;
const rowsOf = async (sql: string) => engine.target.query(sql, []);

async function moved(): Promise<PreparedRun> {
  const run = await engine.prepare();
  for (const { name } of library.stages) await engine.copy(run, name);
  return run;
}

beforeEach(async () => {
  database = await createDatabase();
  await pushSchema(database.url, LIBRARY);
  engine = await openEngine({ collections: { authors, shelves } }, { plan: library, databaseUrl: database.url });
});
afterEach(async () => {
  await engine?.close();
  await database?.drop();
});

describe('a plan over another schema, whose names in PostgreSQL are other ones than Prisma’s', () => {
  test('moves, is verified in every way, and leaves what its columns cannot hold in quarantine', async () => {
    const migration = createMigration({ plan: library, target: engine.target, source: async () => engine.source });
    const run = await engine.prepare();
    const stages = await migrate(migration, newSteps(run), { stages: ['author', 'shelf'] });
    expect(Object.values(stages).flatMap(({ differences }) => differences)).toEqual([]);
    expect((await quarantineOf(engine.target)).map(({ code, path }) => `${code} ${path}`)).toEqual([
      'inexact born',
      'inexact name',
    ]);
    expect(await rowsOf('SELECT "full name", born, rating, seen, scores FROM "people who write" ORDER BY 1')).toEqual([
      ['Ann', '1980-05-06', '0.1', '2026-01-31 10:20:30.12', '{3,-1}'],
      ['Ben', null, '1e+300', '2026-01-31 10:20:30.12', '{}'],
    ]);
    expect(
      await rowsOf('SELECT "place in the list", "book title", genre, price FROM "books by people" ORDER BY 1'),
    ).toEqual([
      ['0', 'One', 'a novel', '9.50'],
      ['1', 'Two', null, '7.00'],
    ]);
    expect(await rowsOf('SELECT label, "owned by" IS NULL FROM "shelves of people" ORDER BY 1')).toEqual([
      ['Ann’s', 'f'],
      ['Nobody’s', 't'],
    ]);
    const references = await rowsOf(`SELECT facts ->> 'references' FROM migration_run`);
    expect(JSON.parse(references[0]![0]!)).toMatchObject({ author: expect.any(Array), shelf: expect.any(Array) });
  });

  test('follows what has changed in the source since, a document that is gone included', async () => {
    const run = await moved();
    const [ann, , ...others] = authors;
    const newer = { ...ann!, name: 'Anna', books: [ann!.books[1]!] };
    const fresh = await openEngine(
      { collections: { authors: [newer, ...others], shelves: [shelves[0]!] } },
      { plan: library, databaseUrl: database.url },
    );
    try {
      const reading = engineReading(engine, fresh.source);
      expect(await noteDifferences(reading, run, engine.source, fresh.source)).toBe(3);
      expect(await passOver(reading, run)).toMatchObject({ differences: [], swept: expect.any(Number) });
      expect(await rowsOf('SELECT "full name" FROM "people who write"')).toEqual([['Anna']]);
      expect(await rowsOf('SELECT "book title" FROM "books by people"')).toEqual([['Two']]);
      expect(await rowsOf('SELECT label FROM "shelves of people"')).toEqual([['Ann’s']]);
    } finally {
      await fresh.close();
    }
  });

  test('is rolled back, the last stage first, and leaves nothing', async () => {
    const run = await moved();
    for (const stage of [...library.stages].reverse()) {
      const epoch = await raise(engine.target, run.runId);
      const writer = writerOf({ runId: run.runId, epoch });
      await resetCheckpoints(engine.target, writer, stage.name);
      const limits = { signal: new AbortController().signal, milliseconds: 600_000 };
      await rollbackStage(engine.target, stage, writer, limits, () => {});
    }
    for (const table of ['"people who write"', '"books by people"', '"shelves of people"', 'migration_id_map'])
      expect(await rowsOf(`SELECT count(*) FROM ${table}`)).toEqual([['0']]);
  });
});

describe('what somebody changes behind the back of such a plan', () => {
  test('is found: a number, a date, a place, a label, a reference', async () => {
    const run = await moved();
    await rowsOf(`UPDATE "people who write" SET rating = 0.2, born = '1980-05-07' WHERE "full name" = 'Ann'`);
    await rowsOf(
      'UPDATE "books by people" SET "place in the list" = 7, genre = \'a poem\' WHERE "book title" = \'One\'',
    );
    await rowsOf('UPDATE "shelves of people" SET "owned by" = NULL');
    const found = [...(await engine.verify(run, 'author')), ...(await engine.verify(run, 'shelf'))].map(
      ({ where }) => where,
    );
    expect(found.sort()).toEqual(['Author.born', 'Author.rating', 'Book.genre', 'Book.place', 'Shelf.ownerId']);
  });
});
