import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Facts } from '../../../engine/report/facts/facts.ts';
import { contentOf } from '../../support/data/content.ts';
import { deepDocuments } from '../../support/data/deep-documents.ts';
import { endOf, openPlatform, type Platform } from '../../support/migration.ts';

let platform: Platform;
beforeAll(async () => {
  platform = await openPlatform({ collections: deepDocuments([3_000]) });
});
afterAll(() => platform.close());

test('documents nested 3,000 levels deep move or lie in quarantine in a run, its smoke tests, its report, a reconciliation and a retry', async () => {
  const target = await platform.target();
  const first = await endOf(await target.start([{ smokeTests: true }]));
  expect(first.verdict?.state).toBe('quarantined');
  const { verdict, quarantine, smokeTests } = JSON.parse(
    await readFile(join(first.reports, 'report.json'), 'utf8'),
  ) as Facts;
  expect(verdict).toEqual(first.verdict);
  expect(smokeTests?.questions.every(({ different }) => different === 0)).toBe(true);
  expect(quarantine).toBeDefined();
  const html = await readFile(join(first.reports, 'report.html'), 'utf8');
  expect(html.length).toBeLessThan(2_000_000);
  const left = await contentOf(target);

  const reconciled = await endOf(await target.start([{ reconcile: 'fingerprint' }]));
  expect(reconciled.verdict?.state).toBe('quarantined');
  expect(await contentOf(target)).toEqual(left);

  const retried = await endOf(await target.start([{ retry: {} }]));
  expect(retried.quarantined).toBe(first.quarantined);
  const { migration_quarantine: _, ...rows } = left;
  expect(await contentOf(target)).toMatchObject(rows);
  await target.close();
});
