import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import {
  Binary,
  BSONRegExp,
  Code,
  Decimal128,
  type Document,
  Double,
  deserialize,
  Int32,
  Long,
  MaxKey,
  MinKey,
  ObjectId,
  serialize,
  Timestamp,
} from 'bson';
import fc from 'fast-check';
import { generalPath } from '../../../engine/document/findings/path.ts';
import { HEADINGS } from '../../../engine/messages/report/headings.ts';
import { FATES } from '../../../engine/messages/report/words.ts';
import type { Field, Fields } from '../../../engine/plan/model-fields.ts';
import { censusFacts } from '../../../engine/report/facts/census-facts.ts';
import { leftoverFacts } from '../../../engine/report/facts/document-facts.ts';
import { collectFacts } from '../../../engine/report/facts/facts.ts';
import { markdownReport } from '../../../engine/report/markdown/page.ts';
import type { CensusRecord, PathCount } from '../../../engine/state/run/census-record.ts';
import { readCheckpoints } from '../../../engine/state/run/checkpoint.ts';
import { verificationOf } from '../../../engine/state/run/checkpoint-names.ts';
import type { Query } from '../../../engine/target/query.ts';
import { Census, mergeCensus } from '../../../engine/verify/census.ts';
import { restartVerification, verifySegment } from '../../../engine/verify/rows/verify-rows.ts';
import { type Table, tables } from '../../../prisma/generated/tables.ts';
import { demoDocuments } from '../../../scripts/demo/data/demo-documents.ts';
import { plan } from '../../../stages/plan.ts';
import { writerOf } from '../../support/data/writers.ts';
import { type Engine, findingsOf, type Migration, openEngine, quarantineOf } from '../../support/run-engine.ts';
import { fence, stageNamed } from '../small-platform.ts';

const userFields = stageNamed('user').fields;
const projectFields = stageNamed('project').fields;

function censusOf(fields: Fields, documents: readonly Document[]): CensusRecord {
  const census = new Census(fields);
  for (const document of documents) census.count(serialize(document, { ignoreUndefined: false }));
  return census.record();
}

const at = (record: CensusRecord, path: string) => record.paths.find((one) => one.path === path);

/** The type of a decoded value, by MongoDB's name. */
function typeOf(value: unknown): string {
  if (value === null) return 'null';
  if (value === undefined) return 'undefined';
  if (Array.isArray(value)) return 'array';
  if (value instanceof Date) return 'date';
  if (typeof value === 'string') return 'string';
  if (typeof value === 'boolean') return 'bool';
  const names: Record<string, string> = {
    ...{ ObjectId: 'objectId', Int32: 'int', Double: 'double', Long: 'long', Decimal128: 'decimal', Binary: 'binData' },
    ...{ Timestamp: 'timestamp', Code: 'javascript', BSONRegExp: 'regex', MinKey: 'minKey', MaxKey: 'maxKey' },
  };
  return names[(value as { _bsontype?: string })._bsontype ?? ''] ?? 'object';
}

/** Counts decoded documents without any thought of speed or of bytes. */
function naiveCensus(
  fields: Fields,
  documents: readonly Uint8Array[],
): Map<string, { documents: number; types: Record<string, number> }> {
  const counted = new Map<string, { documents: number; types: Record<string, number> }>();
  for (const bytes of documents) {
    const seen = new Set<string>();
    const value = (path: string, one: unknown, inside: Fields | number): void => {
      const count = counted.get(path) ?? { documents: 0, types: {} };
      counted.set(path, count);
      const type = typeOf(one);
      count.types[type] = (count.types[type] ?? 0) + 1;
      if (!seen.has(path)) count.documents += 1;
      seen.add(path);
      if (Array.isArray(one)) for (const element of one) value(path, element, inside);
      else if (type === 'object' && inside !== 0) object(`${path}.`, one as Document, inside);
    };
    const object = (prefix: string, one: Document, inside: Fields | number): void => {
      for (const [name, inner] of Object.entries(one)) value(prefix + name, inner, insideOf(inside, name, prefix));
    };
    object('', deserialize(bytes, { promoteValues: false, bsonRegExp: true }), fields);
  }
  return counted;
}

/** What a census knows below a name: fields of the model, or so many levels that nobody knows. */
function insideOf(inside: Fields | number, name: string, prefix: string): Fields | number {
  if (typeof inside === 'number') return inside - 1;
  const field: Field | undefined = inside.get(name);
  if (field?.kind === 'documents') return new Map([...field.fields, ['_id', ID]]);
  if (field?.kind === 'nested') return field.fields;
  return field !== undefined || (prefix === '' && (name === '_id' || name === '__v')) ? 0 : 3;
}
const ID = { kind: 'text' } as unknown as Field;

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

describe('the census of a migration', () => {
  const demo = { scale: 0.1, rich: true };
  let engine: Engine;
  let run: Migration;

  beforeAll(async () => {
    engine = await openEngine({ demo });
    run = await engine.migrate();
  });
  afterAll(() => engine.close());

  const facts = () => Promise.all(plan.stages.map((stage) => censusFacts(asked, run.runId, stage)));
  const asked: Query = (sql, params) => engine.target.query(sql, params);

  test('counts every document and every path of the source', async () => {
    const source = demoDocuments(demo);
    for (const census of await facts()) {
      const documents = [...source[census!.collection as 'users']].map((one) =>
        serialize(one, { ignoreUndefined: false }),
      );
      const naive = naiveCensus(stageNamed(census!.stage).fields, documents);
      expect(census!.documents).toBe(documents.length);
      const counted = census!.paths.filter((path) => path.documents > 0);
      expect(new Map(counted.map(({ path, documents: n, types }) => [path, { documents: n, types }]))).toEqual(naive);
    }
  });

  test('accounts for every path: it has a destination, or it is a leftover that was kept, or it is never moved', async () => {
    const leftovers = await leftoverFacts(asked, run.runId);
    for (const census of await facts()) {
      const { tables: filled } = stageNamed(census!.stage);
      const columns = new Set(
        filled.flatMap(({ table }) => (tables[table] as Table).columns.map(({ field }) => `${table}.${field}`)),
      );
      for (const { path, to, documents } of census!.paths) {
        if (to.kind === 'columns') for (const column of to.columns) expect(columns).toContain(column);
        else if (to.kind === 'rows') expect(filled.map(({ table }) => table as string)).toContain(to.table);
        else if (to.kind === 'leftover') {
          const kept = leftovers.some(
            (one) => one.collection === census!.collection && `${path}.`.startsWith(`${one.path}.`),
          );
          expect({ path, documents, kept }).toEqual({ path, documents, kept: true });
        } else expect({ path, kind: to.kind }).toEqual({ path, kind: path === '__v' ? 'dropped' : 'group' });
      }
    }
  });

  test('has the findings that were written down, and those that are only counted', async () => {
    const written = await findingsOf(engine.target);
    for (const census of await facts()) {
      const { stage } = census!;
      const told: string[] = [];
      for (const { path, findings } of census!.paths)
        for (const [code, n] of Object.entries(findings)) told.push(...Array<string>(n).fill(`${code} ${path}`));
      const counted = ['default', 'unknownField', 'fromId', 'fromCreatedAt'];
      const noted = written.filter((one) => one.stage === stage && one.code !== 'notNormalised');
      expect(told.filter((one) => !counted.includes(one.split(' ')[0]!)).sort()).toEqual(
        noted.map(({ code, path }) => `${code} ${generalPath(path)}`).sort(),
      );
      for (const code of counted) {
        const withdrawn = run.counters[stage]!.contested;
        const number = told.filter((one) => one.startsWith(`${code} `)).length;
        if (withdrawn === 0) expect(number).toBe(run.counters[stage]!.findings[code] ?? 0);
      }
    }
  });

  test('has every refusal with its path', async () => {
    const quarantined = (await quarantineOf(engine.target)).filter(
      ({ code, path }) => code !== 'duplicate' && path !== null,
    );
    for (const census of await facts()) {
      const told = census!.paths.flatMap(({ path, refused }) =>
        Object.entries(refused).flatMap(([code, n]) => Array<string>(n).fill(`${code} ${path}`)),
      );
      const due = quarantined.filter(({ stage }) => stage === census!.stage);
      expect(told.sort()).toEqual(
        due.map(({ code, path }) => `${code} ${generalPath(path!).replace(/^metadata\..*/, 'metadata')}`).sort(),
      );
    }
  });

  test('is the same after interruptions at every batch', async () => {
    const before = await facts();
    for (const [n, stage] of plan.stages.entries()) {
      await restartVerification(engine.target, writerOf(run, 1_000), stage.name);
      expect(await censusFacts(asked, run.runId, stage)).toBeNull();
      const context = { ...engine, stage, skipExisting: true };
      const limits = { batchSize: 37, milliseconds: 0, signal: new AbortController().signal };
      const partitions = (await readCheckpoints(engine.target, run.runId, verificationOf(stage.name))).length;
      for (let partition = 0; partition < partitions; partition++) {
        const ref = { runId: run.runId, stage: verificationOf(stage.name), partition };
        for (let i = 0, done = false; !done; i++) {
          ({ done } = await verifySegment(context, ref, fence(1_000 + n * 1_000 + i), limits));
        }
      }
    }
    expect(await facts()).toEqual(before);
  });

  test('is a table of the report', async () => {
    const report = markdownReport(await collectFacts(engine.target, plan, run.runId));
    expect(report).toContain(`## ${HEADINGS.census.en}: users`);
    expect(report).toMatch(/\| email \| \d+ \| \d+ \| string \d+ \| User\.email \|/);
    expect(report).toContain(`| legacyPoints | 1 | 1 | double 1 | ${FATES.leftover.en} | unknownField 1 |`);
  });
});
