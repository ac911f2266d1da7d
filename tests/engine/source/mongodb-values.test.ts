import { describe, expect, test } from '@jest/globals';
import { type Document, serialize } from 'bson';
import fc from 'fast-check';
import { aggregate } from 'mingo';
import type { mongo } from 'mongoose';
import { TotalsCounter } from '../../../engine/source/dump/totals.ts';
import { serverValues } from '../../../engine/source/mongodb/values.ts';
import type { ValueRequest } from '../../../engine/source/source.ts';

/**
 * MongoDB's aggregation language as the library mingo evaluates it, since the stand-in for a mongod knows too little of it.
 * It takes no times from ObjectIds, so that all documents here have a `createdAt`.
 */
const evaluatedOver = (documents: Document[]) =>
  ({
    aggregate: (pipeline: Document[]) => ({ toArray: async () => aggregate(documents, pipeline as never) }),
  }) as unknown as mongo.Collection;

const VALUES: ValueRequest[] = [
  { path: 'n', kind: 'number', standIn: null },
  { path: 'd', kind: 'date', standIn: null },
  { path: 'updatedAt', kind: 'date', standIn: 'createdAt' },
  { path: 'text', kind: 'other', standIn: null },
  { path: 'group.n', kind: 'number', standIn: null },
  { path: 'list.n', kind: 'number', standIn: null },
  { path: 'list.d', kind: 'date', standIn: null },
  { path: 'list.text', kind: 'other', standIn: null },
  { path: 'group.list.n', kind: 'number', standIn: null },
];
const ARRAYS = ['list', 'group.list'];

const moment = fc.integer({ min: -1e12, max: 2e12 }).map((milliseconds) => new Date(milliseconds));
const number = fc.oneof(
  fc.integer({ min: -50, max: 50 }),
  fc.double({ min: -1e6, max: 1e6, noNaN: true }),
  fc.constant(-0),
);
const odd = fc.constantFrom(null, '', 'text', true, [1, 2], [], { x: 1 });
const maybe = <T>(value: fc.Arbitrary<T>) => fc.oneof({ weight: 5, arbitrary: value }, { weight: 1, arbitrary: odd });
const record = (fields: Record<string, fc.Arbitrary<unknown>>) => fc.record(fields, { requiredKeys: [] });
const element = record({ n: maybe(number), d: maybe(moment), text: odd });
const list = fc.array(fc.oneof({ weight: 6, arbitrary: element }, { weight: 1, arbitrary: fc.constantFrom(null, 3) }));
const document = record({
  ...{ n: maybe(number), d: maybe(moment), updatedAt: fc.option(moment), text: odd },
  list: fc.oneof({ weight: 5, arbitrary: list }, { weight: 1, arbitrary: element }),
  group: record({ n: maybe(number), list }),
}).chain((fields) => moment.map((createdAt): Document => ({ ...fields, createdAt })));

function counted(documents: readonly Document[], keep: number) {
  const counter = new TotalsCounter({ collection: '', arrays: ARRAYS, sums: [], values: VALUES, keep });
  for (const each of documents) counter.count(serialize(each, { ignoreUndefined: true }));
  return counter.totals(documents.length).values;
}

const asked = (documents: Document[], keep: number) =>
  serverValues(evaluatedOver(documents), { collection: '', arrays: ARRAYS, sums: [], values: VALUES, keep }, null);

describe('the pipelines that a mongod is sent', () => {
  test.each([1, 3])('give what the counter of raw BSON gives, %i value(s) at either end', async (keep) => {
    await fc.assert(
      fc.asyncProperty(fc.array(document, { maxLength: 12 }), async (documents) => {
        expect(await asked(documents, keep)).toEqual(counted(documents, keep));
      }),
      { numRuns: 150 },
    );
  });

  test('are given up for the counter where a date is taken from a createdAt that is none', async () => {
    expect(await asked([{ createdAt: '2024-01-01' }], 1)).toBeNull();
    expect(await asked([{ createdAt: '2024-01-01', updatedAt: new Date(0) }], 1)).not.toBeNull();
  });
});
