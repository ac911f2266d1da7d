import { describe, expect, test } from '@jest/globals';
import { showKey } from '../../../engine/document/legacy-key.ts';
import type { Difference } from '../../../engine/verify/difference.ts';
import { openEngine } from '../../support/run-engine.ts';
import { collectionsOf, keyOfGiven } from '../small-platform.ts';
import { namedDocuments, WRONG_PLANS } from './wrong-plans.ts';

const { make, documents } = namedDocuments();
const names = new Map(Object.entries(documents).map(([name, given]) => [showKey(keyOfGiven(given)), name]));

describe('a migration by a wrong plan, verified by the same wrong plan', () => {
  test.each(WRONG_PLANS)('is found to be wrong where $what', async ({ plan, wrong }) => {
    const engine = await openEngine({ collections: collectionsOf(make.all) }, { plan });
    try {
      const { differences } = await engine.migrate();
      const told = Object.values(differences)
        .flat()
        .filter(isNamed)
        .map(({ where, legacyId }) => [where, names.get(legacyId)]);
      expect(told.sort()).toEqual([...wrong].sort());
    } finally {
      await engine.close();
    }
  });
});

/** Others of its kind are wrong, too, by some of these plans. */
const isNamed = ({ legacyId }: Difference) => names.has(legacyId);
