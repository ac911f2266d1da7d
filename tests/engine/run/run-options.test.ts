import { expect, test } from '@jest/globals';
import { isSelective, runOptionsOf } from '../../../engine/state/run/run-options.ts';

test.each([
  ['{}', { dryRun: false, limit: null, stages: null }, false],
  ['{"dryRun":true,"limit":5,"stages":["user"]}', { dryRun: true, limit: 5, stages: ['user'] }, true],
  [
    '{"limit":null,"retry":{"stage":null,"code":"duplicate"}}',
    { dryRun: false, limit: null, stages: null, retry: { stage: null, code: 'duplicate' } },
    true,
  ],
  ['{"stages":["user"],"retry":null}', { dryRun: false, limit: null, stages: ['user'], retry: null }, false],
])('the options that a row keeps as %s are whole', (json, options, isSelected) => {
  expect(runOptionsOf(json)).toEqual(options);
  expect(isSelective(runOptionsOf(json))).toBe(isSelected);
});
