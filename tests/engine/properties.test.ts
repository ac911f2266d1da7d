import { expect, test } from '@jest/globals';
import { experiment } from '../properties/experiment.ts';

const documents = Number(process.env['FC_DOCUMENTS'] ?? 200);
const seed = Number(process.env['FC_SEED'] ?? 1);

test('every random document moves with all its values, or is in quarantine with a reason', async () => {
  const { problems } = await experiment(documents, seed);
  expect({ seed, problems }).toEqual({ seed, problems: [] });
});
