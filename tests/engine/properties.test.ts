import { expect, test } from '@jest/globals';
import { specified } from '../corpus/specified.ts';
import { tryOut } from '../corpus/try-out.ts';
import { experiment } from '../properties/experiment.ts';
import { randomObjects } from '../properties/random-bson.ts';

const documents = Number(process.env['FC_DOCUMENTS'] ?? 200);
const seed = Number(process.env['FC_SEED'] ?? 1);

test('every random document moves with all its values, or is in quarantine with a reason', async () => {
  const { problems } = await experiment(documents, seed);
  expect({ seed, problems }).toEqual({ seed, problems: [] });
});

/** Why an object may be in quarantine: damage, and texts or depths that PostgreSQL cannot take. */
const REASONS = ['invalidBson', 'invalidUtf8', 'loneSurrogate', 'nul', 'tooDeep'];

test('an object of every BSON type moves exactly in every place, or is in quarantine with a reason', async () => {
  const { tallies, problems } = await tryOut([...specified(), ...randomObjects(documents, seed)]);
  expect({ seed, problems }).toEqual({ seed, problems: [] });
  const codes = new Set([...tallies.values()].flatMap(({ quarantined }) => Object.keys(quarantined)));
  expect([...codes].filter((code) => !REASONS.includes(code))).toEqual([]);
  for (const { cases, exact } of tallies.values()) expect(exact).toBeGreaterThan(cases / 3);
});
