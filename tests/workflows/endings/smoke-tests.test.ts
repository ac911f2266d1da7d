import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { waivedAnswers } from '../../../engine/messages/engine/verdict.ts';
import { STAND_INS } from '../../../engine/messages/labels/stand-ins.ts';
import { questionsDiffer } from '../../../engine/messages/operations/smoke.ts';
import { NOTES } from '../../../engine/messages/report/notes.ts';
import { WORDS } from '../../../engine/messages/report/words.ts';
import { otherAnswers } from '../../../engine/messages/workflows/blocked.ts';
import type { Facts } from '../../../engine/report/facts/facts.ts';
import { saying } from '../../engine/messages/saying.ts';
import { small } from '../../operations/smoke/small-platform.ts';
import {
  endOf,
  type Handle,
  type MigrationTarget,
  openPlatform,
  type Platform,
  untilProgress,
} from '../../support/migration.ts';

let platform: Platform;

beforeAll(async () => {
  platform = await openPlatform({ collections: small });
});
afterAll(() => platform.close());

async function reportOf(folder: string): Promise<Facts> {
  return JSON.parse(await readFile(join(folder, 'report.json'), 'utf8')) as Facts;
}

/** A run whose users somebody changes after they were verified, at the gate before the last stage. */
async function blockedRun(): Promise<{ target: MigrationTarget; handle: Handle }> {
  const target = await platform.target();
  const handle = await target.start([{ smokeTests: true, gates: { payment: 'manual', complete: 'manual' } }]);
  await untilProgress(handle, ({ gate }) => gate === 'payment');
  await target.sql(`UPDATE "User" SET email = 'other@example.com' WHERE email = 'mina@example.com'`);
  await handle.signal('approve', { gate: 'payment' });
  const { reason, gate } = await untilProgress(handle, ({ state, reason }) => state === 'blocked' && !!reason);
  expect(gate).toBeNull();
  expect(reason).toMatch(saying(questionsDiffer, { questions: `login (1: ${WORDS.wholeAnswer.en})` }));
  expect(reason).toMatch(saying(otherAnswers, { gate: 'smoke-tests' }));
  return { target, handle };
}

test('a run with answers that differ is blocked, asks again when it is resumed, and completes once they are mended', async () => {
  const { target, handle } = await blockedRun();
  await handle.signal('resume');
  await untilProgress(handle, ({ state, reason }) => state === 'blocked' && saying(questionsDiffer).test(reason ?? ''));
  await target.sql(`UPDATE "User" SET email = 'mina@example.com' WHERE email = 'other@example.com'`);
  await handle.signal('resume');
  await untilProgress(handle, ({ gate }) => gate === 'complete');
  await handle.signal('approve', { gate: 'complete' });
  const { smokeTests, checklist } = await reportOf((await endOf(handle)).reports);
  expect(smokeTests?.questions.every(({ different, asked }) => different === 0 && asked > 0)).toBe(true);
  const evidence = checklist.find(({ item }) => item === 'verified')!.evidence;
  expect(evidence).toContainEqual({ what: 'smokeTests', seen: true, count: 8, of: 8, run: null });
});

test('approving gate smoke-tests waives them, and the report shows that; nothing personal is anywhere', async () => {
  const { handle } = await blockedRun();
  await handle.signal('approve', { gate: 'smoke-tests' });
  await untilProgress(handle, ({ gate }) => gate === 'complete');
  await handle.signal('approve', { gate: 'complete' });
  const { reports } = await endOf(handle);
  const { smokeTests, checklist, verdict } = await reportOf(reports);
  expect(verdict).toMatchObject({
    state: 'different',
    reasons: [waivedAnswers({ questions: ['login'] }).text],
  });
  expect(smokeTests).toMatchObject({ waived: true });
  expect(smokeTests!.questions[0]).toMatchObject({
    ...{ name: 'login', different: 1 },
    first: [
      { legacyId: '650000000000000000000001', path: '', legacy: STAND_INS.found.en, prisma: STAND_INS.nothing.en },
    ],
  });
  expect(checklist.find(({ item }) => item === 'verified')!.evidence).toContainEqual(
    expect.objectContaining({ what: 'smokeTests', seen: false, count: 7, of: 8 }),
  );
  const files = await Promise.all(
    ['report.json', 'report.md', 'report.html'].map((name) => readFile(join(reports, name), 'utf8')),
  );
  for (const file of files.slice(1)) expect(file).toContain(NOTES.answersWaived.en);
  const history = JSON.stringify(await handle.fetchHistory());
  for (const text of [...files, history]) {
    for (const secret of ['other@', 'hash-of', '1234-5678']) expect(text).not.toContain(secret);
  }
});

test('the gate is none of a run without smoke tests', async () => {
  const target = await platform.target();
  const handle = await target.start([{ gates: 'manual' }]);
  await untilProgress(handle, ({ gate }) => gate === 'start');
  await expect(handle.executeUpdate('approve', { args: [{ gate: 'smoke-tests' }] })).rejects.toThrow();
  await handle.terminate();
});

test.each([
  ['a dry run', { dryRun: true }],
  ['a limit', { limit: 2 }],
  ['some stages', { stages: ['user', 'artist'] }],
])('under %s they are about what was moved', async (_, input) => {
  const target = await platform.target();
  const { reports } = await endOf(await target.start([{ smokeTests: true, ...input }]));
  const { smokeTests } = await reportOf(reports);
  const chosen = 'stages' in input;
  expect(smokeTests!.questions.map(({ name, different, missing }) => [name, different, missing.length > 0])).toEqual([
    ...['login', 'login-unknown', 'artist-page'].map((name) => [name, 0, false]),
    ...['project-list', 'funding-page', 'funding-updates', 'payment-by-order', 'own-payments'].map((name) => [
      ...[name, 0, chosen],
    ]),
  ]);
  expect(smokeTests!.questions.every(({ asked, missing }) => asked > 0 !== missing.length > 0)).toBe(true);
});
