import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type Content, contentOf } from '../support/content.ts';
import { type MigrationTarget, openPlatform, type Platform } from '../support/migration.ts';

let platform: Platform;
let first: MigrationTarget;
let rows: Content;

beforeAll(async () => {
  let t = Date.now();
  const lap = (what: string) => {
    process.stderr.write(`${what} ${Date.now() - t}\n`);
    t = Date.now();
  };
  platform = await openPlatform();
  lap('platform');
  first = await platform.target();
  lap('target');
  const handle = await first.start([{}]);
  await handle.result();
  lap('run');
  rows = await contentOf(first);
  lap('content');
});

afterAll(() => platform.close());

test('with no input at all the same rows arrive', async () => {
  const target = await platform.target();
  const handle = await target.start([]);
  await handle.result();
  expect(await contentOf(target)).toEqual(rows);
  console.log(rows, first.announced.length);
});
