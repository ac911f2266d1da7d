import { describe, expect, test } from '@jest/globals';
import { notKnown, notKnownButNear, problemAt, WHOLE } from '../../../engine/messages/input/words.ts';
import { labelled, type Message } from '../../../engine/messages/message.ts';
import { moreThanOneArgument, wrongData } from '../../../engine/messages/workflows/refusals.ts';
import { TAKES } from '../../../engine/messages/workflows/sends.ts';
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
      expect(wrongWith(name, given)).toMatch(saying(wrongData));
    }
    expect(wrongWith(name, undefined, { more: true })).toMatch(saying(moreThanOneArgument));
  });

  test('tells all that is wrong at once, and which names were meant', () => {
    const told = wrongWith('rollbackToStage', { stag: 'user', then: 'dance', force: 'yes' });
    for (const part of ['stage: ', 'then: ', 'force: ', notKnownButNear({ name: 'stag', nearest: 'stage' }).text]) {
      expect(told).toContain(part);
    }
    expect(wrongWith('abort', { rolback: true, Force: true, moon: 1 })).toBe(
      wrongData({
        problems: [
          problemAt({
            where: labelled(WHOLE.data),
            problem: [
              notKnownButNear({ name: 'rolback', nearest: 'rollback' }),
              notKnownButNear({ name: 'Force', nearest: 'force' }),
              notKnown({ name: 'moon' }),
            ],
          }),
        ],
        takes: labelled(TAKES.extent),
      }).text,
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
  const problems = (parsed: { readonly problems: readonly Message[] } | object) =>
    ('problems' in parsed ? parsed.problems : []).map(({ text }) => text);
  const near = (where: string, name: string, nearest: string) =>
    problemAt({ where, problem: notKnownButNear({ name, nearest }) }).text;
  expect(problems(parseOptions({ dryrun: true, throttle: { maxLatncy: 5 } } as never))).toEqual([
    near('throttle', 'maxLatncy', 'maxLatency'),
    near(WHOLE.input.en, 'dryrun', 'dryRun'),
  ]);
  expect(problems(parseMonitorOptions({ policy: { rollback: 'offer', afer: 2 } } as never))).toEqual([
    near('policy', 'afer', 'after'),
  ]);
});
