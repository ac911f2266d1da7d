import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Run, readRun } from '../../../engine/state/run/run.ts';
import { defineSmokeTest } from '../../../operations/smoke/define.ts';
import { questions } from '../../../operations/smoke/questions/index.ts';
import { smokeTest } from '../../../operations/smoke/session.ts';
import { fillMongoDB } from '../../../scripts/demo/data/fill-mongodb.ts';
import { plan } from '../../../stages/plan.ts';
import { type MovedPlatform, platformOf, platformOfDump } from '../../engine/moved-platform.ts';
import { createMongoDatabase } from '../../support/servers/databases.ts';

async function moveFromMongoDB(): Promise<MovedPlatform> {
  const database = await createMongoDatabase();
  await fillMongoDB(database.url, { scale: 0.1 });
  const platform = await platformOf(database.url, await mkdtemp(join(tmpdir(), 'smoke-')));
  return {
    ...platform,
    close: async () => {
      await platform.close();
      await database.drop();
    },
  };
}

const sources: readonly [string, () => Promise<MovedPlatform>][] = [
  ['a dump', () => platformOfDump({ scale: 0.1 })],
  ['a MongoDB', moveFromMongoDB],
];

describe.each(sources)('the demo data out of %s', (_, open) => {
  let platform: MovedPlatform;
  let run: Run;

  beforeAll(async () => {
    platform = await open();
    run = (await readRun(platform.target.query, await platform.move()))!;
  });
  afterAll(() => platform.close());

  test.each(questions.map(({ name }) => name))('answers %s as before', async (name) => {
    const test = questions.filter((one) => one.name === name);
    const { questions: answered } = await smokeTest({ plan, ...platform }, run, test, {
      ...{ seed: 7, samples: 20 },
    });
    expect(answered[0]!.first).toEqual([]);
    expect(answered).toMatchObject([{ name, different: 0, missing: [] }]);
    expect(answered[0]!.asked).toBeGreaterThan(2);
    expect(answered[0]!.equal).toBe(answered[0]!.asked);
  });

  test('warns where Prisma takes much longer than a server of MongoDB', async () => {
    const slow = defineSmokeTest<number>({
      ...{ name: 'slow', description: 'Something slow', models: ['user'], draw: async () => [1] },
      legacy: async (source) => (await source.find('user', {}, { limit: 1 })).length,
      prisma: async ({ client }) => Number(await client.$executeRaw`SELECT pg_sleep(2)`),
    });
    const { questions: answered } = await smokeTest({ plan, ...platform }, run, [slow], {
      seed: 1,
    });
    const isServed = platform.source.kind === 'mongodb';
    const { latency, slow: isSlow } = answered[0]!;
    expect(latency.prisma!.median).toBeGreaterThan(1_900);
    expect([latency.mongoose !== null, isSlow]).toEqual([isServed, isServed]);
  });
});
