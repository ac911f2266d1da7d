import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { Binary, Decimal128, type Document, Double, Int32, Long, ObjectId, serialize } from 'bson';
import {
  compareKeys,
  KEY_TYPES,
  keyOf,
  keyOfDocument,
  type LegacyKey,
  typeOfKey,
} from '../../../engine/document/legacy-key.ts';
import {
  dumpAmbiguous,
  dumpEmpty,
  dumpNoDump,
  dumpUnreadable,
  dumpWithoutDatabase,
  FILE_REASONS,
} from '../../../engine/messages/engine/source.ts';
import { labelled } from '../../../engine/messages/message.ts';
import type { RawDocument, Source } from '../../../engine/source/source.ts';
import { type Collections, writeDumpArchive, writeDumpFolder } from '../../support/data/dump-writer.ts';
import { saying } from '../messages/saying.ts';
import { all, FIXTURES, ownDumps, PLAN } from './own-dumps.ts';

const { opened, dumpOf, path } = ownDumps();

/** Every document, type by type, as partitions read them. */
async function everything(source: Source, collection: string): Promise<RawDocument[]> {
  const documents: RawDocument[] = [];
  for (const type of KEY_TYPES) {
    documents.push(...(await all(source.read(collection, { type, after: null, upTo: null }, null))));
  }
  return documents;
}

const shown = (keys: readonly LegacyKey[]) => keys.map((key) => key.toString('latin1'));

describe('a real mongodump', () => {
  const forms = [
    'folder',
    'folder/platform',
    'folder-gzip',
    'folder-gzip/platform',
    'platform.archive',
    'platform.archive.gz',
    'two-databases.archive.gz',
    'two-databases.archive.gz?db=platform',
  ];

  test.each(forms)('%s gives exactly the documents of the plain files, in _id order', async (form) => {
    const source = await opened(`dump:${FIXTURES}/${form}`);
    expect(source.kind).toBe('dump');
    expect(source.label).toBe(`dump:${FIXTURES}/${form.replace(/\?.*/, '')} (database platform)`);
    const counts: Record<string, number> = {};
    for (const name of PLAN) {
      expect(await source.kindOf(name)).toBe('collection');
      const documents = await everything(source, name);
      const plain = await readFile(join(FIXTURES, 'folder', 'platform', `${name}.bson`));
      // These collections were filled in _id order, so that the file itself is what must come out.
      expect(Buffer.concat(documents.map(({ bytes }) => bytes)).equals(plain)).toBe(true);
      expect(documents.every(({ key, bytes }) => keyOfDocument(bytes)!.equals(key))).toBe(true);
      expect(shown(await all(source.scanKeys(name)))).toEqual(shown(documents.map(({ key }) => key)));
      counts[name] = documents.length;
    }
    expect(counts).toEqual({ users: 40, artists: 40, projects: 9, fundingprojects: 5, payments: 35 });
  });

  test('has the same fingerprint in every form, and another one when it is another database', async () => {
    const fingerprint = async (form: string) => (await opened(`dump:${FIXTURES}/${form}`)).fingerprint();
    const prints = await Promise.all(forms.map(fingerprint));
    expect(new Set(prints).size).toBe(1);
    expect(await fingerprint('two-databases.archive.gz?db=otherdb')).not.toBe(prints[0]);
  });
});

describe('the database of a dump', () => {
  const users = [{ _id: 1 }];

  test('is the only one that holds the whole plan, whatever else is there', async () => {
    const file = path();
    await writeDumpArchive(file, { admin: { users }, small: { users }, big: { users, payments: [] } });
    const source = await opened(`dump:${file}`, ['users', 'payments']);
    expect(source.label).toContain('(database big)');
  });

  test('must be named when several could be meant, and be there', async () => {
    const folder = path();
    await writeDumpFolder(folder, 'old', { users });
    await writeDumpFolder(folder, 'new', { users });
    await expect(opened(`dump:${folder}`, ['users'])).rejects.toMatchObject({
      name: 'ConfigurationError',
      message: dumpAmbiguous({ path: folder, databases: 'new, old' }).text,
    });
    await expect(opened(`dump:${folder}?db=newer`, ['users'])).rejects.toMatchObject({
      name: 'ConfigurationError',
      message: dumpWithoutDatabase({ path: folder, database: 'newer', databases: 'new, old' }).text,
    });
    expect((await opened(`dump:${folder}?db=old`, ['users'])).label).toBe(`dump:${folder} (database old)`);
  });

  test('cannot be found in a folder, a file or a place that is no dump', async () => {
    const absent = path();
    await expect(opened(`dump:${absent}`)).rejects.toMatchObject({
      name: 'SourceUnavailable',
      message: dumpUnreadable({ place: absent, why: labelled(FILE_REASONS.ENOENT) }).text,
    });
    await expect(opened(`dump:${fileURLToPath(import.meta.url)}`)).rejects.toThrow(saying(dumpNoDump));
    await expect(opened(`dump:${fileURLToPath(new URL('.', import.meta.url))}`)).rejects.toThrow(saying(dumpEmpty));
    await expect(opened('dump:')).rejects.toMatchObject({ name: 'ConfigurationError' });
    await expect(opened('dump:x?database=y')).rejects.toMatchObject({ name: 'ConfigurationError' });
  });
});

describe('what stands under a name', () => {
  const kinds = { people: 'view', weather: 'timeseries' } as const;

  test.each([
    ['a folder', async (path: string, content: Collections) => writeDumpFolder(path, 'p', content, { kinds })],
    ['an archive', async (path: string, content: Collections) => writeDumpArchive(path, { p: content }, { kinds })],
  ])('is told by the metadata of %s', async (_, write) => {
    const folder = path();
    await write(folder, { users: [{ _id: 1 }], empty: [], 'odd/näme%': [{ _id: 2 }] });
    const source = await opened(`dump:${folder}`, []);
    const names = ['users', 'empty', 'odd/näme%', 'people', 'weather', 'absent'];
    const found = await Promise.all(names.map((name) => source.kindOf(name)));
    expect(found).toEqual(['collection', 'collection', 'collection', 'view', 'timeseries', 'missing']);
    expect(await all(source.scanKeys('odd/näme%'))).toEqual([keyOf(new Int32(2))]);
    for (const name of ['empty', 'people', 'weather', 'absent']) {
      expect(await everything(source, name)).toEqual([]);
      expect(await source.readByKeys(name, [keyOf(1)])).toEqual([]);
      expect(await source.sampleKeys(name, 3)).toEqual([]);
      expect(await source.totals({ collection: name, arrays: ['a'], sums: ['b'] }, null)).toEqual({
        documents: 0,
        elements: { a: 0 },
        sums: { b: '0' },
        values: {},
      });
    }
  });
});

describe('_ids of many types in any order', () => {
  const ids: unknown[] = [
    ...Array.from({ length: 300 }, (_, i) => new ObjectId(Buffer.from(`${(i * 7919) % 1000}`.padEnd(12, '.')))),
    ...Array.from({ length: 100 }, (_, i) => (i * 37) % 101),
    ...Array.from({ length: 100 }, (_, i) => `name ${(i * 37) % 101} "가"`),
    ...Array.from({ length: 20 }, () => new Binary(randomBytes(16), 4)),
    Long.fromString('9007199254740993'),
    new Double(0.5),
    Decimal128.fromString('1.5'),
    null,
    true,
    new Date(5),
    { a: 1 },
  ];
  let source: Source;
  let keys: LegacyKey[];

  beforeAll(async () => {
    source = await dumpOf({ users: ids.map((_id, at) => ({ at, _id })) });
    keys = ids.map((_id) => keyOfDocument(serialize({ _id }))!).sort(compareKeys);
  });

  test('come out sorted, each with its own document', async () => {
    expect(shown(await all(source.scanKeys('users')))).toEqual(shown(keys));
    const documents = await everything(source, 'users');
    expect(shown(documents.map(({ key }) => key))).toEqual(shown(keys));
    expect(documents.every(({ key, bytes }) => keyOfDocument(bytes)!.equals(key))).toBe(true);
  });

  test('a range never leaves its type, is open below and closed above, and goes on after a checkpoint', async () => {
    for (const type of KEY_TYPES) {
      const own = keys.filter((key) => typeOfKey(key) === type);
      const read = async (after: LegacyKey | null, upTo: LegacyKey | null, from: LegacyKey | null) =>
        shown((await all(source.read('users', { type, after, upTo }, from))).map(({ key }) => key));
      expect(await read(null, null, null)).toEqual(shown(own));
      const [a, b, c] = [0.25, 0.5, 0.75].map((part) => own[Math.floor(own.length * part)] ?? null);
      if (own.length < 4) continue;
      const at = (key: LegacyKey | null | undefined) => own.indexOf(key!);
      expect(await read(a!, c!, null)).toEqual(shown(own.slice(at(a) + 1, at(c) + 1)));
      expect(await read(a!, c!, b!)).toEqual(shown(own.slice(at(b) + 1, at(c) + 1)));
      expect(await read(b!, null, a!)).toEqual(shown(own.slice(at(b) + 1)));
      expect(await read(null, a!, b!)).toEqual([]);
    }
  });

  test('partitions of every type together hold each document once', async () => {
    const boundaries = keys.filter((_, place) => place % 50 === 49);
    const read: string[] = [];
    for (const type of KEY_TYPES) {
      const inside = boundaries.filter((key) => typeOfKey(key) === type);
      for (const [place, after] of [null, ...inside].entries()) {
        const selection = { type, after, upTo: inside[place] ?? null };
        read.push(...shown((await all(source.read('users', selection, null))).map(({ key }) => key)));
      }
    }
    expect(read).toEqual(shown(keys));
  });

  test('named keys come in order, once, and only those that exist', async () => {
    const some = [keys[500]!, keyOf('nobody'), keys[3]!, keys[3]!, keys[100]!, keyOf(new ObjectId())];
    const found = await source.readByKeys('users', some);
    expect(shown(found.map(({ key }) => key))).toEqual(shown([keys[3]!, keys[100]!, keys[500]!]));
    const rest = await all(source.read('users', { keys: some }, keys[3]!));
    expect(shown(rest.map(({ key }) => key))).toEqual(shown([keys[100]!, keys[500]!]));
  });

  test('a sample is of distinct existing keys, and of all where it asks for more than there are', async () => {
    const sample = await source.sampleKeys('users', 25);
    expect(new Set(shown(sample)).size).toBe(25);
    expect(shown(keys)).toEqual(expect.arrayContaining(shown(sample)));
    expect(shown(await source.sampleKeys('users', 1e6))).toEqual(shown(keys));
  });
});

describe('documents', () => {
  test('pass as the bytes they are: invalid UTF-8, 200 levels, 16 MiB', async () => {
    const broken = Buffer.from(serialize({ _id: 1, name: 'abcdef' }));
    broken[broken.length - 4] = 0xff;
    let deep: Document = {};
    for (let level = 0; level < 200; level++) deep = { deep: [deep] };
    const large = serialize({ _id: 3, text: 'x'.repeat(16 * 1024 * 1024 - 64) });
    const written = [broken, serialize({ _id: 2, deep }), large, serialize({ _id: 4 })];
    for (const gzip of [false, true]) {
      const source = await dumpOf({ users: written }, { gzip });
      const read = await everything(source, 'users');
      expect(read.map(({ bytes }, place) => Buffer.compare(bytes, written[place]!))).toEqual([0, 0, 0, 0]);
    }
  });

  test.each(['_id order', 'reverse', 'far apart'])('lying in %s are read alike', async (order) => {
    const count = 6000;
    const place = (i: number) => ({ '_id order': i, reverse: count - 1 - i, 'far apart': (i * 4999) % count })[order]!;
    const padding = 'x'.repeat(1000);
    const source = await dumpOf({
      users: Array.from({ length: count }, (_, i) => ({ _id: place(i), padding })),
    });
    const read = await all(source.read('users', { type: 'number', after: null, upTo: null }, null));
    expect(read.map(({ bytes }) => Buffer.from(bytes).readInt32LE(9))).toEqual(
      Array.from({ length: count }, (_, i) => i),
    );
  });
});
