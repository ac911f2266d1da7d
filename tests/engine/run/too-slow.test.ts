import { afterEach, describe, expect, test } from '@jest/globals';
import pg from 'pg';
import { DEFAULT_TARGET_TIMEOUTS } from '../../../prisma/connection/session-settings.ts';
import { PlatformDocuments } from '../../support/data/platform-documents.ts';
import { type Engine, openEngine, quarantineOf } from '../../support/run-engine.ts';
import { collectionsOf } from '../small-platform.ts';

let engine: Engine;
afterEach(() => engine.close());

/** A platform with a project of as many bytes, between two others, whose tasks PostgreSQL takes its time to write. */
async function slowly(bytes: number) {
  const make = new PlatformDocuments();
  make.project({ title: 'before', tasks: [] });
  make.project({ title: 'slow', tasks: [{ id: 1, title: 'x'.repeat(bytes) }] });
  make.project({ title: 'after', tasks: [] });
  const timeouts = { ...DEFAULT_TARGET_TIMEOUTS, transaction: 1_500, lock: 700 };
  engine = await openEngine({ collections: collectionsOf(make.all) }, { timeouts });
  await engine.target.query(
    `CREATE FUNCTION dawdle() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM pg_sleep(5); RETURN NEW; END'`,
    [],
  );
  const run = await engine.prepare();
  await engine.copy(run, 'user');
  return run;
}

const SLOW = `CREATE TRIGGER slow BEFORE INSERT ON "ProjectTask" FOR EACH ROW EXECUTE FUNCTION dawdle()`;
const LARGE = 2 << 20;

describe('a document that PostgreSQL does not write within the time that a statement has', () => {
  test('goes to quarantine by itself when it is large, and the others move', async () => {
    const run = await slowly(LARGE);
    await engine.target.query(SLOW, []);
    expect(await engine.copy(run, 'project', { batchSize: 1 })).toMatchObject({ written: 2, quarantined: 1 });
    const [held, ...others] = await quarantineOf(engine.target);
    expect(others).toEqual([]);
    expect(held).toMatchObject({ stage: 'project', code: 'refused', state: 'open' });
    expect(['57014', '25P04']).toContain(held!.sqlstate);
    expect(await engine.verify(run, 'project')).toEqual([]);
  });

  test('is no document’s affair when it is small: the server is slow', async () => {
    const run = await slowly(10);
    await engine.target.query(SLOW, []);
    await expect(engine.copy(run, 'project', { batchSize: 1 })).rejects.toThrow();
    expect(await quarantineOf(engine.target)).toEqual([]);
  });

  test('is nobody’s affair while another session holds a lock', async () => {
    const run = await slowly(LARGE);
    const other = new pg.Client({ connectionString: engine.databaseUrl });
    await other.connect();
    try {
      await other.query('BEGIN; LOCK TABLE "ProjectTask"');
      await expect(engine.copy(run, 'project', { batchSize: 1 })).rejects.toThrow();
      expect(await quarantineOf(engine.target)).toEqual([]);
    } finally {
      await other.end();
    }
  });
});
