import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Double, ObjectId } from 'bson';
import type { Difference } from '../../../engine/verify/difference.ts';
import { restartVerification } from '../../../engine/verify/rows/verify-rows.ts';
import { PlatformDocuments } from '../../support/data/platform-documents.ts';
import { writerNow } from '../../support/data/writers.ts';
import { type Engine, type Migration, openEngine } from '../../support/run-engine.ts';
import { collectionsOf } from '../small-platform.ts';
import { type Damage, keepTables } from '../verify/damage.ts';

const make = new PlatformDocuments();
make.user({ email: 'Min@Example.com', username: '', bio: 7, isActive: 'yes', lastLogin: '2024-03-01T12:00:00.5Z' });
make.profile({ tags: ['a', null, 'b'], genre: '팝', rating: new Double(1.1 + 2.2), shoeSize: { eu: 43 } });
make.project({
  artist: make.artist.toHexString(),
  approvedBy: new ObjectId('65000000ffffffffffffffff'),
  tasks: [{ id: '12', title: 'Record', extra: 'x' }],
});
make.payment({ metadata: { a: 1 }, rewardId: 'no reward' });

let engine: Engine;
let run: Migration;
let damage: Damage['damage'];
let mend: Damage['mend'];

beforeAll(async () => {
  engine = await openEngine({ collections: collectionsOf(make.all) });
  run = await engine.migrate();
  ({ damage, mend } = await keepTables(engine.target, ['migration_finding', 'migration_leftover', 'User', 'Artist']));
});
afterAll(() => engine.close());

async function told(): Promise<string[]> {
  const all: Difference[] = [];
  for (const { name } of engine.plan.stages) {
    await restartVerification(engine.target, await writerNow(engine.target, run.runId), name);
    all.push(...(await engine.verify(run, name)));
  }
  return [...new Set(all.map(({ where }) => where))].sort();
}

/** A finding is lost, or keeps another value than the source has. */
const lost = (code: string) => `DELETE FROM migration_finding WHERE code = '${code}'`;
const other = (code: string) =>
  `UPDATE migration_finding SET old_value = '\\x090000000876000100' WHERE code = '${code}'`;

const EXPLAINED: readonly (readonly [what: string, sql: string, ...where: string[]])[] = [
  ['a lower-cased text', lost('setter'), 'User.email'],
  ['a lower-cased text, whose old value is another one,', other('setter'), 'User.email'],
  ['values of other types', lost('cast'), 'ProjectTask.taskNumber', 'User.bio', 'User.isActive', 'User.lastLogin'],
  [
    'other values of other types',
    other('cast'),
    'ProjectTask.taskNumber',
    'User.bio',
    'User.isActive',
    'User.lastLogin',
  ],
  ['an empty text that is NULL', lost('emptyText'), 'User.username'],
  ['a null element that is left out', lost('nullElement'), 'Artist.tags'],
  ['a single value in place of an array', lost('notAnArray'), 'Artist.genres'],
  ['rounding noise that was taken off', lost('floatNoise'), 'Artist.rating'],
  ['a reference that was written as text', lost('referenceForm'), 'Project.artistId'],
  ['references that lead nowhere', lost('dangling'), 'Payment.rewardId', 'Project.approvedById'],
  [
    'a leftover',
    `DELETE FROM migration_leftover`,
    ...['Payment.rewardId', 'Project.approvedById', 'migration_leftover.shoeSize', 'migration_leftover.tasks.extra'],
  ],
  [
    'a leftover, byte for byte',
    `UPDATE migration_leftover SET value = set_byte(value, 7, get_byte(value, 7) # 1)`,
    ...['Payment.rewardId', 'Project.approvedById', 'migration_leftover.shoeSize', 'migration_leftover.tasks.extra'],
  ],
];

describe('what a finding or a leftover explains', () => {
  test('is no difference', async () => {
    expect(Object.values(run.differences).flat()).toEqual([]);
    expect(await told()).toEqual([]);
  });

  test.each(EXPLAINED)('is one without it: %s', async (_, sql, ...where) => {
    await damage(sql);
    try {
      expect(await told()).toEqual([...where].sort());
    } finally {
      await mend();
    }
  });
});
