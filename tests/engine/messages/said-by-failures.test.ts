import { describe, expect, test } from '@jest/globals';
import type { ApplicationFailure } from '@temporalio/common';
import { failureOf } from '../../../activities/failures.ts';
import { ConfigurationError, TargetUnfit, Unconfirmed } from '../../../engine/common/errors.ts';
import { olderLayout, statementRefused } from '../../../engine/messages/engine/target.ts';
import { inKorean, type Message, plain } from '../../../engine/messages/message.ts';

/** What a failure of an activity says, as the workflow reads it from what Temporal keeps. */
function saidBy(error: unknown): Message {
  const { message, details } = failureOf(error) as ApplicationFailure;
  const [{ code, params }] = JSON.parse(JSON.stringify(details)) as [Pick<Message, 'code' | 'params'>];
  return { code, params, text: message };
}

describe('a failure of an activity', () => {
  test('carries what an error says as data, so that it can be said in Korean', () => {
    expect(saidBy(new TargetUnfit(olderLayout()))).toEqual(olderLayout());
    expect(inKorean(saidBy(new TargetUnfit(olderLayout())))).toMatch(/[가-힣]/);
    const two = saidBy(new ConfigurationError([olderLayout(), statementRefused({ sqlstate: '23514' })]));
    expect(two.text.split('\n')).toHaveLength(2);
    expect(inKorean(two)?.split('\n')).toEqual([
      inKorean(olderLayout()),
      inKorean(statementRefused({ sqlstate: '23514' })),
    ]);
  });

  test('names its gate beside that', () => {
    const { details } = failureOf(new Unconfirmed('source:x', olderLayout())) as ApplicationFailure;
    expect(details).toEqual([{ code: olderLayout().code, params: {}, gate: 'source:x' }]);
  });

  test('stays English where an error has a text without a code', () => {
    expect(saidBy(new TargetUnfit(plain('Something.')))).toEqual(plain('Something.'));
    expect(inKorean(saidBy(new TargetUnfit(plain('Something.'))))).toBeNull();
  });
});
