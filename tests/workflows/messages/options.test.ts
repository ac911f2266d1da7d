import { expect, test } from '@jest/globals';
import {
  batchSizeOf,
  DEFAULTS,
  isManual,
  parseOptions,
  tooManyQuarantined,
} from '../../../workflows/messages/options.ts';

test('nothing at all, null and an empty object ask for the defaults', () => {
  for (const input of [undefined, null, {}]) expect(parseOptions(input)).toEqual({ options: DEFAULTS });
});

test('every problem of an input is told at once, each with its field', () => {
  const parsed = parseOptions({
    dryRun: 'yes',
    limit: -1,
    stages: [],
    batchSize: 0,
    parallelism: 65,
    gates: 'open',
    maxQuarantined: 'many',
    speed: 9,
  } as never);
  const problems = ('problems' in parsed ? parsed.problems : []).map(({ text }) => text);
  for (const field of ['dryRun', 'limit', 'stages', 'batchSize', 'parallelism', 'gates', 'maxQuarantined']) {
    expect(problems.filter((problem) => problem.startsWith(`${field}: `))).toHaveLength(1);
  }
  expect(problems.some((problem) => problem.includes('"speed"'))).toBe(true);
});

test('an input that is no object is a problem, not a crash', () => {
  for (const input of ['{}', 7, [], true]) expect(parseOptions(input as never)).toHaveProperty('problems');
});

test('batch sizes and gates can be given per stage; the others keep the default', () => {
  const options = { ...DEFAULTS, batchSize: { payment: 500 }, gates: { payment: 'manual' } } as const;
  expect([batchSizeOf(options, 'payment'), batchSizeOf(options, 'user')]).toEqual([500, 50]);
  expect([isManual(options, 'payment'), isManual(options, 'user')]).toEqual([true, false]);
});

test('the quarantine limit is a number of documents or a share of the stage', () => {
  const held = (maxQuarantined: number | string | null, quarantined: number) =>
    tooManyQuarantined({ ...DEFAULTS, maxQuarantined }, 'user', quarantined, 200) !== null;
  expect([held(null, 200), held(0, 0), held(0, 1), held(3, 3), held(3, 4)]).toEqual([false, false, true, false, true]);
  expect([held('1%', 2), held('1%', 3), held('0.5%', 2)]).toEqual([false, true, true]);
});
