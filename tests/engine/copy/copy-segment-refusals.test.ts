import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { serialize } from 'bson';
import { keyOf, showKey } from '../../../engine/document/legacy-key.ts';
import { valueNotHeld } from '../../../engine/messages/labels/refusals.ts';
import { PlatformDocuments } from '../../support/data/platform-documents.ts';
import { contentsOf, type Engine, openEngine, quarantineOf } from '../../support/run-engine.ts';
import { collectionsOf, column, copyOnce, fence, planned, usersOf } from '../small-platform.ts';

const LONG = 600_000;
const hexOf = (n: number) => keyOf(n).toString('hex');

describe('documents that the database refuses', () => {
  const spoiled = [0, 7, 8, 19];
  const users = usersOf(20, (n) => (spoiled.includes(n) ? { name: `spoiled ${n}` } : {}));
  let engine: Engine;
  let runId: string;

  beforeEach(async () => {
    engine = await openEngine({ collections: { users } });
    ({ runId } = await engine.prepare());
    await planned(engine, runId, 'user');
    await engine.target.query(`ALTER TABLE "User" ADD CONSTRAINT no_spoiled CHECK (name NOT LIKE 'spoiled%')`, []);
  });
  afterEach(() => engine.close());

  test.each([1, 2, 3, 7, 50])('stand alone in quarantine and the others land, at batch size %i', async (batchSize) => {
    const { counters, done } = await copyOnce(engine, runId, 'user', fence(1), { batchSize, milliseconds: LONG });
    expect(done).toBe(true);
    expect(counters).toMatchObject({ read: 20, written: 16, quarantined: 4, contested: 0, rows: 16 });
    const names = await column(engine.target, `SELECT name FROM "User" ORDER BY length(name), name`);
    expect(names).toEqual(users.map(({ name }) => name).filter((name) => !name.startsWith('spoiled')));
    const quarantine = await quarantineOf(engine.target);
    expect(quarantine.map(({ key }) => key).sort()).toEqual(spoiled.map(hexOf).sort());
  });

  test('are kept byte for byte with SQLSTATE and constraint', async () => {
    await copyOnce(engine, runId, 'user', fence(1), { milliseconds: LONG });
    const held = (await quarantineOf(engine.target)).find(({ key }) => key === hexOf(7))!;
    expect(held).toMatchObject({
      ...{ stage: 'user', code: 'refused', state: 'open', path: null, cause: null },
      ...{ sqlstate: '23514', constraint: 'no_spoiled' },
      document: Buffer.from(serialize(users[7]!)).toString('hex'),
    });
  });

  test('leave nothing in tables, ID map, findings or leftovers', async () => {
    await copyOnce(engine, runId, 'user', fence(1), { milliseconds: LONG });
    expect(await column(engine.target, 'SELECT count(*) FROM migration_id_map')).toEqual(['16']);
    const keys = await column(
      engine.target,
      `SELECT q.id FROM migration_quarantine AS q WHERE legacy_key IN (SELECT legacy_key FROM migration_id_map
       UNION ALL SELECT legacy_key FROM migration_finding UNION ALL SELECT legacy_key FROM migration_leftover)`,
    );
    expect(keys).toEqual([]);
  });

  test('never show their values in the reason', async () => {
    await engine.target.query(`ALTER TABLE "User" DROP CONSTRAINT no_spoiled`, []);
    await engine.target.query(`ALTER TABLE "User" ADD CONSTRAINT short CHECK (name::varchar::int > 0)`, []);
    await copyOnce(engine, runId, 'user', fence(1), { milliseconds: LONG });
    const reasons = await column(engine.target, `SELECT sqlstate || ': ' || message FROM migration_quarantine`);
    expect(reasons).toEqual(users.map(() => `22P02: ${valueNotHeld().text}`));
  });

  test('are verified as in quarantine, and the rest as there', async () => {
    await copyOnce(engine, runId, 'user', fence(1), { milliseconds: LONG });
    expect(await engine.verify({ runId, epoch: 1, resumed: false }, 'user')).toEqual([]);
  });
});

describe('a sub-document that the database refuses', () => {
  test('keeps its whole document out, and no other', async () => {
    const make = new PlatformDocuments();
    const tasks = (...titles: string[]) => titles.map((title, id) => ({ _id: make.id(), id, title }));
    const [, bad] = [['A'], ['B', 'spoiled'], ['C']].map((titles) => make.project({ tasks: tasks(...titles) }));
    const engine = await openEngine({ collections: collectionsOf(make.all) });
    try {
      const run = await engine.prepare();
      await engine.copy(run, 'user');
      await engine.target.query(`ALTER TABLE "ProjectTask" ADD CONSTRAINT no_spoiled CHECK (title <> 'spoiled')`, []);
      expect(await engine.copy(run, 'project')).toMatchObject({ read: 3, written: 2, quarantined: 1, rows: 4 });
      expect(await column(engine.target, 'SELECT title FROM "ProjectTask" ORDER BY 1')).toEqual(['A', 'C']);
      expect((await quarantineOf(engine.target)).map(({ key }) => showKey(Buffer.from(key, 'hex')))).toEqual([
        String(bad!.document['_id']),
      ]);
    } finally {
      await engine.close();
    }
  });
});

describe('what is no fault of a document', () => {
  test.each([
    ['a full disk', '53100'],
    ['a server that shuts down', '57P01'],
    ['a lock that is not given', '55P03'],
  ])('%s sends nothing to quarantine: the segment fails and the checkpoint stays', async (_, sqlstate) => {
    const engine = await openEngine({ collections: { users: usersOf(4) } });
    try {
      const { runId } = await engine.prepare();
      await planned(engine, runId, 'user');
      await raising(engine, sqlstate, "NEW.name = 'user 3'");
      const options = { batchSize: 2, milliseconds: LONG };
      await expect(copyOnce(engine, runId, 'user', fence(1), options)).rejects.toThrow(sqlstate);
      expect(await quarantineOf(engine.target)).toEqual([]);
      expect(await column(engine.target, 'SELECT read FROM migration_partition')).toEqual(['2']);
      await engine.target.query('DROP TRIGGER raising ON "User"', []);
      expect(await copyOnce(engine, runId, 'user', fence(2), options)).toMatchObject({
        done: true,
        counters: { read: 4, written: 4, quarantined: 0 },
      });
    } finally {
      await engine.close();
    }
  });

  test('a deadlock with another partition is tried again, and changes nothing', async () => {
    const contents: string[][] = [];
    for (const collides of [false, true]) {
      const engine = await openEngine({ collections: { users: usersOf(4) } });
      try {
        const { runId } = await engine.prepare();
        await planned(engine, runId, 'user');
        await engine.target.query('CREATE SEQUENCE tries', []);
        if (collides) await raising(engine, '40P01', `nextval('tries') < 4`);
        const { counters } = await copyOnce(engine, runId, 'user', fence(1), { milliseconds: LONG });
        expect(counters).toMatchObject({ read: 4, written: 4, quarantined: 0 });
        contents.push(await contentsOf(engine.target));
      } finally {
        await engine.close();
      }
    }
    expect(contents[1]).toEqual(contents[0]);
  });
});

/** Lets PostgreSQL itself raise an error when a row of "User" meets the condition. */
async function raising(engine: Engine, sqlstate: string, when: string): Promise<void> {
  await engine.target.query(
    `CREATE FUNCTION raising() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
       IF ${when} THEN RAISE EXCEPTION '${sqlstate}' USING ERRCODE = '${sqlstate}'; END IF; RETURN NEW; END $$`,
    [],
  );
  await engine.target.query(
    'CREATE TRIGGER raising BEFORE INSERT ON "User" FOR EACH ROW EXECUTE FUNCTION raising()',
    [],
  );
}
