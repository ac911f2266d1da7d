import { describe } from '@jest/globals';
import type { Document } from 'bson';
import { plan } from '../../stages/plan.ts';
import { openMongoEngine } from '../support/servers/mongodb-engine.ts';
import { nameOf } from './aftermath.ts';
import { moves, planUnder } from './moves.ts';
import { type Given, groupsOf, readCases } from './read-cases.ts';

describe.each(groupsOf(readCases()))('bad inputs of a MongoDB, under policies $policies', (group) => {
  const dumpOnly = new Set(group.expected.filter((one) => one.dumpOnly !== undefined).map(nameOf));
  const given = group.given.filter((one) => one.document !== null && !dumpOnly.has(nameOf(one)));
  const there = new Set(given.map(nameOf));
  const expected = group.expected.filter((one) => there.has(nameOf(one)));
  moves(expected, () => openMongoEngine(byCollection(given), { plan: planUnder(group.policies) }));
});

function byCollection(given: readonly Given[]): Record<string, Document[]> {
  const of = (collection: string) =>
    given.filter((one) => one.collection === collection).map(({ document }) => document!);
  return Object.fromEntries(plan.stages.map(({ collection }) => [collection, of(collection)]));
}
