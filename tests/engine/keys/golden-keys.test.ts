import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { compareKeys, keyOfElement, valueInKey } from '../../../engine/document/legacy-key.ts';
import { childId, rootId } from '../../../engine/document/prisma-id.ts';
import { project } from '../../support/scripts.ts';

/** An `_id` of every shape, with the key and ids that targets of the first release hold for it. */
interface Golden {
  readonly name: string;
  readonly type: number;
  readonly value: string;
  /** Whether that key told the value without doubt: then it stays for ever. */
  readonly keeps: boolean;
  readonly key: string;
  readonly root?: string;
  readonly child?: string;
}

const golden = JSON.parse(readFileSync(join(project, 'tests/fixtures/legacy-keys.json'), 'utf8')) as readonly Golden[];
const keyFrom = ({ type, value }: Golden) => keyOfElement(type, Buffer.from(value, 'hex'));

describe('the key of an _id', () => {
  test.each(golden.filter(({ keeps }) => keeps))('stays what it was, and so do ids: $name', (one) => {
    const key = keyFrom(one);
    expect(key.toString('hex')).toBe(one.key);
    expect(rootId('users', 1, key)).toBe(one.root);
    expect(childId('projects', key, 'tasks', key, 1)).toBe(one.child);
  });

  test.each(golden.filter(({ keeps }) => !keeps))('is another where the old one lost something: $name', (one) => {
    expect(keyFrom(one).toString('hex')).not.toBe(one.key);
  });

  test('is shared by no two that differ in a byte', () => {
    expect(new Set(golden.map((one) => keyFrom(one).toString('latin1'))).size).toBe(golden.length);
  });

  test('gives the very bytes back, but of damaged BSON', () => {
    const damaged = new Set(['text no UTF-8', 'text with a surrogate', 'compound text no UTF-8', 'bool of 2']);
    for (const one of golden) {
      const value = valueInKey(keyFrom(one));
      if (damaged.has(one.name)) expect(value).toBeNull();
      else expect([one.name, value!.type, value!.payload.toString('hex')]).toEqual([one.name, one.type, one.value]);
    }
  });

  test('sorts one way whatever it is: no two compare as equal, and no three in a circle', () => {
    const keys = golden.map(keyFrom);
    const sorted = [...keys].sort(compareKeys);
    for (const [i, a] of sorted.entries()) {
      for (const [j, b] of sorted.entries()) {
        expect([i, j, Math.sign(compareKeys(a, b))]).toEqual([i, j, Math.sign(i - j)]);
      }
    }
  });
});
