import { copyFile, mkdir, mkdtemp, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Document, Long, serialize } from 'bson';
import { SourceUnavailable } from '../../../engine/common/errors.ts';
import {
  DAMAGE,
  dumpAmbiguous,
  dumpDamaged,
  dumpUnreadable,
  endsInDocument,
  FILE_REASONS,
  impossibleLength,
  notInContents,
  twiceInContents,
} from '../../../engine/messages/engine/source.ts';
import { Crc64 } from '../../../engine/source/dump/crc64.ts';
import { openSource } from '../../../engine/source/open-source.ts';
import { writeDumpArchive, writeDumpFolder } from '../../support/data/dump-writer.ts';
import { saying } from '../messages/saying.ts';

const PLAN = ['users', 'payments'];
const SMALL = { users: [{ _id: 1 }, { _id: 2 }], payments: [{ _id: 'a' }] };
const MORE = Buffer.from(serialize({ _id: 3 }));

let home: string;
let number = 0;
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'dump-padding-'));
});
afterAll(() => rm(home, { recursive: true, force: true }));

const place = () => join(home, `${number++}`);

/** How many users a dump has, or what stands against reading it. */
async function usersIn(path: string): Promise<number | string> {
  try {
    const source = await openSource(`dump:${path}`, { spoolFolder: join(home, 'spool'), collections: PLAN });
    const { documents } = await source.totals({ collection: 'users', arrays: [], sums: [] }, null);
    await source.close();
    return documents;
  } catch (error) {
    expect(error).toBeInstanceOf(SourceUnavailable);
    return (error as Error).message.replace(path, '<dump>');
  }
}

/** A packed dump, one file of which is written anew. */
async function packedWith(name: string, edit: (bytes: Buffer) => Buffer): Promise<string> {
  const folder = place();
  await writeDumpFolder(folder, 'platform', SMALL, { gzip: true });
  const file = join(folder, 'platform', name);
  await writeFile(file, edit(await readFile(file)));
  return folder;
}

const ZEROS = Buffer.alloc(512);
/** More than is read at once. */
const MANY_ZEROS = Buffer.alloc(3 * 1024 * 1024);

describe('a gzip file of a dump', () => {
  test.each([
    ['zeros at its end', ZEROS, 2],
    ['many zeros at its end', MANY_ZEROS, 2],
    ['another member', gzipSync(MORE), 3],
    ['another member and zeros', Buffer.concat([gzipSync(MORE), ZEROS]), 3],
    ['an empty member', gzipSync(Buffer.alloc(0)), 2],
    [
      'zeros, then another member',
      Buffer.concat([ZEROS, gzipSync(MORE)]),
      saying(dumpDamaged, { what: DAMAGE.goesOnAfterZeros.en }),
    ],
    [
      'many zeros, then another member',
      Buffer.concat([MANY_ZEROS, gzipSync(MORE)]),
      saying(dumpDamaged, { what: DAMAGE.goesOnAfterZeros.en }),
    ],
    [
      'zeros, then a byte',
      Buffer.concat([ZEROS, Buffer.of(1)]),
      saying(dumpDamaged, { what: DAMAGE.goesOnAfterZeros.en }),
    ],
    ['something else', Buffer.from('tail'), saying(dumpDamaged, { what: DAMAGE.gzipInvalid.en })],
    ['the beginning of a member', Buffer.of(0x1f, 0x8b), saying(dumpDamaged, { what: DAMAGE.gzipCut.en })],
  ] as const)('with %s is read whole or told as damaged', async (_, tail, expected) => {
    const found = await usersIn(await packedWith('users.bson.gz', (bytes) => Buffer.concat([bytes, tail])));
    if (typeof expected === 'number') expect(found).toBe(expected);
    else expect(found).toMatch(expected);
  });

  test('of metadata is held to the same', async () => {
    const padded = (tail: Buffer) => packedWith('users.metadata.json.gz', (bytes) => Buffer.concat([bytes, tail]));
    expect(await usersIn(await padded(ZEROS))).toBe(2);
    expect(await usersIn(await padded(Buffer.concat([ZEROS, gzipSync('{}')])))).toMatch(
      saying(dumpDamaged, { what: DAMAGE.goesOnAfterZeros.en }),
    );
    expect(await usersIn(await padded(gzipSync('{}')))).toMatch(saying(dumpDamaged, { what: DAMAGE.noJson.en }));
  });
});

describe('metadata', () => {
  test.each([
    ['nothing', ''],
    [
      'bytes that are no UTF-8',
      Buffer.concat([Buffer.from('{"collectionName":"users'), Buffer.of(0xff), Buffer.from('"}')]),
    ],
    ['zeros at its end', '{}\0\0'],
    ['two objects', '{}{}'],
    ['null', 'null'],
    ['a list', '[]'],
  ])('that hold %s are told as damaged', async (_, metadata) => {
    const folder = place();
    await writeDumpFolder(folder, 'platform', SMALL);
    await writeFile(join(folder, 'platform', 'users.metadata.json'), metadata);
    expect(await usersIn(folder)).toMatch(saying(dumpDamaged, { what: DAMAGE.noJson.en }));
  });
});

describe('a plain file of a dump', () => {
  test.each([
    ['zeros', ZEROS, saying(impossibleLength, { bytes: '0' })],
    ['a few zeros', Buffer.alloc(3), saying(endsInDocument)],
    ['something else', Buffer.from('more than four'), saying(impossibleLength)],
  ])('with %s at its end is told as damaged', async (_, tail, expected) => {
    const folder = place();
    await writeDumpFolder(folder, 'platform', SMALL);
    const file = join(folder, 'platform', 'users.bson');
    await writeFile(file, Buffer.concat([await readFile(file), tail]));
    expect(await usersIn(folder)).toMatch(expected);
  });
});

const TERMINATOR = Buffer.alloc(4, 0xff);
const MAGIC = Buffer.from([0x6d, 0xe2, 0x99, 0x81]);
const entry = (collection: string) =>
  serialize({ db: 'platform', collection, metadata: '', size: 0, type: 'collection' });

/** An archive whose contents and blocks are said by hand. */
async function archiveOf(
  contents: readonly string[],
  blocks: Readonly<Record<string, readonly Document[]>>,
): Promise<string> {
  const parts: Uint8Array[] = [MAGIC, serialize({ version: '0.1' }), ...contents.map(entry), TERMINATOR];
  for (const [collection, documents] of Object.entries(blocks)) {
    const bytes = Buffer.concat(documents.map((document) => serialize(document)));
    const crc = new Crc64();
    crc.update(bytes);
    const header = { db: 'platform', collection };
    parts.push(serialize({ ...header, EOF: false, CRC: Long.ZERO }), bytes, TERMINATOR);
    parts.push(serialize({ ...header, EOF: true, CRC: Long.fromBigInt(crc.digest()) }), TERMINATOR);
  }
  const file = place();
  await writeFile(file, Buffer.concat(parts));
  return file;
}

describe('an archive', () => {
  test('with documents of a collection that its contents do not name is told as damaged', async () => {
    expect(await usersIn(await archiveOf(['payments'], { payments: [], users: SMALL.users }))).toMatch(
      saying(notInContents, { collection: 'platform.users' }),
    );
    expect(await usersIn(await archiveOf(['users', 'payments'], { payments: [], users: SMALL.users }))).toBe(2);
  });

  test('whose contents name a collection twice is told as damaged', async () => {
    expect(await usersIn(await archiveOf(['users', 'users', 'payments'], { ...SMALL }))).toMatch(
      saying(twiceInContents, { collection: 'platform.users' }),
    );
  });

  test.each([
    ['plain', false],
    ['gzip', true],
  ])('%s: with another at its end, or padded between, is told as damaged', async (_, gzip) => {
    const file = place();
    await writeDumpArchive(file, { platform: SMALL }, { gzip });
    const bytes = await readFile(file);
    await writeFile(file, Buffer.concat([bytes, bytes]));
    expect(await usersIn(file)).toMatch(saying(impossibleLength));
    await writeFile(file, Buffer.concat([bytes, ZEROS, bytes]));
    expect(await usersIn(file)).toMatch(
      gzip ? saying(dumpDamaged, { what: DAMAGE.goesOnAfterZeros.en }) : saying(impossibleLength, { bytes: '0' }),
    );
    await writeFile(file, Buffer.concat([bytes, ZEROS]));
    expect(await usersIn(file)).toEqual(gzip ? 2 : expect.stringMatching(saying(impossibleLength, { bytes: '0' })));
  });

  test('in gzip members, each from a place of its own on, is read whole', async () => {
    const file = place();
    await writeDumpArchive(file, { platform: SMALL }, { gzip: true });
    const whole = gunzipSync(await readFile(file));
    for (const cut of [1, 4, 100, whole.length - 1]) {
      await writeFile(file, Buffer.concat([gzipSync(whole.subarray(0, cut)), gzipSync(whole.subarray(cut))]));
      expect(await usersIn(file)).toBe(2);
    }
  });

  test('of a replica set, with its oplog under a database without a name, is of the one platform', async () => {
    const file = place();
    const oplog = [{ op: 'n', ns: '', _id: 1 }];
    await writeDumpArchive(file, { admin: { 'system.version': [] }, platform: { users: SMALL.users }, '': { oplog } });
    expect(await usersIn(file)).toBe(2);
    const cut = (await readFile(file)).subarray(0, -60);
    await writeFile(file, cut);
    expect(await usersIn(file)).toMatch(saying(dumpDamaged));
  });
});

describe('links in a dump', () => {
  test('to the folder of a database, or to its files, are followed, and what they lead to is looked at anew', async () => {
    const [elsewhere, folder] = [place(), place()];
    await writeDumpFolder(elsewhere, 'platform', SMALL);
    await mkdir(folder);
    await symlink(join(elsewhere, 'platform'), join(folder, 'platform'));
    expect(await usersIn(folder)).toBe(2);
    const file = join(elsewhere, 'platform', 'users.bson');
    await writeFile(file, Buffer.concat([await readFile(file), MORE]));
    expect(await usersIn(folder)).toBe(3);
    await rename(file, join(elsewhere, 'moved.bson'));
    await symlink(join(elsewhere, 'moved.bson'), file);
    expect(await usersIn(folder)).toBe(3);
  });

  test('beside a folder count as one: which database is meant has to be said', async () => {
    const [elsewhere, folder] = [place(), place()];
    await writeDumpFolder(elsewhere, 'other', SMALL);
    await writeDumpFolder(folder, 'platform', SMALL);
    await symlink(join(elsewhere, 'other'), join(folder, 'other'));
    await expect(openSource(`dump:${folder}`, { spoolFolder: join(home, 'spool'), collections: PLAN })).rejects.toThrow(
      saying(dumpAmbiguous, { databases: 'other, platform' }),
    );
  });

  test('that lead nowhere are told', async () => {
    const folder = place();
    await writeDumpFolder(folder, 'platform', SMALL);
    await symlink(join(home, 'nowhere'), join(folder, 'other'));
    expect(await usersIn(folder)).toMatch(saying(dumpUnreadable, { place: 'other', why: FILE_REASONS.ENOENT.en }));
    await rm(join(folder, 'other'));
    await copyFile(join(folder, 'platform', 'users.bson'), join(home, 'kept.bson'));
    await rm(join(folder, 'platform', 'users.bson'));
    await symlink(join(home, 'nowhere.bson'), join(folder, 'platform', 'users.bson'));
    expect(await usersIn(folder)).toMatch(saying(dumpUnreadable, { why: FILE_REASONS.ENOENT.en }));
  });
});
