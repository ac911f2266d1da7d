import { createReadStream } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Document, ObjectId, UUID } from 'bson';
import { writeIdMapping } from '../../../engine/report/exports/id-mapping-file.ts';
import { openTarget, type Target } from '../../../engine/target/target.ts';
import { plan } from '../../../stages/plan.ts';
import { createDatabase, type TestDatabase } from '../../support/servers/databases.ts';
import { type MovedPlatform, platformOfDump } from '../moved-platform.ts';

const head = { dryRun: false, generatedAt: new Date(Date.UTC(2024, 4, 1)) };

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

/** Bytes that are in use: garbage that waits for its collector does not count. */
function liveMemory(): number {
  collectGarbage();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

interface Mapping {
  readonly generatedAt: string;
  readonly dryRun: boolean;
  readonly collections: Readonly<Record<string, readonly { readonly legacyId: string; readonly prismaId: string }[]>>;
}

describe('prisma-id-mapping.json', () => {
  let platform: MovedPlatform;
  let folder: string;
  const write = async (name: string): Promise<string> => {
    const file = join(folder, name);
    await writeIdMapping(platform.target, plan, file, head);
    return file;
  };
  const user = (_id: unknown, name: string): Document => ({
    _id,
    name,
    email: `${name}@example.com`,
    password: 'x',
    createdAt: new Date(0),
  });
  const ids = [
    'z',
    7,
    new UUID('0190c1d5-0000-7000-8000-000000000000').toBinary(),
    'a"b',
    ObjectId.createFromHexString('65aa00000000000000000000'),
    ObjectId.createFromHexString('65aa00000000000000000001'),
  ];

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'id-mapping-'));
    const users = ids.map((_id, place) => user(_id, `user${place}`));
    const date = new Date(Date.UTC(2024, 0, 1));
    const project = {
      ...{
        _id: ObjectId.createFromHexString('65bb00000000000000000000'),
        title: 'Album',
        description: 'd',
        artist: ids[4],
      },
      ...{ artistName: 'a', category: '음악', startDate: date, endDate: date, budget: 1 },
      notes: [
        { content: 'with', _id: ObjectId.createFromHexString('65cc00000000000000000000') },
        { content: 'without' },
      ],
    };
    platform = await platformOfDump({ collections: { users, projects: [project] } });
    await platform.move();
  });
  afterAll(async () => {
    await platform.close();
    await rm(folder, { recursive: true, force: true });
  });

  test('holds exactly generatedAt, dryRun and the collections in the runbook’s order', async () => {
    const mapping = JSON.parse(await readFile(await write('a.json'), 'utf8')) as Mapping;
    expect(Object.keys(mapping)).toEqual(['generatedAt', 'dryRun', 'collections']);
    expect(mapping).toMatchObject({ generatedAt: '2024-05-01T00:00:00.000Z', dryRun: false });
    expect(Object.keys(mapping.collections)).toEqual([
      ...[
        'user',
        'artist',
        'artistAchievement',
        'project',
        'projectTask',
        'projectMilestone',
        'projectTeam',
        'projectNote',
      ],
      ...['fundingProject', 'fundingExecutionPlan', 'fundingReward', 'fundingStage', 'fundingBacker', 'fundingExpense'],
      ...['fundingDistribution', 'fundingUpdate', 'payment'],
    ]);
    expect(mapping.collections['artist']).toEqual([]);
  });

  test('names every collection that the plan’s stages write', () => {
    const written = plan.stages.flatMap((stage) => [
      stage.idCollection,
      ...stage.children.map((child) => child.collection),
    ]);
    expect([...plan.idMapOrder].sort()).toEqual(written.sort());
  });

  test('sorts by the bytes of the legacy id, and shows ids that are no ObjectIds as Extended JSON', async () => {
    const { collections } = JSON.parse(await readFile(await write('b.json'), 'utf8')) as Mapping;
    expect(collections['user']!.map(({ legacyId }) => legacyId)).toEqual([
      ...['"a\\"b"', '"z"', '65aa00000000000000000000', '65aa00000000000000000001'],
      ...['{"$binary":{"base64":"AZDB1QAAcACAAAAAAAAAAA==","subType":"04"}}', '{"$numberInt":"7"}'],
    ]);
    expect(collections['projectNote']!.map(({ legacyId }) => legacyId)).toEqual([
      '65bb00000000000000000000/notes/1',
      '65cc00000000000000000000',
    ]);
    const rows = await platform.target.query('SELECT id FROM "User" ORDER BY id', []);
    expect(collections['user']!.map(({ prismaId }) => prismaId).sort()).toEqual(rows.map(([id]) => id));
  });

  test('is private, and leaves no unfinished file', async () => {
    const file = await write('c.json');
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect((await readdir(folder)).filter((name) => name.includes('unfinished'))).toEqual([]);
  });

  test('replaces an older file only when it is whole', async () => {
    const file = join(folder, 'd.json');
    await writeFile(file, 'older', { mode: 0o644 });
    const broken = { ...plan, idMapOrder: ['user', 'nul\0'] };
    await expect(writeIdMapping(platform.target, broken, file, head)).rejects.toThrow();
    expect(await readFile(file, 'utf8')).toBe('older');
    expect((await readdir(folder)).filter((name) => name.includes('unfinished'))).toEqual([]);
    await write('d.json');
    expect((JSON.parse(await readFile(file, 'utf8')) as Mapping).collections['user']).toHaveLength(ids.length);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
  });

  test('is the same for two migrations of one source into two targets', async () => {
    const [one, two] = await Promise.all([1, 2].map(() => platformOfDump({ scale: 0.1 })));
    try {
      const texts = [];
      for (const each of [one!, two!]) {
        await each.move();
        const file = join(folder, `${texts.length}.json`);
        await writeIdMapping(each.target, plan, file, head);
        texts.push(await readFile(file, 'utf8'));
      }
      expect(texts[0]).toBe(texts[1]);
      expect(texts[0]!.length).toBeGreaterThan(100_000);
    } finally {
      await one!.close();
      await two!.close();
    }
  });
});

describe('prisma-id-mapping.json of a big platform', () => {
  const entries = 200_000;
  let database: TestDatabase;
  let target: Target;
  let folder: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'id-mapping-'));
    database = await createDatabase();
    target = openTarget(database.url, { connections: 2 });
    await target.query(
      `INSERT INTO migration_id_map (collection, parent_key, legacy_key, path, occurrence, prisma_id, run_id)
       SELECT 'payment', '', '\\x07'::bytea || substr(sha256(n::text::bytea), 1, 12), '', 0, gen_random_uuid(), gen_random_uuid()
       FROM generate_series(1, $1::int) AS n`,
      [entries],
    );
  });
  afterAll(async () => {
    await target.close();
    await database.drop();
    await rm(folder, { recursive: true, force: true });
  });

  test('is streamed: memory does not grow with the number of entries', async () => {
    const file = join(folder, 'big.json');
    const before = liveMemory();
    let most = 0;
    let looks = 0;
    let done = false;
    const writing = writeIdMapping(target, plan, file, head).finally(() => {
      done = true;
    });
    while (!done) {
      const started = performance.now();
      most = Math.max(most, liveMemory() - before);
      looks += 1;
      // Collecting garbage takes a while: the writer shall have most of the time.
      await sleep(5 + 2 * (performance.now() - started));
    }
    const counts = await writing;
    expect(counts['payment']).toBe(entries);
    const { size } = await stat(file);
    expect(size).toBeGreaterThan(17_000_000);
    expect(looks).toBeGreaterThan(0);
    // A page of entries; all of them at once would be more than the file.
    expect(most).toBeLessThan(size / 2);

    let previous = '';
    let lines = 0;
    for await (const line of createInterface({ input: createReadStream(file) })) {
      const legacyId = /"legacyId":"([0-9a-f]{24})"/.exec(line)?.[1];
      if (legacyId === undefined) continue;
      lines += 1;
      if (legacyId <= previous) throw new Error(`line ${lines} is out of order`);
      previous = legacyId;
    }
    expect(lines).toBe(entries);
  });
});
