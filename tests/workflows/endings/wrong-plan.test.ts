import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { showKey } from '../../../engine/document/legacy-key.ts';
import { fieldHasHome } from '../../../engine/messages/engine/plan.ts';
import { rowsDiffer } from '../../../engine/messages/workflows/blocked.ts';
import type { Difference } from '../../../engine/verify/difference.ts';
import { plan } from '../../../stages/plan.ts';
import { saying } from '../../engine/messages/saying.ts';
import { namedDocuments, WRONG_PLANS } from '../../engine/second-reader/wrong-plans.ts';
import { collectionsOf, keyOfGiven, usersOf } from '../../engine/small-platform.ts';
import { endOf, openPlatform, type Platform, untilProgress } from '../../support/migration.ts';

const { make, documents } = namedDocuments();
/** What neither totals nor references tell, which come before the rows; the engine's own tests have all kinds. */
const KINDS = [
  'two text columns are swapped',
  'the last element of an array of texts is dropped',
  'two elements of an array of texts are swapped',
  'a default stands in place of a value',
  'a member of a JSON value is altered',
  'a leftover is dropped',
];

let platform: Platform;
beforeAll(async () => {
  platform = await openPlatform({ collections: collectionsOf(make.all) });
});
afterAll(() => platform.close());

describe('a run by a wrong plan, verified by workers of the same plan', () => {
  test.each(WRONG_PLANS.filter(({ what }) => KINDS.includes(what)))(
    'is blocked where $what',
    async ({ plan, wrong }) => {
      const target = await platform.target();
      await target.stopWorker();
      await target.startWorker({ plan });
      const handle = await target.start();
      const { reason } = await untilProgress(handle, ({ state }) => state === 'blocked');
      expect(reason).toMatch(saying(rowsDiffer));
      const rows = await target.sql(`SELECT samples FROM migration_partition WHERE stage LIKE 'verify:%'`);
      const told = rows.flatMap(([samples]) => JSON.parse(samples!) as Difference[]);
      for (const [where, of] of wrong) {
        const legacyId = showKey(keyOfGiven(documents[of]));
        expect(told).toContainEqual(expect.objectContaining({ where, legacyId }));
      }
      await handle.terminate('seen');
      await target.close();
    },
  );
});

test('a run whose plan has forgotten a field is blocked, and ends by workers whose plan skips it', async () => {
  const users = usersOf(3, () => ({ last_login: new Date(0) }));
  const forgetful = await openPlatform({ collections: { users } });
  try {
    const target = await forgetful.target();
    const handle = await target.start();
    const { reason } = await untilProgress(handle, ({ state }) => state === 'blocked');
    expect(reason).toMatch(saying(fieldHasHome, { path: 'last_login', table: 'User', column: 'lastLogin' }));
    expect(await target.sql('SELECT count(*) FROM "User"')).toEqual([['0']]);
    await target.stopWorker();
    const skips = { last_login: 'older builds wrote it, nobody reads it' };
    await target.startWorker({ plan: { ...plan, stages: plan.stages.map((stage) => ({ ...stage, skips })) } });
    await handle.executeUpdate('resume');
    expect((await endOf(handle)).stages[0]).toMatchObject({ name: 'user', written: 3 });
  } finally {
    await forgetful.close();
  }
});
