import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { keyOf, showKey } from '../../../engine/document/legacy-key.ts';
import {
  allWouldMove,
  collectionHas,
  isSample,
  otherHasIt,
  pathHas,
  reasonCountedAt,
  someHeldBack,
  someOfSampleHeld,
  timeNeeded,
} from '../../../engine/messages/commands/assessment.ts';
import { REFUSAL_CODES } from '../../../engine/messages/labels/refusals.ts';
import { HEADINGS } from '../../../engine/messages/report/headings.ts';
import { rowsOfTable } from '../../../engine/messages/report/notes.ts';
import { mongodbUriMissing } from '../../../engine/messages/worker/settings.ts';
import type { Assessment } from '../../../operations/assess/assess.ts';
import { expectations } from '../../../scripts/demo/data/demo-documents.ts';
import { fillMongoDB } from '../../../scripts/demo/data/fill-mongodb.ts';
import { saying } from '../../engine/messages/saying.ts';
import { type Desk, type Environment, openDesk } from '../../support/command-line.ts';
import { createMongoDatabase } from '../../support/servers/databases.ts';

/** No Temporal and no target can be reached: an assessment needs neither. */
const ALONE: Environment = { TEMPORAL_ADDRESS: '127.0.0.1:1', DATABASE_URL: '' };
const DEMO = { scale: 0.1 };
const spoiled = new Set(
  expectations(DEMO)
    .filter(({ expected }) => expected === 'quarantine')
    .map(({ collection, id }) => `${collection}/${showKey(keyOf(id))}`),
);

/** Sentences are broken at the width of the page. */
const unfolded = (text: string): string => text.replace(/\n */g, ' ');

describe('mongo-to-prisma assess', () => {
  let desk: Desk;

  beforeAll(async () => {
    desk = await openDesk(DEMO);
  });
  afterAll(() => desk.close());

  const assess = (args: readonly string[] = [], environment: Environment = {}) =>
    desk.run(['assess', ...args], { ...ALONE, ...environment });

  test('says first how many documents would go to quarantine, then what of each collection, and exits with 3', async () => {
    const { code, out, err } = await assess();
    expect(code).toBe(3);
    const lines = out.split('\n');
    expect(lines[0]).toBe(
      someHeldBack({
        held: spoiled.size,
        documents: 610,
        share: `${((spoiled.size / 610) * 100).toFixed(1)}%`,
      }).text,
    );
    for (const [collection, documents] of [
      ['users', 200],
      ['artists', 40],
      ['payments', 300],
    ] as const) {
      expect(out).toMatch(saying(collectionHas, { collection, documents }));
    }
    expect(out).toMatch(
      saying(reasonCountedAt, { count: 2, code: 'enum', path: 'role', share: '1%', meaning: REFUSAL_CODES.enum.en }),
    );
    expect(out).toMatch(saying(otherHasIt));
    expect(out).toContain(pathHas({ path: 'legacyPoints', documents: 1, types: 'double 1' }).text);
    expect(out).toContain(pathHas({ path: 'name', documents: 199, types: 'string 198, int 1' }).text);
    expect(unfolded(out)).toMatch(saying(timeNeeded));
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(100);
    expect(out + err).not.toMatch(/@example/i);
  });

  test('--json is one object; --out writes the page, the object and every document, for their owner only', async () => {
    const folder = join(desk.folder, 'assessment');
    const { code, out } = await assess(['--json', '--out', folder]);
    expect(code).toBe(3);
    const given = JSON.parse(out) as Assessment;
    expect(given).toMatchObject({ format: 1, verdict: 'quarantine', sample: null });
    expect(JSON.parse(await readFile(join(folder, 'assessment.json'), 'utf8'))).toEqual(given);
    const page = await readFile(join(folder, 'assessment.md'), 'utf8');
    expect(page).toMatch(saying(someHeldBack, { held: spoiled.size, documents: 610 }));
    expect(page).toContain(`## ${HEADINGS.census.en}: fundingprojects`);
    const lines = (await readFile(join(folder, 'predicted-quarantine.jsonl'), 'utf8')).trimEnd().split('\n');
    const collectionOf = new Map(given.stages.map(({ name, collection }) => [name, collection]));
    const told = lines.map((line) => JSON.parse(line) as { stage: string; legacyId: string });
    expect(new Set(told.map(({ stage, legacyId }) => `${collectionOf.get(stage)}/${legacyId}`))).toEqual(spoiled);
    for (const name of ['assessment.json', 'assessment.md', 'predicted-quarantine.jsonl']) {
      expect((await stat(join(folder, name))).mode & 0o777).toBe(0o600);
    }
  });

  test('--sample says that it is a sample, and gives shares', async () => {
    const { code, out } = await assess(['--sample', '30', '--seed', '2']);
    expect([0, 3]).toContain(code);
    expect(out).toMatch(saying(someOfSampleHeld, { documents: 140 }));
    expect(unfolded(out)).toMatch(saying(isSample, { size: 30, seed: '2', documents: 610 }));
  });

  test('--census prints every path with where it goes', async () => {
    const { out } = await assess(['--census']);
    expect(out).toMatch(/│ email +│ +200 │ string 200 +│ User\.email +│/);
    expect(out).toMatch(new RegExp(`│ tasks +│ +\\d+ │ .*│ ${rowsOfTable({ table: 'ProjectTask' }).text} +│`));
  });

  test('reads a live MongoDB, and exits with 0 where nothing would be quarantined', async () => {
    const database = await createMongoDatabase();
    try {
      await fillMongoDB(database.url, { scale: 0.05, bad: false });
      const { code, out } = await assess(['--source', database.url]);
      expect(out).toMatch(saying(allWouldMove, { documents: 305 }));
      expect(code).toBe(0);
    } finally {
      await database.drop();
    }
  });

  test('refuses in one sentence what cannot be assessed', async () => {
    const none = await assess(['--source', `dump:${join(desk.folder, 'nowhere')}`]);
    expect({ code: none.code, out: none.out }).toEqual({ code: 1, out: '' });
    expect(none.err.trim().split('\n')).toHaveLength(1);
    const wrong = await assess(['--sample', '0']);
    expect(wrong.code).toBe(2);
    const unset = await assess([], { SOURCE_URI: '', MONGODB_URI: '' });
    expect(unset).toMatchObject({ code: 2, out: '' });
    expect(unset.err).toContain(mongodbUriMissing().text);
  });
});
