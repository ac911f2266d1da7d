import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { openPlatform, type Platform } from '../support/migration.ts';
import { type Aftermath, expectOutcome, nameOf, readAftermath } from './aftermath.ts';
import { collectionsOf, groupsOf, readCases } from './read-cases.ts';

/** What a worker reads of its plan is no part of a workflow's options: only cases without policies come this way. */
const { given, expected } = groupsOf(readCases())[0]!;

describe('bad inputs through the whole workflow', () => {
  let platform: Platform;
  let after: Aftermath;

  beforeAll(async () => {
    platform = await openPlatform({ collections: collectionsOf(given) });
    const target = await platform.target();
    const handle = await target.start();
    await handle.result();
    after = await readAftermath({ query: target.sql });
  });
  afterAll(() => platform?.close());

  test.each(expected)('$case: $what', (one) => expectOutcome(after, one));

  test('every other document moves', () => {
    const due = new Set(expected.filter((one) => one.quarantine).map(nameOf));
    expect([...after.quarantine.keys()].filter((name) => !due.has(name))).toEqual([]);
    expect(after.ids.size + after.quarantine.size).toBe(given.length);
  });
});
