import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Document, ObjectId } from 'bson';
import { STAND_INS } from '../../../engine/messages/labels/stand-ins.ts';
import { HEADINGS } from '../../../engine/messages/report/headings.ts';
import { EMPTY, NOTES } from '../../../engine/messages/report/notes.ts';
import { WORDS } from '../../../engine/messages/report/words.ts';
import type { Stage } from '../../../engine/plan/stage.ts';
import { renderSample, sampleStage } from '../../../engine/report/sample/sample.ts';
import type { Sample, SampleValue } from '../../../engine/report/sample/sample-types.ts';
import { plan } from '../../../stages/plan.ts';
import { type MovedPlatform, platformOfDump } from '../moved-platform.ts';

const redEscape = '\u001b[31m';
const minaId = ObjectId.createFromHexString('650000000000000000000001');
const date = new Date(Date.UTC(2024, 2, 1, 12, 30, 15, 7));

const users: Document[] = [
  {
    _id: minaId,
    name: '김미나',
    email: 'Mina.Kim@Studio.Example.com',
    password: '$2b$10$secret',
    role: 'artist',
    createdAt: date,
  },
];
const projects: Document[] = [
  {
    _id: ObjectId.createFromHexString('650000000000000000000002'),
    ...{
      title: `${redEscape}Red\u202e`,
      description: 'd',
      artist: minaId.toHexString(),
      artistName: '김미나',
      category: '음악',
    },
    ...{ startDate: date, endDate: date, budget: '5000' },
  },
];

describe('sample comparison', () => {
  let platform: MovedPlatform;
  let runId: string;
  const stageOf = (name: string): Stage => plan.stages.find((stage) => stage.name === name)!;
  const sample = (name: string, count = 3, run = runId): Promise<Sample[]> =>
    sampleStage({ plan, stage: stageOf(name), ...platform }, run, { count });
  const sampleOf = (samples: readonly Sample[], path: string): SampleValue =>
    samples[0]!.values.find((value) => value.path === path)!;

  beforeAll(async () => {
    platform = await platformOfDump({ collections: { users, projects } });
    runId = await platform.move();
  });
  afterAll(() => platform.close());

  test('sets each field of both sides side by side, compared by value', async () => {
    const samples = await sample('project');
    expect(samples).toHaveLength(1);
    expect(samples[0]).toMatchObject({ legacyId: '650000000000000000000002', missing: null });
    expect(sampleOf(samples, 'endDate')).toEqual({
      ...{ path: 'endDate', column: 'endDate', same: true, because: null },
      ...{ legacy: '2024-03-01 12:30:15.007+00', prisma: '2024-03-01 12:30:15.007+00' },
    });
    expect(sampleOf(samples, 'budget')).toMatchObject({
      legacy: '5000',
      prisma: '5000.00',
      same: false,
      because: 'cast',
    });
    expect(sampleOf(samples, 'status')).toMatchObject({
      ...{ legacy: STAND_INS.missing.en, prisma: '계획중', same: false, because: 'default' },
    });
  });

  test('a reference shows the legacy id that its row’s id stands for', async () => {
    const [[userId]] = (await platform.target.query('SELECT id FROM "User"', [])) as [[string]];
    expect(sampleOf(await sample('project'), 'artist')).toMatchObject({
      ...{
        column: 'artistId',
        legacy: minaId.toHexString(),
        prisma: `${minaId.toHexString()} → ${userId}`,
        same: true,
      },
    });
  });

  test('a reference that leads to another row is seen', async () => {
    const other = await platformOfDump({
      collections: { users: [...users, { ...users[0], _id: new ObjectId(), email: 'b@b.co' }], projects },
    });
    try {
      const run = await other.move();
      await other.target.query(`UPDATE "Project" SET "artistId" = (SELECT id FROM "User" WHERE email = 'b@b.co')`, []);
      const samples = await sampleStage({ plan, stage: stageOf('project'), ...other }, run);
      expect(sampleOf(samples, 'artist')).toMatchObject({ same: false, because: null });
      expect(renderSample(stageOf('project'), samples)).toMatch(
        new RegExp(`≠ .*artist → artistId .*${WORDS.unexplained.en}`),
      );
    } finally {
      await other.close();
    }
  });

  test('personal data is masked, a password never shown, and yet compared', async () => {
    const samples = await sample('user');
    expect(sampleOf(samples, 'name')).toMatchObject({ legacy: '김***', prisma: '김***', same: true });
    expect(sampleOf(samples, 'email')).toMatchObject({
      ...{ legacy: 'M***@S***.com', prisma: 'm***@s***.com', same: false, because: 'setter' },
    });
    expect(sampleOf(samples, 'password')).toMatchObject({
      legacy: STAND_INS.hidden.en,
      prisma: STAND_INS.hidden.en,
      same: true,
    });
    const text = JSON.stringify(samples) + renderSample(stageOf('user'), samples);
    for (const secret of ['미나', 'secret', '$2b', 'ina', 'tudio']) expect(text).not.toContain(secret);
  });

  test('a number that is not what the finding says is not explained by it', async () => {
    const other = await platformOfDump({ collections: { users, projects } });
    try {
      const run = await other.move();
      await other.target.query('UPDATE "Project" SET budget = 6000', []);
      const samples = await sampleStage({ plan, stage: stageOf('project'), ...other }, run);
      expect(sampleOf(samples, 'budget')).toMatchObject({ prisma: '6000.00', same: false, because: null });
    } finally {
      await other.close();
    }
  });

  test('a document that has left one of the two sides is told', async () => {
    const other = await platformOfDump({ collections: { users, projects } });
    try {
      const run = await other.move();
      await other.target.query('DELETE FROM "Project"', []);
      const samples = await sampleStage({ plan, stage: stageOf('project'), ...other }, run);
      expect(samples).toMatchObject([{ missing: 'target', values: [] }]);
      expect(renderSample(stageOf('project'), samples)).toContain(NOTES.goneFromTarget.en);
    } finally {
      await other.close();
    }
  });

  test('what steers a terminal is written out', async () => {
    const text = renderSample(stageOf('project'), await sample('project'));
    expect(text).not.toContain('\u001b');
    expect(text).not.toContain('\u202e');
    expect(text).toContain('\\u{1b}[31mRed\\u{202e}');
  });

  test('is headed by the runbook’s words and the stage, and marks what differs', async () => {
    const text = renderSample(stageOf('project'), await sample('project'));
    expect(text.split('\n')[0]).toBe(`📊 ${HEADINGS.samples.ko} · project (projects → Project)`);
    expect(text).toMatch(/≠ .*budget .*5000 .*5000\.00 .*cast/);
    expect(text).toMatch(/= .*endDate/);
  });

  test('a stage without documents says so', async () => {
    expect(renderSample(stageOf('payment'), await sample('payment'))).toContain(EMPTY.stage.en);
  });

  test('the same run draws the same documents, another run others', async () => {
    const demo = await platformOfDump({ scale: 0.1 });
    try {
      const run = await demo.move();
      const draw = async (id: string) =>
        (await sampleStage({ plan, stage: stageOf('payment'), ...demo }, id, { count: 5 })).map(
          ({ legacyId }) => legacyId,
        );
      const first = await draw(run);
      expect(new Set(first).size).toBe(5);
      expect(await draw(run)).toEqual(first);
      expect(await draw('00000000-0000-8000-8000-000000000001')).not.toEqual(first);
      for (const stage of plan.stages) {
        const samples = await sampleStage({ plan, stage, ...demo }, run, { count: 10 });
        expect(samples).toHaveLength(10);
        const unexplained = samples.flatMap(({ values }) =>
          values.filter(({ same, because }) => !same && because === null),
        );
        expect(unexplained).toEqual([]);
      }
    } finally {
      await demo.close();
    }
  });
});
