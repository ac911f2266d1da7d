import { describe } from '@jest/globals';
import { openEngine } from '../support/run-engine.ts';
import { moves, planUnder } from './moves.ts';
import { collectionsOf, groupsOf, readCases } from './read-cases.ts';

describe.each(groupsOf(readCases()))(
  'bad inputs of a dump, under policies $policies',
  ({ policies, given, expected }) => {
    moves(expected, () => openEngine({ collections: collectionsOf(given) }, { plan: planUnder(policies) }));
  },
);
