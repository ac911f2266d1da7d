import { afterEach, describe, expect, test } from '@jest/globals';
import { deserialize } from 'bson';
import { PlatformDocuments } from '../../support/data/platform-documents.ts';
import { type Engine, openEngine } from '../../support/run-engine.ts';
import { collectionsOf } from '../small-platform.ts';

let engine: Engine;
afterEach(() => engine.close());

/** Every leftover: the objects that it stands in, its own name, its value. */
async function leftovers(): Promise<[within: string, name: string, value: unknown][]> {
  const rows = await engine.target.query(`SELECT path, name, value FROM migration_leftover ORDER BY id`, []);
  return rows.map(([path, told, value]) => {
    const name = told ?? path!.slice(path!.lastIndexOf('.') + 1);
    return [path!.slice(0, path!.length - name.length), name, deserialize(Buffer.from(value!.slice(2), 'hex'))['v']];
  });
}

describe('a leftover', () => {
  test('whose name has a dot is told from one that is nested, and both can be put back where they were', async () => {
    const make = new PlatformDocuments();
    make.funding({
      ...{ 'executionPlan.note': 1, 'rewards.0.note': 2, '.': 3, '': 4, 'a.b': { 'c.d': 5 }, a: { b: 6 } },
      executionPlan: { totalBudget: 0, stages: [], note: 7, 'no.te': 8, '.note': 9 },
      rewards: [{ title: 'CD', description: 'Signed', amount: 10_000, note: 10, 'x.y': 11 }],
    });
    engine = await openEngine({ collections: collectionsOf(make.all) });
    const { differences } = await engine.migrate();
    expect(Object.values(differences).flat()).toEqual([]);
    expect(new Set(await leftovers())).toEqual(
      new Set([
        ['', 'executionPlan.note', 1],
        ['', 'rewards.0.note', 2],
        ['', '.', 3],
        ['', '', 4],
        ['', 'a.b', { 'c.d': 5 }],
        ['', 'a', { b: 6 }],
        ['executionPlan.', 'note', 7],
        ['executionPlan.', 'no.te', 8],
        ['executionPlan.', '.note', 9],
        ['rewards.0.', 'note', 10],
        ['rewards.0.', 'x.y', 11],
      ]),
    );
  });
});
