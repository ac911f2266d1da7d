import { expect, test } from '@jest/globals';
import { serialize } from 'bson';
import fc from 'fast-check';
import { keyOfDocument, showKey } from '../../../engine/document/legacy-key.ts';
import { HeldRows, HeldTable } from '../../../engine/verify/second-reader/held-rows.ts';
import { secondReading } from '../../../engine/verify/second-reader/second-reading.ts';
import { shapeOf } from '../../../engine/verify/second-reader/shape.ts';
import { stageNamed } from '../small-platform.ts';
import { namedDocuments } from './wrong-plans.ts';

const { documents } = namedDocuments();
const stage = stageNamed('fundingProject');
const shape = shapeOf(stage);
const sound = Buffer.from(serialize(documents.campaign.document));
const key = keyOfDocument(sound)!;
const ROOT = '00000000-0000-4000-8000-000000000001';

/** Reads a document over a target that has its entry of the ID map and nothing else. */
async function read(bytes: Buffer) {
  const entry = [ROOT, stage.idCollection, '\\x', `\\x${key.toString('hex')}`, '', '0'];
  const rows = new Map(stage.tables.map(({ table }) => [table, new HeldTable(0)]));
  const entries = new HeldRows();
  entries.add(entry);
  return secondReading({ query: async () => [], each: async () => {} }, shape, new Map(), { rows, entries }, [
    { bytes, key, legacyId: showKey(key) },
  ]);
}

test('a document whose bytes are damaged is a difference of its own, whatever they say', async () => {
  const damage = fc.array(fc.tuple(fc.nat(sound.length - 1), fc.integer({ min: 0, max: 255 })), {
    minLength: 1,
    maxLength: 6,
  });
  await fc.assert(
    fc.asyncProperty(damage, fc.nat(sound.length), async (changes, length) => {
      const bytes = Buffer.from(sound.subarray(0, Math.max(length, 1)));
      for (const [at, byte] of changes) if (at < bytes.length) bytes[at] = byte;
      const differences = await read(bytes);
      expect(differences.length).toBeGreaterThan(0);
      expect(new Set(differences.map(({ legacyId }) => legacyId))).toEqual(new Set([showKey(key)]));
    }),
    { numRuns: 500 },
  );
});

test('a document nested 100,000 levels deep is read without recursion', async () => {
  const levels = 100_000;
  let value = Buffer.from([5, 0, 0, 0, 0]);
  const parts: Buffer[] = [];
  for (let level = 1; level <= levels; level++) {
    const head = Buffer.from([0, 0, 0, 0, 3, 0x61, 0]);
    head.writeInt32LE(5 + 8 * (levels - level + 1));
    parts.push(head);
  }
  value = Buffer.concat([...parts, value, Buffer.alloc(levels)]);
  const bytes = Buffer.concat([Buffer.alloc(4), Buffer.from([3]), Buffer.from('deep\0'), value, Buffer.alloc(1)]);
  bytes.writeInt32LE(bytes.length);
  expect((await read(bytes)).length).toBeGreaterThan(0);
});
