import { describe, expect, test } from '@jest/globals';
import {
  Binary,
  BSONRegExp,
  Code,
  Decimal128,
  type Document,
  Double,
  Int32,
  Long,
  MaxKey,
  MinKey,
  ObjectId,
  serialize,
  Timestamp,
} from 'bson';
import fc from 'fast-check';
import type { Field, Fields } from '../../../engine/plan/model-fields.ts';
import type { CensusRecord, PathCount } from '../../../engine/state/run/census-record.ts';
import { Census, mergeCensus } from '../../../engine/verify/census.ts';
import { demoDocuments } from '../../../scripts/demo/data/demo-documents.ts';
import { plan } from '../../../stages/plan.ts';
import { stageNamed } from '../small-platform.ts';
import { naiveCensus } from './naive-census.ts';

const userFields = stageNamed('user').fields;
const projectFields = stageNamed('project').fields;

function censusOf(fields: Fields, documents: readonly Document[]): CensusRecord {
  const census = new Census(fields);
  for (const document of documents) census.count(serialize(document, { ignoreUndefined: false }));
  return census.record();
}

const at = (record: CensusRecord, path: string) => record.paths.find((one) => one.path === path);

const _ID = { kind: 'text' } as unknown as Field;

const plainOf = (record: CensusRecord) =>
  new Map(
    record.paths
      .filter(({ documents }) => documents > 0)
      .map(({ path, documents, types }) => [path, { documents, types }]),
  );

const leaf = fc.oneof(
  fc.constantFrom<unknown>(null, undefined, true, new Date(0), new MinKey(), new MaxKey(), new Code('f()')),
  fc.constantFrom<unknown>(new ObjectId('65000000000000000000aaaa'), new BSONRegExp('a', 'i'), Timestamp.fromNumber(1)),
  fc.constantFrom<unknown>(
    new Binary(Buffer.from('ab')),
    Decimal128.fromString('1.5'),
    Long.fromNumber(2),
    new Double(1),
  ),
  fc.integer({ max: 99 }).map((n) => new Int32(n)),
  fc.string(),
);
const names = fc.oneof(
  fc.constantFrom(
    'title',
    'tasks',
    'team',
    'tags',
    'artist',
    '_id',
    '__v',
    '__proto__',
    'budget',
    'extra',
    '열',
    'a.b',
    '5',
    '',
  ),
  fc.string({ maxLength: 4 }).map((text) => text.replaceAll('\0', '')),
);
const { value } = fc.letrec<{ value: unknown; object: unknown }>((tie) => ({
  value: fc.oneof({ maxDepth: 6, depthSize: 'medium' }, leaf, fc.array(tie('value'), { maxLength: 4 }), tie('object')),
  object: fc
    .uniqueArray(fc.tuple(names, tie('value')), { maxLength: 5, selector: ([name]) => name })
    .map((entries) => new Map(entries)),
}));
const document = fc
  .uniqueArray(fc.tuple(names, value), { maxLength: 8, selector: ([name]) => name })
  .map((entries) => serialize(new Map(entries) as never, { ignoreUndefined: false }));

describe('a census', () => {
  test('counts documents, values and their types at each path, array places taken out', () => {
    const record = censusOf(projectFields, [
      { _id: 1, title: 'a', tags: ['x', null], tasks: [{ id: 1, title: 'b' }, { id: new Double(2.5) }] },
      { _id: 'two', title: null, tasks: [] },
    ]);
    expect(record.documents).toBe(2);
    expect(at(record, '_id')).toMatchObject({ documents: 2, types: { int: 1, string: 1 } });
    expect(at(record, 'title')).toMatchObject({ documents: 2, types: { string: 1, null: 1 } });
    expect(at(record, 'tags')).toMatchObject({ documents: 1, types: { array: 1, string: 1, null: 1 } });
    expect(at(record, 'tasks')).toMatchObject({ documents: 2, types: { array: 2, object: 2 } });
    expect(at(record, 'tasks.id')).toMatchObject({ documents: 1, types: { int: 1, double: 1 } });
    expect(at(record, 'tasks.title')).toMatchObject({ documents: 1, types: { string: 1 } });
  });

  test('equals a naive count over decoded documents, whatever they hold', () => {
    fc.assert(
      fc.property(fc.array(document, { maxLength: 6 }), (documents) => {
        for (const fields of [userFields, projectFields]) {
          const census = new Census(fields);
          for (const bytes of documents) census.count(bytes);
          expect(plainOf(census.record())).toEqual(naiveCensus(fields, documents));
        }
      }),
      { numRuns: 200 },
    );
  });

  test('equals a naive count over the demo data of every collection', () => {
    const demo = demoDocuments({ scale: 0.1, rich: true });
    for (const stage of plan.stages) {
      const documents = [...demo[stage.collection as 'users']].map((one) => serialize(one, { ignoreUndefined: false }));
      const census = new Census(stage.fields);
      for (const bytes of documents) census.count(bytes);
      const record = census.record();
      expect(plainOf(record)).toEqual(naiveCensus(stage.fields, documents));
      expect(record).toMatchObject({
        documents: documents.length,
        bytes: documents.reduce((sum, { length }) => sum + length, 0),
      });
    }
  });

  test('takes what the model takes as one value as one value: the keys of a Mixed field are data', () => {
    const { fields } = stageNamed('payment');
    const record = censusOf(fields, [
      { _id: 1, metadata: { 'kim@example.com': 1 }, projectId: { _id: 1, title: 'x' } },
    ]);
    expect(record.paths.map(({ path }) => path)).toEqual(expect.arrayContaining(['_id', 'metadata', 'projectId']));
    expect(JSON.stringify(record)).not.toContain('kim@example.com');
    expect(at(record, 'projectId.title')).toBeUndefined();
  });

  test('walks three levels below a field that the model does not know', () => {
    const record = censusOf(userFields, [{ _id: 1, a: { b: { c: { d: { e: 1 } } } } }]);
    expect(record.paths.map(({ path }) => path).sort()).toEqual(['_id', 'a', 'a.b', 'a.b.c', 'a.b.c.d']);
    expect(at(record, 'a.b.c.d')!.types).toEqual({ object: 1 });
  });

  test('stays small where values are used as field names: the rest is counted together, and no model field with it', () => {
    const documents = Array.from({ length: 30 }, (_, n) => ({
      ...Object.fromEntries(Array.from({ length: 100 }, (_, i) => [`key ${n * 100 + i}`, { deep: [1] }])),
      ...{ _id: n, updatedAt: new Date(0) },
    }));
    const record = censusOf(userFields, documents);
    expect(record.paths.length).toBeLessThanOrEqual(500);
    expect(at(record, 'updatedAt')!.documents).toBe(30);
    const inRest = record.rest!.types['object']!;
    const keys = record.paths.filter(({ path }) => /^key \d+$/.test(path));
    expect(keys.length + inRest).toBe(3_000);
    expect(record.rest).toMatchObject({ path: '…', types: { object: inRest } });
    expect(record.rest!.documents).toBeGreaterThanOrEqual(28);
    expect(record.rest!.documents).toBeLessThanOrEqual(30);
  });

  test('that goes on from its record is the one that was never interrupted', () => {
    fc.assert(
      fc.property(fc.array(document, { minLength: 2, maxLength: 6 }), fc.nat({ max: 6 }), (documents, cut) => {
        const whole = new Census(userFields);
        let parted = new Census(userFields);
        for (const [n, bytes] of documents.entries()) {
          if (n === cut) parted = new Census(userFields, JSON.parse(JSON.stringify(parted.record())));
          whole.count(bytes);
          parted.count(bytes);
        }
        expect(sorted(parted.record())).toEqual(sorted(whole.record()));
      }),
      { numRuns: 100 },
    );
  });

  test('of parts adds up to that of the whole', () => {
    fc.assert(
      fc.property(fc.array(document, { maxLength: 6 }), fc.nat({ max: 6 }), (documents, cut) => {
        const [first, second, whole] = [new Census(userFields), new Census(userFields), new Census(userFields)];
        for (const [n, bytes] of documents.entries()) {
          (n < cut ? first : second).count(bytes);
          whole.count(bytes);
        }
        const merged = mergeCensus(userFields, [first.record(), second.record()]);
        expect(sorted(merged)).toEqual(sorted(whole.record()));
      }),
      { numRuns: 100 },
    );
  });

  test('ends quietly where BSON is damaged: such a document is refused by the check', () => {
    const census = new Census(userFields);
    const whole = serialize({ _id: 1, name: 'x', bio: 'a longer text' });
    for (let length = 0; length <= whole.length; length++) census.count(whole.subarray(0, length));
    expect(census.record().documents).toBe(whole.length + 1);
  });
});

function sorted({ paths, ...rest }: CensusRecord): CensusRecord {
  return { ...rest, paths: [...paths].sort((a: PathCount, b: PathCount) => (a.path < b.path ? -1 : 1)) };
}
