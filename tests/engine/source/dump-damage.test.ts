import { copyFile, cp, mkdir, mkdtemp, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { serialize } from 'bson';
import { ConfigurationError, SourceUnavailable } from '../../../engine/common/errors.ts';
import {
  byteOf,
  DAMAGE,
  dumpDamaged,
  endsBeforeComplete,
  endsInDocument,
  FILE_REASONS,
  failsChecksum,
  impossibleLength,
  repeatedKey,
} from '../../../engine/messages/engine/source.ts';
import { STAND_INS } from '../../../engine/messages/labels/stand-ins.ts';
import { openSource } from '../../../engine/source/open-source.ts';
import { writeDumpArchive, writeDumpFolder } from '../../support/data/dump-writer.ts';
import { project } from '../../support/scripts.ts';
import { saying } from '../messages/saying.ts';

const FIXTURES = join(project, 'tests/fixtures/mongodump');
const PLAN = ['users', 'payments'];
const SMALL = {
  users: [
    { _id: 1, name: '가나다' },
    { _id: 2, list: [{ n: 1.5 }, null] },
  ],
  payments: [{ _id: 'a', amount: 5 }, { _id: 'b' }, { _id: 'c', o: { p: true } }],
};

/** A place in the users of a folder. */
const inUsers = (offset: number): string => byteOf({ place: 'platform/users.bson', offset: String(offset) }).text;
const ofLength = (offset: number, bytes: number): RegExp =>
  saying(dumpDamaged, { place: inUsers(offset), what: impossibleLength({ bytes: String(bytes) }).text });

let home: string;

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'dump-damage-'));
});

afterAll(async () => {
  await rm(home, { recursive: true, force: true });
});

/** A dump is mostly waited for: so many lanes are looked at at a time, each with files of its own. */
const LANES = 8;

async function inLanes<T>(all: Iterable<T>, work: (one: T, lane: number) => Promise<void>): Promise<void> {
  const due = all[Symbol.iterator]();
  const lane = async (number: number) => {
    for (let next = due.next(); !next.done; next = due.next()) await work(next.value, number);
  };
  await Promise.all(Array.from({ length: LANES }, (_, number) => lane(number)));
}

/** Whole numbers up to a bound. @param step from each to the next */
function* upTo(end: number, step: (at: number) => number): Generator<number> {
  for (let at = 0; at < end; at += step(at)) yield at;
}

/** The fingerprint of a dump's contents, or the error that tells of the damage. */
async function outcome(path: string, collections: readonly string[] = PLAN): Promise<string | Error> {
  try {
    const source = await openSource(`dump:${path}`, { spoolFolder: `${path}-spool`, collections });
    const fingerprint = await source.fingerprint();
    await source.close();
    return fingerprint;
  } catch (error) {
    return error as Error;
  }
}

async function expectTold(path: string, pattern: RegExp, collections = PLAN): Promise<void> {
  const error = await outcome(path, collections);
  expect(error).toBeInstanceOf(SourceUnavailable);
  expect((error as Error).message).toMatch(pattern);
}

/** Cutting hundreds of documents apart says no more than cutting some of them. */
const SOME = 5;

/** Places in an archive or a .bson at which a document, a header or a terminator begins, and the end. */
function boundaries(bytes: Buffer, from: number): number[] {
  const places = [];
  for (let at = from; at < bytes.length; at += Math.max(4, bytes.readInt32LE(at))) places.push(at);
  return [...places, bytes.length];
}

describe.each([
  ['plain', false],
  ['gzip', true],
])('an archive (%s)', (form, gzip) => {
  const path = () => join(home, `small-${form}.archive`);
  let bytes: Buffer;
  let whole: string | Error;

  beforeAll(async () => {
    await writeDumpArchive(path(), { platform: SMALL }, { gzip });
    bytes = await readFile(path());
    whole = await outcome(path());
    expect(typeof whole).toBe('string');
  });

  test('cut anywhere is told as damaged', async () => {
    const lengths = upTo(bytes.length, (length) => (length > bytes.length - 12 ? 1 : 7));
    await inLanes(lengths, async (length, lane) => {
      const cut = join(home, `cut-${form}-${lane}`);
      await writeFile(cut, bytes.subarray(0, length));
      expect([length, await outcome(cut)]).toEqual([length, expect.any(SourceUnavailable)]);
    });
  });

  test('with a byte changed anywhere is told as damaged, unless what it holds is the same', async () => {
    let told = 0;
    let tried = 0;
    await inLanes(
      upTo(bytes.length, () => 9),
      async (at, lane) => {
        const changed = Buffer.from(bytes);
        changed[at]! ^= 1 << (tried++ % 8);
        const file = join(home, `flipped-${form}-${lane}`);
        await writeFile(file, changed);
        const result = await outcome(file);
        if (result instanceof SourceUnavailable || result instanceof ConfigurationError) told++;
        else expect([at, result]).toEqual([at, whole]);
      },
    );
    // What may change unseen is text about the tools and indexes, or gzip's own header.
    expect(told).toBeGreaterThan(tried / 2);
  });
});

describe('the real archive', () => {
  test('cut at, just before or just after each of its parts is told as damaged', async () => {
    const real = join(FIXTURES, 'platform.archive');
    const places = boundaries(await readFile(real), 4)
      .filter((at, number, all) => number % SOME === 0 || (all[number + 1] ?? at) - at < 80)
      .flatMap((at) => [at + 1, at, at - 1]);
    const whole = Math.max(...places) - 1;
    const lengths = [...new Set(places)].filter((length) => length < whole);
    await inLanes(lengths, async (length, lane) => {
      const file = join(home, `real-${lane}.archive`);
      await copyFile(real, file);
      await truncate(file, length);
      expect([length, await outcome(file)]).toEqual([length, expect.any(SourceUnavailable)]);
    });
  });

  test('names the file, the collection and what is wrong with it', async () => {
    const bytes = await readFile(join(FIXTURES, 'platform.archive'));
    const file = join(home, 'changed.archive');
    const change = async (edit: (copy: Buffer) => Buffer | undefined) => {
      const copy = Buffer.from(bytes);
      await writeFile(file, edit(copy) ?? copy);
    };
    await change((copy) => copy.subarray(0, copy.indexOf('fundingprojects', 60_000)));
    await expectTold(file, saying(endsInDocument));
    await change((copy) => copy.subarray(0, boundaries(copy, 4).at(-3)));
    await expectTold(file, saying(endsBeforeComplete, { collection: 'platform.fundingprojects' }), ['fundingprojects']);
    await change((copy) => void copy.write('X', copy.indexOf('Ana M')));
    await expectTold(file, saying(failsChecksum, { collection: 'platform.users' }));
    await change((copy) => void copy.writeInt32LE(2, boundaries(copy, 4)[8]));
    await expectTold(file, saying(impossibleLength, { bytes: '2' }));
    await change((copy) => Buffer.concat([copy, Buffer.from('tail')]));
    await expectTold(file, saying(dumpDamaged, { place: byteOf({ place: file, offset: '70776' }).text }));
  });
});

describe('a folder', () => {
  const folder = () => join(home, 'folder');
  const users = () => join(folder(), 'platform', 'users.bson');

  test('is told as damaged when a plain file is cut inside a document, or a length in it is wrong', async () => {
    await writeDumpFolder(folder(), 'platform', SMALL);
    const bytes = await readFile(users());
    const between = boundaries(bytes, 0);
    for (
      let length = 0;
      length < bytes.length;
      length += between.includes(length) || between.includes(length + 1) ? 1 : 3
    ) {
      await writeFile(users(), bytes.subarray(0, length));
      // mongodump writes no count beside a plain file: between two documents nothing shows that more should come.
      const kind = between.includes(length) ? expect.any(String) : expect.any(SourceUnavailable);
      expect([length, await outcome(folder())]).toEqual([length, kind]);
    }
    const second = between[1]!;
    await writeFile(users(), bytes.subarray(0, second + 9));
    await expectTold(folder(), saying(dumpDamaged, { place: inUsers(second) }));
    for (const [at, value, pattern] of [
      [0, bytes.readInt32LE(0) - 1, saying(dumpDamaged)],
      [second, 0, ofLength(second, 0)],
      [second, -1, ofLength(second, -1)],
      [second, 1 << 30, ofLength(second, 1 << 30)],
    ] as const) {
      const changed = Buffer.from(bytes);
      changed.writeInt32LE(value, at);
      await writeFile(users(), changed);
      await expectTold(folder(), pattern);
    }
  });

  test('is opened when a length inside a document is wrong: that is a matter of this document', async () => {
    await writeDumpFolder(folder(), 'platform', SMALL);
    const bytes = await readFile(users());
    bytes.writeInt32LE(7, bytes.indexOf('list') + 5);
    await writeFile(users(), bytes);
    expect(await outcome(folder())).toEqual(expect.any(String));
  });

  test('is told as damaged when one document says that it is as long as two', async () => {
    await writeDumpFolder(folder(), 'platform', SMALL);
    const bytes = await readFile(users());
    bytes.writeInt32LE(bytes.length, 0);
    await writeFile(users(), bytes);
    await expectTold(folder(), saying(dumpDamaged, { what: DAMAGE.wrongLength.en }));
  });

  test('is told as damaged when a gzip file is cut anywhere, empty, or changed', async () => {
    const packedIn = (lane: number) => join(home, `packed-${lane}`);
    const fileIn = (lane: number) => join(packedIn(lane), 'platform', 'payments.bson.gz');
    for (let lane = 0; lane < LANES; lane++)
      await cp(join(FIXTURES, 'folder-gzip'), packedIn(lane), { recursive: true });
    const bytes = await readFile(fileIn(0));
    const whole = await outcome(packedIn(0));
    expect(typeof whole).toBe('string');
    const atItsEnds = (at: number) => at < 30 || at > bytes.length - 20;
    const lengths = upTo(bytes.length, (length) => (atItsEnds(length) ? 1 : 97));
    await inLanes(lengths, async (length, lane) => {
      await writeFile(fileIn(lane), bytes.subarray(0, length));
      expect([length, await outcome(packedIn(lane))]).toEqual([length, expect.any(SourceUnavailable)]);
    });
    await writeFile(fileIn(0), bytes.subarray(0, 1000));
    await expectTold(packedIn(0), saying(dumpDamaged, { place: 'platform/payments.bson.gz', what: DAMAGE.gzipCut.en }));
    const places = upTo(bytes.length, (at) => (atItsEnds(at) ? 1 : 53));
    await inLanes(places, async (at, lane) => {
      const changed = Buffer.from(bytes);
      changed[at]! ^= 0x10;
      await writeFile(fileIn(lane), changed);
      const result = await outcome(packedIn(lane));
      // gzip's header holds a time and a system's name that nothing depends on.
      if (!(result instanceof SourceUnavailable)) expect([at, result, at < 10]).toEqual([at, whole, true]);
    });
  });

  test('is told as damaged when a file is missing, there twice, or its metadata is no JSON', async () => {
    const make = async (name: string): Promise<string> => {
      const made = join(home, name);
      await writeDumpFolder(made, 'platform', SMALL);
      return made;
    };
    const missing = await make('missing');
    await rm(join(missing, 'platform', 'users.bson'));
    await expectTold(missing, saying(dumpDamaged, { place: 'platform/users.bson', what: DAMAGE.missing.en }));
    const twice = await make('twice');
    await writeFile(join(twice, 'platform', 'users.bson.gz'), '');
    await expectTold(twice, saying(dumpDamaged, { what: DAMAGE.thereTwice.en }));
    const metadata = await make('metadata');
    await writeFile(join(metadata, 'platform', 'users.metadata.json'), '{"options":');
    await expectTold(metadata, saying(dumpDamaged, { place: 'platform/users.metadata.json', what: DAMAGE.noJson.en }));
    const folderInPlace = await make('folder-in-place');
    await rm(join(folderInPlace, 'platform', 'users.bson'));
    await mkdir(join(folderInPlace, 'platform', 'users.bson'));
    await expectTold(folderInPlace, new RegExp(FILE_REASONS.EISDIR.en));
  });

  test('is told as damaged when a document has no _id or two have the same', async () => {
    const odd = join(home, 'odd');
    await writeDumpFolder(odd, 'platform', { users: [{ _id: 1 }, { name: 'x' }] });
    await expectTold(
      odd,
      saying(dumpDamaged, {
        place: byteOf({ place: 'platform/users.bson', offset: 14 }).text,
        what: DAMAGE.withoutId.en,
      }),
    );
    await writeDumpFolder(odd, 'platform', { users: [{ _id: 7 }, { _id: 1 }, serialize({ _id: 7, again: true })] });
    await expectTold(odd, saying(repeatedKey, { key: STAND_INS.noObjectId.en }));
  });
});
