import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { serialize } from 'bson';
import { keyOf } from '../../../engine/document/legacy-key.ts';
import { type CommandTarget, type Desk, openDesk } from '../../support/command-line.ts';

/** Far more than the heap of these commands holds at once: 100,000 documents of 1 KiB. */
const DOCUMENTS = 100_000;
const HEAP_MIB = 96;

let desk: Desk;
let target: CommandTarget;

beforeAll(async () => {
  desk = await openDesk({ collections: {} });
  target = await desk.target();
  await target.sql(
    `INSERT INTO migration_run (id, workflow_id, workflow_run_id, namespace_id, plan, format_version,
       source_fingerprint, source_label, state)
     VALUES (gen_random_uuid(), 'w', 'w', 'n', 'platform', 1, 'f', 'l', 'complete')`,
  );
  const document = serialize({ _id: 'user 00000000', name: 'x'.repeat(1_000) });
  await target.sql(
    `INSERT INTO migration_quarantine (run_id, stage, legacy_key, document, code, path)
     SELECT (SELECT id FROM migration_run), CASE n % 2 WHEN 0 THEN 'user' ELSE 'payment' END,
       $1::bytea || convert_to(to_json('user ' || n)::text, 'UTF8'), $2::bytea, 'required', 'email'
     FROM generate_series(1, ${DOCUMENTS}) AS n`,
    [`\\x${keyOf('user').toString('hex', 0, 1)}`, `\\x${Buffer.from(document).toString('hex')}`],
  );
});
afterAll(() => desk.close());

const run = (...args: string[]) =>
  desk.run(['quarantine', ...args], { ...target.environment, NODE_OPTIONS: `--max-old-space-size=${HEAP_MIB}` });

test('a hundred thousand documents are listed page by page', async () => {
  const pages = new Set<string>();
  let after = '0';
  for (let page = 0; page < 3; page += 1) {
    const { code, out } = await run('list', '--json', '--limit', '10000', '--after', after);
    expect(code).toBe(0);
    const { documents, totals, next } = JSON.parse(out);
    expect(totals).toEqual(
      ['payment', 'user'].map((stage) => ({ stage, code: 'required', state: 'open', documents: DOCUMENTS / 2 })),
    );
    for (const { place } of documents) pages.add(place);
    after = next;
  }
  expect(pages.size).toBe(30_000);
});

test.each([
  ['ndjson', 'all.ndjson', 'all.ndjson', DOCUMENTS],
  ['bson', 'all', 'all/payments.bson', DOCUMENTS / 2],
])('and exported as %s, in memory that does not grow with them', async (format, out, file, documents) => {
  const ended = await run('export', '--format', format, '--out', join(desk.folder, out));
  expect(ended.err).toBe('');
  expect(ended.out).toContain(`${join(desk.folder, file)}: ${documents.toLocaleString('en-US')} documents`);
  expect((await stat(join(desk.folder, file))).size).toBeGreaterThan(documents * 1_000);
});
