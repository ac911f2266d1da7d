import { afterEach, describe, expect, test } from '@jest/globals';
import { deserialize } from 'bson';
import { PlanIncomplete } from '../../../engine/common/errors.ts';
import { fieldHasHome } from '../../../engine/messages/engine/plan.ts';
import { plan } from '../../../stages/plan.ts';
import { PlatformDocuments } from '../../support/data/platform-documents.ts';
import { type Engine, engineReading, openEngine } from '../../support/run-engine.ts';
import { saying } from '../messages/saying.ts';
import { collectionsOf, column, copyOnce, fence, planned, usersOf } from '../small-platform.ts';
import { noteDifferences, passOver } from '../sync/reconciling.ts';

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

describe('a field that the plan does not know while a column has its name', () => {
  /** Two batches of users, of whom the last two have logged in by an older build of the platform. */
  const users = usersOf(12, (n) => (n >= 10 ? { last_login: new Date(0), legacyPoints: n } : {}));
  const told = saying(fieldHasHome, { stage: 'user', path: 'last_login', table: 'User', column: 'lastLogin' });
  const skipping = {
    ...plan,
    stages: plan.stages.map((stage) => ({ ...stage, skips: { last_login: 'older builds wrote it, nobody reads it' } })),
  };

  test('stops the stage at its first document, and of that batch nothing is written', async () => {
    engine = await openEngine({ collections: { users } });
    const { runId } = await engine.prepare();
    await planned(engine, runId, 'user');
    const copied = copyOnce(engine, runId, 'user', fence(1), { batchSize: 6, milliseconds: 600_000 });
    await expect(copied).rejects.toThrow(PlanIncomplete);
    await expect(copied).rejects.toThrow(told);
    expect(await column(engine.target, 'SELECT count(*) FROM "User"')).toEqual(['6']);
    expect(await leftovers()).toEqual([]);
  });

  test('is a leftover like any other once the stage skips it', async () => {
    engine = await openEngine({ collections: { users } });
    const { differences } = await engine.over(skipping).migrate();
    expect(Object.values(differences).flat()).toEqual([]);
    expect((await leftovers()).map(([, name]) => name).sort()).toEqual([
      'last_login',
      'last_login',
      'legacyPoints',
      'legacyPoints',
    ]);
  });

  test('stops a reconciliation that brings it', async () => {
    engine = await openEngine({ collections: { users: users.map(({ last_login: _, ...user }) => user) } });
    const newer = await openEngine({ collections: { users } });
    try {
      const run = await engine.migrate();
      const reading = engineReading(engine, newer.source);
      await noteDifferences(reading, run, engine.source, newer.source);
      await expect(passOver(reading, run)).rejects.toThrow(told);
      expect((await leftovers()).map(([, name]) => name)).not.toContain('last_login');
      expect(Object.values(await passOver({ ...reading, plan: skipping }, run)).at(-1)).toEqual([]);
    } finally {
      await newer.close();
    }
  });
});
