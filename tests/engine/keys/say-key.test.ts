import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { ObjectId } from 'bson';
import { keyOf, placeKey } from '../../../engine/document/legacy-key.ts';
import { rootId } from '../../../engine/document/prisma-id.ts';
import { sayDocument, sayKey, sayReference } from '../../../engine/document/say-key.ts';
import { rowInsteadOfKey, STAND_INS } from '../../../engine/messages/labels/stand-ins.ts';
import { project } from '../../support/scripts.ts';
import { stageNamed } from '../small-platform.ts';

const ADDRESS = 'jane.doe@mail.example';
const KEYS = [ADDRESS, { of: ADDRESS }, 7].map((id) => keyOf(id)).concat(placeKey(keyOf(ADDRESS), 'tasks', 0));

test('an ObjectId is said as it is', () => {
  const id = new ObjectId();
  expect([sayKey(keyOf(id)), sayDocument(stageNamed('user'), keyOf(id))]).toEqual(Array(2).fill(id.toHexString()));
  expect(sayReference([keyOf('another'), keyOf(id)])).toBe(id.toHexString());
});

test('any other _id is not: the id of its row stands for it, by which it is found', () => {
  const { idCollection, collectionNumber } = stageNamed('user');
  for (const key of KEYS) {
    expect([sayKey(key), sayReference([key])]).toEqual(Array(2).fill(STAND_INS.noObjectId.en));
    expect(sayDocument(stageNamed('user'), key)).toBe(
      rowInsteadOfKey({ row: rootId(idCollection, collectionNumber, key) }).text,
    );
  }
});

/** What it calls `shown` is the name of a file. */
const DUMP_FOLDER = 'engine/source/dump/folder.ts';
/** What makes a sentence for operators, up to its end. */
const SENTENCE = /(?:new (?!Set|Map)[A-Z]\w+|damaged|blocked|log\.\w+)\(((?:[^`;]|`[^`]*`)*?)\);/g;
const KEY = /\$\{[^}]*\b(showKey|legacyId|shown|keyText)\b[^}]*\}/;

test('no sentence of an error, a block or a log line names a key in another way', async () => {
  const wrong: string[] = [];
  for (const room of ['activities', 'engine', 'operations', 'prisma', 'worker', 'workflows']) {
    const files = await readdir(join(project, room), { recursive: true });
    for (const file of files.filter((name) => name.endsWith('.ts') && !name.includes('generated'))) {
      const text = await readFile(join(project, room, file), 'utf8');
      for (const [sentence] of text.matchAll(SENTENCE))
        if (KEY.test(sentence) && `${room}/${file}` !== DUMP_FOLDER) wrong.push(`${room}/${file}: ${sentence}`);
    }
  }
  expect(wrong).toEqual([]);
});
