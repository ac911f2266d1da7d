import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { exportIdMap, type IdMapFormat } from '../../../engine/report/exports/id-map-export.ts';
import { type Engine, openEngine } from '../../support/run-engine.ts';

const COLLECTIONS = ['user', 'projectTask'];
const id = (number: number) => `00000000-0000-4000-8000-${number.toString(16).padStart(12, '0')}`;
/** A key that is shown as this text, as the place of a sub-document without `_id` is. */
const shownAs = (text: string) => Buffer.concat([Buffer.of(0), Buffer.from(text)]);
let engine: Engine;

beforeAll(async () => {
  engine = await openEngine({ collections: { users: [] } });
  const { runId } = await engine.prepare();
  const entries = [
    { c: 'user', k: shownAs('=HYPERLINK("http://x")'), p: Buffer.alloc(0), a: '' },
    { c: 'user', k: shownAs('a,"b"\nc'), p: Buffer.alloc(0), a: '' },
    { c: 'projectTask', k: shownAs('@root/tasks/0'), p: shownAs('@root'), a: 'tasks' },
  ];
  for (const [number, { c, k, p, a }] of entries.entries()) {
    await engine.target.query(
      `INSERT INTO migration_id_map (collection, parent_key, legacy_key, path, occurrence, prisma_id, run_id)
       VALUES ($1, decode($2, 'hex'), decode($3, 'hex'), $4, 0, $5::uuid, $6::uuid)`,
      [c, p.toString('hex'), k.toString('hex'), a, id(number), runId],
    );
  }
});
afterAll(() => engine.close());

async function exported(format: IdMapFormat, collections = COLLECTIONS): Promise<string> {
  let text = '';
  await exportIdMap(engine.target, collections, format, async (piece) => {
    text += piece;
  });
  return text;
}

describe('the exported ID map', () => {
  test('as CSV keeps to RFC 4180, and no cell is a formula to a spreadsheet', async () => {
    expect(await exported('csv')).toBe(
      [
        'collection,legacyId,prismaId,parentLegacyId,path',
        `user,"'=HYPERLINK(""http://x"")",${id(0)},,`,
        `user,"a,""b""\nc",${id(1)},,`,
        `projectTask,'@root/tasks/0,${id(2)},'@root,tasks`,
        '',
      ].join('\r\n'),
    );
  });

  test('as NDJSON is one object a line', async () => {
    const lines = (await exported('ndjson', ['projectTask'])).trimEnd().split('\n');
    expect(lines.map((line) => JSON.parse(line))).toEqual([
      { collection: 'projectTask', legacyId: '@root/tasks/0', prismaId: id(2), parentLegacyId: '@root', path: 'tasks' },
    ]);
  });

  test('as JSON has the shape of prisma-id-mapping.json', async () => {
    const { generatedAt, ...rest } = JSON.parse(await exported('json'));
    expect(new Date(generatedAt).toISOString()).toBe(generatedAt);
    expect(rest).toEqual({
      dryRun: false,
      collections: {
        user: [
          { legacyId: '=HYPERLINK("http://x")', prismaId: id(0) },
          { legacyId: 'a,"b"\nc', prismaId: id(1) },
        ],
        projectTask: [{ legacyId: '@root/tasks/0', prismaId: id(2) }],
      },
    });
  });

  test('of 100,000 entries goes out piece by piece, with flat memory', async () => {
    const large = await openEngine({ collections: { users: [] } });
    try {
      const { runId } = await large.prepare();
      await large.target.query(
        `INSERT INTO migration_id_map (collection, parent_key, legacy_key, path, occurrence, prisma_id, run_id)
         SELECT 'user', '', '\\x07'::bytea || substr(sha256(n::text::bytea), 1, 12), '', 0, gen_random_uuid(), $1::uuid
         FROM generate_series(1, 100000) AS n`,
        [runId],
      );
      let [length, longest] = [0, 0];
      const count = await exportIdMap(large.target, ['user'], 'csv', async (piece) => {
        length += piece.length;
        longest = Math.max(longest, piece.length);
      });
      expect(count).toBe(100_000);
      expect(length).toBeGreaterThan(6_000_000);
      // No more than a page is ever in hand.
      expect(longest).toBeLessThan(500_000);
    } finally {
      await large.close();
    }
  });
});
