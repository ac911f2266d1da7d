import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { NO_PARENT } from '../../../engine/document/id-map-entry.ts';
import { keyOf } from '../../../engine/document/legacy-key.ts';
import { entriesToCopy } from '../../../engine/state/documents/id-map.ts';
import { copyIn } from '../../../engine/target/copy-in.ts';
import { type EncodedRow, tableCodec } from '../../../engine/target/row-codec.ts';
import { databaseRefusal, openTarget, type Target } from '../../../engine/target/target.ts';
import { tables } from '../../../prisma/generated/tables.ts';
import type { Column } from '../../../prisma/model/target-model.ts';
import { target as platform } from '../../../stages/platform.ts';
import { createDatabase, type TestDatabase } from '../../support/servers/databases.ts';

let database: TestDatabase;
let target: Target;

beforeEach(async () => {
  database = await createDatabase();
  target = openTarget(database.url, { connections: 2 });
});
afterEach(async () => {
  await target.close();
  await database.drop();
});

const HARD = [
  '',
  '\\N',
  '\\.',
  'NULL',
  'null',
  '{}',
  'a\tb\nc\rd\be\ff\vg',
  'back\\slash \\t \\x41 \\\\',
  '"quoted", {braced}',
  ' 앞뒤 공백 \u2028 🎵 \u007f ',
];

const id = (number: number) => `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`;
const TIME = new Date('2026-01-02T03:04:05.678Z');

function user(number: number, text: string): EncodedRow {
  return encoded('User', {
    ...{ id: id(number), name: text, username: null, email: `${number} ${text}`, password: text, role: 'FAN' },
    ...{ avatar: text, bio: text, isVerified: true, isActive: false, lastLogin: TIME, lastLoginAt: null },
    ...{ agreeTerms: false, agreePrivacy: true, agreeMarketing: false, createdAt: TIME, updatedAt: TIME },
  });
}

function artist(number: number, text: string): EncodedRow {
  return encoded('Artist', {
    ...{ id: id(number), userId: id(number), category: 'MUSIC', location: text, rating: '4.50' },
    ...{ tags: [...HARD, text], coverImage: null, profileImage: text, followers: 9_007_199_254_740_993n },
    ...{ completedProjects: 0n, activeProjects: 1n, totalEarned: '-12345678901234.50', genres: ['RNB', 'POP'] },
    ...{ totalStreams: 0n, monthlyListeners: 0n, socialLinks: { [text || 'none']: [text, 1.5, null] } },
    ...{ isVerified: false, verificationDate: new Date(-62_198_755_200_000), featured: true, featuredDate: null },
    ...{ createdAt: TIME, updatedAt: TIME },
  });
}

const encoded = (table: string, row: Readonly<Record<string, unknown>>) =>
  tableCodec(platform.tables[table]!).encodeRow(row);

const copied = (table: string, rows: readonly EncodedRow[]) => ({
  sql: tableCodec(platform.tables[table]!).copySql,
  lines: rows.map(tableCodec(platform.tables[table]!).copyLine).join(''),
});

async function readBack(table: string): Promise<EncodedRow[]> {
  const { selectList, decodeRow } = tableCodec(platform.tables[table]!);
  return (await target.query(`SELECT ${selectList} FROM "${table}" ORDER BY id`, [])).map(decodeRow);
}

describe('rows that go in by COPY', () => {
  test('come back as they were, whatever their texts', async () => {
    const users = HARD.map((text, number) => user(number, text));
    const artists = HARD.map((text, number) => artist(number, text));
    await target.transaction((execute) => execute.copy([copied('User', users), copied('Artist', artists)]));
    expect(await readBack('User')).toEqual(users);
    expect(await readBack('Artist')).toEqual(artists);
  });

  test('take nothing of a column’s default where they say NULL', async () => {
    const row = user(1, 'x');
    const places = tables.User.columns.flatMap(({ nullable }: Column, place) => (nullable ? [place] : []));
    const empty = row.map((text, place) => (places.includes(place) ? 'null' : text));
    await target.transaction((execute) => execute.copy([copied('User', [empty])]));
    expect(await readBack('User')).toEqual([empty]);
  });
});

describe('a COPY that is refused', () => {
  test('takes its transaction with it, tells the constraint, and leaves the connection as it was', async () => {
    const refused = target.transaction((execute) =>
      execute.copy([
        copied('User', [user(1, 'x'), user(1, 'y')]),
        copied('Artist', [artist(1, 'x'.repeat(300_000))]),
        { sql: 'COPY migration_id_map (collection) FROM STDIN', lines: '' },
      ]),
    );
    const error = await refused.catch((thrown) => thrown);
    expect(databaseRefusal(error)).toMatchObject({ sqlstate: '23505', constraint: 'User_pkey' });
    expect(await readBack('User')).toEqual([]);
    for (let turn = 1; turn <= 3; turn++) {
      await target.transaction((execute) => execute.copy([copied('User', [user(turn, 'x')])]));
    }
    expect(await readBack('User')).toHaveLength(3);
  });

  test('does not reach its table when one before it is', async () => {
    const dangling = target.transaction((execute) =>
      execute.copy([copied('Artist', [artist(1, 'x')]), copied('User', [user(1, 'x')])]),
    );
    const error = await dangling.catch((thrown) => thrown);
    expect(databaseRefusal(error)).toMatchObject({ sqlstate: '23503', constraint: 'Artist_userId_fkey' });
    expect(await readBack('User')).toEqual([]);
  });
});

test('nothing to copy asks the database nothing', async () => {
  await copyIn(() => Promise.reject(new Error('asked')), []);
});

test('entries of the ID map keep their bytes', async () => {
  const root = { collection: 'user', parent: NO_PARENT, key: keyOf('\\x\t'), path: '', occurrence: 0, id: id(1) };
  const entries = [
    { ...root, sourceHash: Buffer.from('5c09', 'hex'), rowsHash: Buffer.alloc(16) },
    { ...root, parent: root.key, key: keyOf(7), path: 'a.b', occurrence: 2, id: id(2) },
  ];
  await target.transaction((execute) => execute.copy(entriesToCopy(id(9), entries)));
  const rows = await target.query(
    `SELECT collection, parent_key, legacy_key, path, occurrence, prisma_id, run_id, source_hash, rows_hash, departing
     FROM migration_id_map ORDER BY occurrence`,
    [],
  );
  const hex = (bytes: Buffer) => `\\x${bytes.toString('hex')}`;
  expect(rows).toEqual([
    ['user', '\\x', hex(root.key), '', '0', id(1), id(9), '\\x5c09', `\\x${'00'.repeat(16)}`, 'f'],
    ['user', hex(root.key), hex(keyOf(7)), 'a.b', '2', id(2), id(9), null, null, 'f'],
  ]);
});
