import { afterEach, describe, expect, test } from '@jest/globals';
import { ObjectId } from 'bson';
import { readSharedIds } from '../../../engine/copy/conflicts/shared-ids.ts';
import { longRead } from '../../../engine/target/long-read.ts';
import { PlatformDocuments } from '../../support/data/platform-documents.ts';
import { type Engine, findingsOf, openEngine } from '../../support/run-engine.ts';
import { collectionsOf, column, keyOfGiven, stageNamed } from '../small-platform.ts';

let engine: Engine;
afterEach(() => engine.close());

const shared = new ObjectId('65000000000000000000cccc');

describe('sub-documents with one _id', () => {
  test('in two documents all move under ids of their own, and it is told on both', async () => {
    const make = new PlatformDocuments();
    const note = (content: string, _id = make.id()) => ({ _id, content });
    const first = make.project({ notes: [note('a', shared), note('b')] });
    make.project({ notes: [note('c')] });
    const third = make.project({ notes: [note('d'), note('e', shared), note('f', shared)] });
    engine = await openEngine({ collections: collectionsOf(make.all) });
    await engine.migrate();
    expect(await column(engine.target, `SELECT content FROM "ProjectNote" ORDER BY content`)).toEqual([...'abcdef']);
    const rows = await engine.target.query(
      `SELECT encode(legacy_key, 'hex'), path, note FROM migration_finding WHERE code = 'sharedId' ORDER BY legacy_key`,
      [],
    );
    expect(rows).toEqual([
      [keyOfGiven(first).toString('hex'), 'notes', '1'],
      [keyOfGiven(third).toString('hex'), 'notes', '2'],
    ]);
  });

  test('in arrays of two kinds are no business of each other, nor are those of one document', async () => {
    const make = new PlatformDocuments();
    make.project({ notes: [{ _id: shared, content: 'a' }] });
    make.project({ team: [{ _id: shared, role: 'a' }] });
    const other = make.id();
    make.project({ notes: [other, other].map((_id) => ({ _id, content: 'b' })) });
    make.project({ notes: [{ content: 'without' }] });
    make.project({ notes: [{ content: 'without' }] });
    engine = await openEngine({ collections: collectionsOf(make.all) });
    await engine.migrate();
    expect((await findingsOf(engine.target)).map(({ code }) => code)).not.toContain('sharedId');
  });

  test('are found among a hundred thousand in less time than a few batches take', async () => {
    engine = await openEngine({ collections: { projects: [] } });
    await engine.target.query(
      `INSERT INTO migration_id_map (collection, parent_key, legacy_key, path, occurrence, prisma_id, run_id)
       SELECT 'projectNote', decode('07' || lpad(to_hex(n / 5), 24, '0'), 'hex'),
         decode('07' || lpad(to_hex(CASE WHEN n % 1000 = 0 THEN 1 ELSE n END), 24, '0'), 'hex'), 'notes', 0,
         gen_random_uuid(), gen_random_uuid()
       FROM generate_series(1, 100000) AS n`,
      [],
    );
    const began = performance.now();
    const found = await longRead(engine.target, (query) => readSharedIds(query, stageNamed('project')));
    const took = performance.now() - began;
    expect(found).toHaveLength(101);
    expect(took).toBeLessThan(10_000);
  });
});
