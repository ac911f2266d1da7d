import { describe, expect, test } from '@jest/globals';
import { moreThanOneArgument } from '../../../engine/messages/workflows/refusals.ts';
import { CONTROL_MESSAGES } from '../../../workflows/control-messages.ts';
import { parseOptions } from '../../../workflows/messages/options.ts';
import { MONITOR_MESSAGES } from '../../../workflows/monitoring/handlers.ts';
import { parseMonitorOptions } from '../../../workflows/monitoring/options.ts';
import { saying } from '../../engine/messages/saying.ts';

const ALL = { ...CONTROL_MESSAGES, ...MONITOR_MESSAGES };

/** What is wrong with a message; null when nothing is. */
const wrongWith = (name: string, ...given: unknown[]): string | null => {
  const read = ALL[name]!.read(given);
  return typeof read === 'function' ? null : read.text;
};

describe('a message', () => {
  test.each(Object.keys(ALL))('%s takes nothing that it does not know, and nothing of another kind', (name) => {
    for (const given of [true, [], [{}], 'x'.repeat(3).split(''), { unheardOf: 1 }, () => {}, Number.NaN]) {
      expect(wrongWith(name, given)).toMatch(/It takes /);
    }
    expect(wrongWith(name, undefined, { more: true })).toMatch(saying(moreThanOneArgument));
  });

  test('tells all that is wrong at once, and which names were meant', () => {
    const told = wrongWith('rollbackToStage', { stag: 'user', then: 'dance', force: 'yes' });
    for (const part of ['stage: ', 'then: ', 'force: ', '"stag" is not known (is it "stage"?)']) {
      expect(told).toContain(part);
    }
    expect(wrongWith('abort', { rolback: true, Force: true, moon: 1 })).toBe(
      'data: "rolback" is not known (is it "rollback"?), "Force" is not known (is it "force"?), "moon" is not known. It takes nothing, or {"rollback": true}, with "force": true, "includeEarlier": true',
    );
  });

  test('may be a text where one field says it all, and nothing where nothing is needed', () => {
    expect([wrongWith('rollbackToStage', 'user'), wrongWith('approve', 'complete')]).toEqual([null, null]);
    for (const name of ['pause', 'resume', 'abort', 'setThrottle', 'acceptPlanChange', 'retryQuarantine', 'stop']) {
      for (const given of [[], [undefined], [null], [{}]]) expect(wrongWith(name, ...given)).toBeNull();
    }
  });

  test('is read as older builds did where a history of theirs has it', () => {
    const { abort, resume } = CONTROL_MESSAGES;
    for (const given of [{ rolback: true }, true, [], 7]) expect(typeof abort!.readLoosely([given])).toBe('function');
    expect(typeof abort!.readLoosely([{ rollback: 'yes' }])).toBe('object');
    expect(typeof resume!.readLoosely([{ force: true }, 2])).toBe('function');
  });
});

test('the inputs of both workflows tell the names that were meant, at every depth', () => {
  const problems = (parsed: object) => ('problems' in parsed ? parsed.problems : []);
  expect(problems(parseOptions({ dryrun: true, throttle: { maxLatncy: 5 } } as never))).toEqual([
    'throttle: "maxLatncy" is not known (is it "maxLatency"?)',
    'input: "dryrun" is not known (is it "dryRun"?)',
  ]);
  expect(problems(parseMonitorOptions({ policy: { rollback: 'offer', afer: 2 } } as never))).toEqual([
    'policy: "afer" is not known (is it "after"?)',
  ]);
});
