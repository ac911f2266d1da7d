import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { databasesAgree } from '../../../engine/messages/commands/results.ts';
import { actionsAre } from '../../../engine/messages/engine/plan.ts';
import { WITHOUT_POLICY } from '../../../engine/messages/labels/policies.ts';
import { saying } from '../../engine/messages/saying.ts';
import { type CommandTarget, type Desk, openDesk } from '../../support/command-line.ts';
import { PlatformDocuments } from '../../support/data/platform-documents.ts';

let desk: Desk;
let target: CommandTarget;

beforeAll(async () => {
  const make = new PlatformDocuments();
  make.user({ name: 'a\0', email: 'same@example.com' });
  make.user({ email: 'same@example.com' });
  make.project({ budget: 1000.125 });
  const collections: Record<string, object[]> = {};
  for (const { collection, document } of make.all)
    collections[collection] = [...(collections[collection] ?? []), document];
  desk = await openDesk({ collections });
  target = await desk.target();
});

afterAll(() => desk.close());

async function policies(declared: object): Promise<Record<string, string | undefined>> {
  const path = join(desk.folder, 'policies.json');
  await writeFile(path, JSON.stringify(declared));
  return { ...target.environment, POLICIES_FILE: path };
}

test('a file with policies that cannot hold ends the command before anything is begun, and tells all of them', async () => {
  const environment = await policies({ nul: 'keep', dangling: 'null' });
  const { code, err } = await desk.run(['run'], environment);
  expect(code).toBe(2);
  expect(err).toMatch(saying(actionsAre, { actions: 'strip' }));
  expect(err).toContain(WITHOUT_POLICY.dangling.en);
});

test('what lay in quarantine moves in the next run, with policies over the plan’s, and is verified', async () => {
  const strict = await desk.run(['run'], target.environment);
  expect(strict.code).toBe(3);
  expect(await target.sql(`SELECT code FROM migration_quarantine ORDER BY code`)).toEqual([['moneyScale'], ['nul']]);

  const environment = await policies({
    nul: 'strip',
    moneyScale: 'round',
    stages: { user: { duplicate: { email: 'skip' } } },
  });
  const mended = await desk.run(['run'], environment);
  expect(mended.code).toBe(0);
  expect(await target.sql(`SELECT budget FROM "Project"`)).toEqual([['1000.12']]);
  // The other user of this e-mail is there already, and stays.
  expect(await target.sql(`SELECT code, path, count(*) FROM migration_finding GROUP BY 1, 2 ORDER BY 1`)).toEqual([
    ['duplicate=skip', 'email', '1'],
    ['moneyScale=round', 'budget', '1'],
  ]);

  expect((await desk.run(['verify'], environment)).out).toContain(databasesAgree().text);
  // Without the policies the row would be another one.
  expect((await desk.run(['verify'], target.environment)).code).toBe(1);
});
