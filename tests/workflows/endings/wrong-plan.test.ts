import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { showKey } from '../../../engine/document/legacy-key.ts';
import { rowsDiffer } from '../../../engine/messages/workflows/blocked.ts';
import type { Difference } from '../../../engine/verify/difference.ts';
import { saying } from '../../engine/messages/saying.ts';
import { namedDocuments, WRONG_PLANS } from '../../engine/second-reader/wrong-plans.ts';
import { collectionsOf, keyOfGiven } from '../../engine/small-platform.ts';
import { openPlatform, type Platform, untilProgress } from '../../support/migration.ts';

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
