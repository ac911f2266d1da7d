import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type Run, readRun } from '../../../engine/state/run/run.ts';
import { questions } from '../../../operations/smoke/questions/index.ts';
import { smokeTest } from '../../../operations/smoke/session.ts';
import { plan } from '../../../stages/plan.ts';
import { collectionsOf, groupsOf, readCases } from '../../cases/read-cases.ts';
import { type MovedPlatform, platformOfDump } from '../../engine/moved-platform.ts';

let platform: MovedPlatform;
let run: Run;

beforeAll(async () => {
  const { given } = groupsOf(readCases())[0]!;
  platform = await platformOfDump({ collections: collectionsOf(given) as never });
  run = (await readRun(platform.target.query, await platform.move()))!;
});
afterAll(() => platform.close());

test.each(questions.map(({ name }) => name))('what became of bad inputs is no difference in %s', async (name) => {
  const asked = questions.filter((one) => one.name === name);
  const { questions: answered } = await smokeTest({ plan, ...platform }, run, asked, { seed: 1, samples: 2_000 });
  expect(answered).toMatchObject([{ name, different: 0, first: [] }]);
  expect(answered[0]!.asked).toBeGreaterThan(2);
});
