import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Decimal128, type Document, Double, Long, ObjectId } from 'bson';
import { keyOf, type LegacyKey } from '../../../engine/document/legacy-key.ts';
import { stageNotInPlan } from '../../../engine/messages/engine/run.ts';
import { verifyReferences } from '../../../engine/verify/references/verify-references.ts';
import type { Total } from '../../../engine/verify/totals/total.ts';
import { verifyTotals } from '../../../engine/verify/totals/verify-totals.ts';
import { fillMongoDB } from '../../../scripts/demo/data/fill-mongodb.ts';
import { plan } from '../../../stages/plan.ts';
import { createMongoDatabase, type TestDatabase } from '../../support/servers/databases.ts';
import { type MovedPlatform, platformOf, platformOfDump } from '../moved-platform.ts';

const whole = { limited: false };

function totalsOf(platform: MovedPlatform, runId: string, stage: string, { limited } = whole): Promise<Total[]> {
  return verifyTotals({ plan, ...platform }, runId, stage, { limited });
}

function pick(totals: readonly Total[], what: Total['what'], path: string): Total {
  return totals.find((total) => total.what === what && total.path === path)!;
}

const terms = ({ source, quarantined, alterations, expected, found, agree }: Total) => ({
  ...{ source, quarantined, expected, found, agree },
  altered: alterations.map(({ code, findings, value }) => `${code} × ${findings}: ${value}`),
});

function id(number: number): ObjectId {
  return ObjectId.createFromHexString(`65000000${number.toString(16).padStart(16, '0')}`);
}

const artistId = id(1);
const users = [{ _id: artistId, name: 'Mina', email: 'mina@example.com', password: 'x' }];

function project(number: number, fields: Document): Document {
  const date = new Date(Date.UTC(2024, 0, number));
  return {
    _id: id(100 + number),
    ...{ title: 'Album', description: 'Songs', artist: artistId, artistName: 'Mina', category: '음악' },
    ...{ startDate: date, endDate: date, budget: 1000, ...fields },
  };
}

const task = (number: number) => ({ _id: id(500 + number), id: number, title: 'Record' });

describe('totals of hand-made documents', () => {
  const projects = [
    project(1, { budget: new Double(1000.5), tasks: [task(1), null, task(2)] }),
    project(2, { budget: '5000', tasks: task(3) }),
    project(3, { budget: new Double(12345.600000000002), tasks: [] }),
    project(4, { budget: Decimal128.fromString('9007199254740993.07'), tasks: null }),
    project(5, { budget: Long.fromString('9007199254740993') }),
    project(6, { budget: true, tasks: [null, null, task(4)] }),
    project(7, { budget: '12345.600000000002' }),
    project(8, { budget: 2000, title: '', tasks: [task(5), task(6)] }),
    project(9, { budget: new Double(1000.125) }),
  ];
  let platform: MovedPlatform;
  let runId: string;

  beforeAll(async () => {
    platform = await platformOfDump({ collections: { users, projects } });
    runId = await platform.move();
  });
  afterAll(() => platform.close());

  test('documents are the source’s, less those in quarantine', async () => {
    const totals = await totalsOf(platform, runId, 'project');
    expect(terms(pick(totals, 'documents', ''))).toEqual({
      ...{ source: '9', quarantined: '2', altered: [], expected: '7', found: '7', agree: true },
    });
  });

  test('elements are counted as $unwind counts them: a single value is one, and so is a null, which becomes no row', async () => {
    const totals = await totalsOf(platform, runId, 'project');
    expect(terms(pick(totals, 'elements', 'tasks'))).toEqual({
      ...{ source: '9', quarantined: '2', altered: ['nullElement × 3: -3'], expected: '4', found: '4', agree: true },
    });
    expect(pick(totals, 'elements', 'notes')).toMatchObject({ source: '0', found: '0', agree: true });
  });

  test('sums are exact, and every altered number is a term of its own', async () => {
    const { altered, ...sum } = terms(pick(await totalsOf(platform, runId, 'project'), 'sum', 'budget'));
    expect(sum).toEqual({
      source: '18014398509498332.295000000002',
      quarantined: '3000.125',
      expected: '18014398509512678.77',
      found: '18014398509512678.77',
      agree: true,
    });
    expect(altered.sort()).toEqual(['cast × 3: 17346.600000000002', 'floatNoise × 2: -0.000000000004']);
  });

  test('totals of a stage without documents agree', async () => {
    const totals = await totalsOf(platform, runId, 'payment');
    expect(totals.filter(({ agree }) => !agree)).toEqual([]);
    const isEmpty = ({ what, source, found }: Total) =>
      [source, found].every((figure) => figure === (what === 'least' || what === 'greatest' ? 'none' : '0'));
    expect(totals.every(isEmpty)).toBe(true);
  });

  test('an unknown stage is refused', async () => {
    await expect(totalsOf(platform, runId, 'nothing')).rejects.toThrow(stageNotInPlan({ stage: 'nothing' }).text);
  });

  test.each([
    ['a row that is gone', `DELETE FROM "ProjectTask" WHERE "taskNumber" = 1`, 'elements', 'tasks'],
    [
      'an amount that is off by 0.01',
      `UPDATE "Project" SET budget = budget + 0.01 WHERE budget = 5000`,
      'sum',
      'budget',
    ],
    ['a finding that is lost', `DELETE FROM migration_finding WHERE code = 'cast'`, 'sum', 'budget'],
    [
      'a quarantined document that is lost',
      `DELETE FROM migration_quarantine WHERE code = 'required'`,
      'documents',
      '',
    ],
  ] as const)('%s is seen', async (_, damage, what, path) => {
    const other = await platformOfDump({ collections: { users, projects } });
    try {
      const run = await other.move();
      expect(pick(await totalsOf(other, run, 'project'), what, path).agree).toBe(true);
      await other.target.query(damage, []);
      expect(pick(await totalsOf(other, run, 'project'), what, path).agree).toBe(false);
    } finally {
      await other.close();
    }
  });

  test('one NaN, which makes the source’s sum no number, hides nothing of the other documents', async () => {
    const other = await platformOfDump({
      collections: { users, projects: [...projects, project(10, { budget: new Double(Number.NaN) })] },
    });
    try {
      const run = await other.move();
      const sum = pick(await totalsOf(other, run, 'project'), 'sum', 'budget');
      expect(sum).toMatchObject({ source: 'NaN', quarantined: 'NaN', agree: true, note: 'withoutQuarantined' });
      expect(sum.found).toBe('18014398509512678.77');
      await other.target.query('UPDATE "Project" SET budget = 0 WHERE budget = 5000', []);
      expect(pick(await totalsOf(other, run, 'project'), 'sum', 'budget').agree).toBe(false);
    } finally {
      await other.close();
    }
  });

  test('a limited run is bounded to the documents it selected, whatever else is in the target', async () => {
    const selected = new Map<string, LegacyKey[]>([
      ['user', [keyOf(artistId)]],
      ['project', [2, 3, 8].map((number) => keyOf(id(100 + number)))],
    ]);
    const limited = await platform.move(selected);
    const totals = await totalsOf(platform, limited, 'project', { limited: true });
    expect(terms(pick(totals, 'documents', ''))).toMatchObject({
      source: '3',
      quarantined: '1',
      found: '2',
      agree: true,
    });
    expect(terms(pick(totals, 'sum', 'budget'))).toEqual({
      ...{ source: '14345.600000000002', quarantined: '2000', expected: '17345.6', found: '17345.6', agree: true },
      altered: expect.arrayContaining(['cast × 1: 5000', 'floatNoise × 1: -0.000000000002']),
    });
  });

  test('a later run over rows of an earlier one agrees, too', async () => {
    const again = await platform.move();
    for (const { name } of plan.stages) {
      expect((await totalsOf(platform, again, name)).filter(({ agree }) => !agree)).toEqual([]);
      const references = await verifyReferences({ plan, ...platform }, again, name, whole);
      expect(references.filter(({ wrong }) => wrong > 0)).toEqual([]);
    }
  });
});

describe('NULLs, least and greatest values of hand-made documents', () => {
  const at = (hours: number) => new Date(Date.UTC(2024, 0, 1, hours));
  const note = (number: number, fields: Document = {}) => ({ _id: id(700 + number), content: 'Note', ...fields });
  const projects = [
    project(1, { budget: 500, createdAt: at(1), updatedAt: at(2), approvedAt: at(3), notes: [note(1), null] }),
    project(2, { budget: new Double(-0), createdAt: at(4), updatedAt: null, approvedBy: id(999) }),
    project(3, { budget: new Double(700.1000000000001), createdAt: '2024-01-01T05:00:00Z', spent: 3 }),
    project(4, { budget: 700.1, approvedAt: '', approvedBy: artistId, notes: [note(2, { createdAt: at(9) })] }),
    project(5, { budget: 900, title: '', createdAt: new Date(0), approvedAt: new Date(0) }),
    project(6, { budget: -1, createdAt: new Date(1), notes: [note(3, { createdAt: new Date(-5) })] }),
    ...Array.from({ length: 70 }, (_, n) => project(10 + n, { budget: 5000 + n, title: '', createdAt: at(30 + n) })),
  ];
  const idTime = new Date(0x65000000 * 1000).toISOString();
  let platform: MovedPlatform;
  let totals: Total[];

  beforeAll(async () => {
    platform = await platformOfDump({ collections: { users, projects } });
    totals = await totalsOf(platform, await platform.move(), 'project');
  });
  afterAll(() => platform.close());

  test('all agree', () => {
    expect(totals.filter(({ agree }) => !agree)).toEqual([]);
  });

  test('what lies in quarantine is no least or greatest value, however much of it lies there', () => {
    expect(terms(pick(totals, 'greatest', 'budget'))).toEqual({
      ...{ source: '5069', quarantined: '5069', expected: '700.1', found: '700.1', agree: true },
      altered: ['floatNoise × 1: 700.1'],
    });
    expect(terms(pick(totals, 'least', 'budget'))).toMatchObject({ source: '-1', quarantined: '-1' });
  });

  test('a negative zero is zero', () => {
    expect(pick(totals, 'least', 'budget')).toMatchObject({ expected: '0', found: '0' });
  });

  test('a default that was taken is a term', () => {
    expect(terms(pick(totals, 'least', 'spent'))).toEqual({
      ...{ source: '3', quarantined: 'none', expected: '0', found: '0', agree: true, altered: ['default × 3: 0'] },
    });
  });

  test('missing times are those of the nearest ObjectId or of createdAt, which may itself have been cast', () => {
    expect(pick(totals, 'least', 'createdAt')).toMatchObject({ source: '1970-01-01T00:00:00.000Z', expected: idTime });
    expect(pick(totals, 'greatest', 'createdAt').expected).toBe('2024-01-01T05:00:00.000Z');
    expect(pick(totals, 'greatest', 'updatedAt').expected).toBe('2024-01-01T05:00:00.000Z');
    expect(pick(totals, 'least', 'notes.createdAt')).toMatchObject({
      ...{ source: '1969-12-31T23:59:59.995Z', quarantined: '1969-12-31T23:59:59.995Z', expected: idTime },
    });
  });

  test('a column is NULL where nothing stood, and where what stood there could not', () => {
    expect(terms(pick(totals, 'nulls', 'approvedAt'))).toMatchObject({
      ...{ source: '73', quarantined: '71', expected: '3', found: '3', altered: ['cast × 1: 1'] },
    });
    expect(terms(pick(totals, 'nulls', 'approvedBy'))).toMatchObject({
      ...{ source: '74', quarantined: '72', expected: '3', found: '3', altered: ['dangling × 1: 1'] },
    });
    expect(terms(pick(totals, 'nulls', 'notes.author'))).toMatchObject({
      ...{ source: '4', quarantined: '1', expected: '2', found: '2', altered: ['nullElement × 1: -1'] },
    });
  });
});

describe('totals of the demo data', () => {
  test('agree in all stages of a dump, bad documents, Decimal128 and NaN included', async () => {
    const platform = await platformOfDump({ scale: 0.1, rich: true });
    try {
      const runId = await platform.move();
      for (const { name } of plan.stages) {
        const totals = await totalsOf(platform, runId, name);
        expect(totals.filter(({ agree }) => !agree)).toEqual([]);
        expect(Number(totals[0]!.source)).toBeGreaterThan(0);
        expect(totals.some(({ note }) => note === 'rounded')).toBe(false);
        const references = await verifyReferences({ plan, ...platform }, runId, name, whole);
        expect(references.filter(({ wrong }) => wrong > 0)).toEqual([]);
        expect(references.filter(({ what, checked }) => what === 'rowless' && checked > 0).length).toBeGreaterThan(0);
      }
      const funding = await totalsOf(platform, runId, 'fundingProject');
      const plans = pick(funding, 'elements', 'executionPlan');
      expect(plans.source).toBe(funding[0]!.source);
      expect(funding.map(({ what }) => what).filter((what) => what === 'elements')).toHaveLength(7);
    } finally {
      await platform.close();
    }
  });

  describe('in a MongoDB', () => {
    let mongo: TestDatabase;
    let platform: MovedPlatform;

    beforeAll(async () => {
      mongo = await createMongoDatabase();
      await fillMongoDB(mongo.url, { scale: 0.1 });
      platform = await platformOf(mongo.url, await mkdtemp(join(tmpdir(), 'moved-platform-')));
    });
    afterAll(async () => {
      await platform?.close();
      await mongo.drop();
    });

    test('agree in all stages with what the server itself counts', async () => {
      const runId = await platform.move();
      for (const { name } of plan.stages) {
        const totals = await totalsOf(platform, runId, name);
        expect(totals.filter(({ agree }) => !agree)).toEqual([]);
        expect(Number(totals[0]!.source)).toBeGreaterThan(0);
        const references = await verifyReferences({ plan, ...platform }, runId, name, whole);
        expect(references.filter(({ wrong }) => wrong > 0)).toEqual([]);
      }
    });
  });
});
