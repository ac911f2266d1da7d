import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { inKorean, loadedMessages } from '../../../engine/messages/catalogue.ts';
import { labelled, labels, message, plain } from '../../../engine/messages/message.ts';
import { project } from '../../support/scripts.ts';

/** `RECORD_CATALOGUE=1 npm test -- tests/engine/messages` writes it anew, for a change of words that is meant. */
const FILE = join(project, 'tests/fixtures/catalogue.json');

const CATALOGUE = [...loadedMessages()];

describe('the catalogue', () => {
  test('says what it says: the one test that depends on the wording', async () => {
    const sorted = CATALOGUE.sort(([one], [other]) => (one < other ? -1 : 1));
    const text = `${JSON.stringify(Object.fromEntries(sorted), null, 1)}\n`;
    if (process.env['RECORD_CATALOGUE']) await writeFile(FILE, text);
    expect(text).toBe(await readFile(FILE, 'utf8'));
  });

  test('is in English and in Korean, both whole', () => {
    const wrong = CATALOGUE.filter(([, { en, ko }]) => /[가-힣]/.test(en) || ko === '' || en === '');
    expect(wrong).toEqual([]);
    const same = CATALOGUE.filter(
      ([, { en, ko }]) => !/[가-힣]/.test(ko) && /[a-z]{3}/.test(en.replace(/\{[^}]*\}/g, '')) && ko !== en,
    );
    expect(same).toEqual([]);
  });
});

describe('a message', () => {
  const isMissing = message('test.isMissing', {
    en: '{documents} {documents|document is|documents are} missing in {places}: {why} Send {"gate": "{gate}"}.',
    ko: '{places}에 문서 {documents}건이 없습니다: {why} {"gate": "{gate}"}를 보내십시오.',
  });
  const because = message('test.because', { en: 'There is no {what}.', ko: '{what}이(가) 없습니다.' });
  const kinds = labels('test.kind', { row: { en: 'row', ko: '행' } });

  test('is filled in, with numbers grouped, words chosen by number, lists and messages in it', () => {
    const why = [because({ what: labelled(kinds.row) }), because({ what: 'key' })];
    const said = isMissing({ documents: 1_234, places: ['User', 'Artist'], why, gate: 'start' });
    expect(said.text).toBe(
      '1,234 documents are missing in User, Artist: There is no row. There is no key. Send {"gate": "start"}.',
    );
    expect(inKorean(said)).toBe(
      'User, Artist에 문서 1,234건이 없습니다: 행이(가) 없습니다. key이(가) 없습니다. {"gate": "start"}를 보내십시오.',
    );
    expect(isMissing({ documents: 1, places: [], why: '', gate: '' }).text).toMatch(/^1 document is missing/);
  });

  test('says the same after its way through JSON', () => {
    const said = isMissing({ documents: 2, places: ['User'], why: because({ what: 'row' }), gate: 'start' });
    expect(inKorean(JSON.parse(JSON.stringify(said)))).toBe(inKorean(said));
  });

  test('has no Korean when its code is not known, or its params are of another build; a text inside stays English', () => {
    expect(inKorean({ code: 'test.never', params: {}, text: 'Something.' })).toBeNull();
    expect(inKorean({ ...because({ what: 'row' }), params: { thing: 'row' } })).toBeNull();
    expect(inKorean(plain('lunch'))).toBeNull();
    expect(inKorean(because({ what: plain('lunch') }))).toBe('lunch이(가) 없습니다.');
  });

  test('has a code of its own, and does not compile with other places in Korean or without its params', () => {
    expect(() => message('test.because', { en: 'again', ko: '다시' })).toThrow(RangeError);
    // @ts-expect-error the Korean has a place less
    message('test.unequal', { en: 'There is no {what}.', ko: '없습니다.' });
    // @ts-expect-error a place is not filled in
    expect(because({}).text).toBe('There is no {what}.');
  });
});
