import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { project } from '../support/scripts.ts';
import { readCases } from './read-cases.ts';

const cases = readCases();

test('the page on bad inputs has every case, each of its lines has one, and each case has documents or a run', async () => {
  const page = await readFile(join(project, 'docs', 'bad-inputs.md'), 'utf8');
  const lines = page.split('\n').filter((line) => line.startsWith('| ') && !/^\| (-+|input) /.test(line));
  const named = lines.map((line) => [...line.matchAll(/tests\/cases\/([\w-]+)\//g)].map(([, name]) => name!));
  expect(lines.length).toBeGreaterThanOrEqual(50);
  expect(lines.filter((_, i) => named[i]!.length === 0)).toEqual([]);
  expect([...new Set(named.flat())].sort()).toEqual(cases.map(({ name }) => name));
  const empty = cases.filter(({ expected, run }) => expected.length === 0 && run === null);
  expect(empty.map(({ name }) => name)).toEqual([]);
});

test('no document of a case stands in another one, too, and everything expected is there', () => {
  const joint = cases.filter(({ run }) => run === null);
  const given = joint.flatMap((one) => one.given.map(({ collection, key }) => `${collection} ${key}`));
  expect(new Set(given).size).toBe(given.length);
  const absent = joint
    .flatMap(({ expected }) => expected)
    .filter((one) => !given.includes(`${one.collection} ${one.key}`));
  expect(absent).toEqual([]);
});
