import { describe } from '@jest/globals';
import { Code } from 'bson';
import { moved, quarantined, testBadInputs } from '../../support/bad-inputs.ts';

/** Puts bytes in the place of a text of the same length. */
const replacing = (text: string, by: readonly number[]) => (bytes: Buffer) => {
  const at = bytes.indexOf(text);
  if (at < 0 || text.length !== by.length) throw new RangeError(`${text} cannot be replaced`);
  Buffer.from(by).copy(bytes, at);
  return bytes;
};
const SURROGATE = [0xed, 0xa0, 0x80];

const LONG = '가'.repeat(600);
const ODD = '\u202Eevil\u200F 👨‍👩‍👧‍👦 \u1112\u1161\u11AB\u200B한';
const MARKUP = `'; DROP TABLE "User"; -- <script>alert(1)</script> \u001B[31mred\u0007 =HYPERLINK("http://x")`;

describe('texts', () => {
  testBadInputs((make) => {
    const composed = make.user({ email: 'jos\u00e9@example.com' });
    const decomposed = make.user({ email: 'jose\u0301@example.com' });
    return [
      { what: '1: NUL in a text', given: make.user({ name: '민\0수' }), becomes: quarantined('nul', 'name') },
      {
        what: '1: NUL in the text of a sub-document',
        given: make.project({
          tasks: [
            { id: 1, title: 'ok' },
            { id: 2, title: 'a\0' },
          ],
        }),
        becomes: quarantined('nul', 'tasks.1.title'),
      },
      {
        what: '1: NUL in an array of texts',
        given: make.project({ tags: ['a', '\0'] }),
        becomes: quarantined('nul', 'tags.1'),
      },
      {
        what: '2: NUL deep in a JSON column',
        given: make.payment({ metadata: { a: [{ b: { c: 'x\0' } }] } }),
        becomes: quarantined('nul', 'metadata.a.0.b.c'),
      },
      {
        what: '2: NUL in program code in a JSON column',
        given: make.payment({ metadata: { code: new Code('a\0b') } }),
        becomes: quarantined('nul', 'metadata.code'),
      },
      {
        what: '3: a lone surrogate, written as three bytes of UTF-8',
        given: make.user({ name: 'abcXYZ' }),
        bytes: replacing('XYZ', SURROGATE),
        becomes: quarantined('loneSurrogate', null),
      },
      {
        what: '3: a lone surrogate in a JSON column',
        given: make.payment({ metadata: { a: 'abcXYZ' } }),
        bytes: replacing('XYZ', SURROGATE),
        becomes: quarantined('loneSurrogate', null),
      },
      {
        what: '4: bytes that are no UTF-8',
        given: make.user({ name: 'abcXYZ' }),
        bytes: replacing('XYZ', [0xff, 0xfe, 0x80]),
        becomes: quarantined('invalidUtf8', null),
      },
      {
        what: '4: bytes that are no UTF-8 in a field that the model does not know',
        given: make.user({ older: 'abcXYZ' }),
        bytes: replacing('XYZ', [0xc3, 0x28, 0x41]),
        becomes: quarantined('invalidUtf8', null),
      },
      {
        what: '5: a text beyond maxlength, for which the column has room',
        given: make.user({ bio: LONG, name: 'x'.repeat(51) }),
        becomes: moved({ bio: LONG, name: 'x'.repeat(51) }, [
          ['tooLong', 'bio'],
          ['tooLong', 'name'],
        ]),
      },
      {
        what: '5: a text for which the unique index has no room',
        given: make.user({ username: noise(4000) }),
        becomes: quarantined('refused', null),
      },
      {
        what: '6: an e-mail in composed letters beside the same in decomposed ones',
        given: composed,
        becomes: moved({ email: 'jos\u00e9@example.com' }, [['notNormalised', 'email']]),
      },
      {
        what: '6: an e-mail in decomposed letters beside the same in composed ones',
        given: decomposed,
        becomes: moved({ email: 'jose\u0301@example.com' }, [['notNormalised', 'email']]),
      },
      {
        what: '7: a required text that is empty',
        given: make.user({ name: '' }),
        becomes: quarantined('required', 'name'),
      },
      {
        what: '7: a required text that is blank',
        given: make.project({ title: ' \u3000\n' }),
        becomes: quarantined('required', 'title'),
      },
      {
        what: '7: a required text of a sub-document that is empty',
        given: make.project({ team: [{ role: '' }] }),
        becomes: quarantined('required', 'team.0.role'),
      },
      {
        what: '7: an optional text that is empty stays empty',
        given: make.user({ bio: '' }),
        becomes: moved({ bio: '' }),
      },
      { what: '30: a unique text that is missing', given: make.user({}), becomes: moved({ username: null }) },
      {
        what: '30: a unique text that is null',
        given: make.user({ username: null }),
        becomes: moved({ username: null }),
      },
      { what: '30: another that is null', given: make.user({ username: null }), becomes: moved({ username: null }) },
      {
        what: '30: a unique text that is empty',
        given: make.user({ username: '' }),
        becomes: moved({ username: null }, [['emptyText', 'username']]),
      },
      {
        what: '30: another that is empty',
        given: make.user({ username: '' }),
        becomes: moved({ username: null }, [['emptyText', 'username']]),
      },
      {
        what: '40: an enum value that nobody knows',
        given: make.user({ role: 'superuser' }),
        becomes: quarantined('enum', 'role'),
      },
      {
        what: '40: an enum value in another case',
        given: make.user({ role: 'Artist' }),
        becomes: quarantined('enum', 'role'),
      },
      {
        what: '40: an enum value with a space',
        given: make.project({ status: '완료 ' }),
        becomes: quarantined('enum', 'status'),
      },
      {
        what: '40: an enum value in English where Korean is expected',
        given: make.project({ category: 'music' }),
        becomes: quarantined('enum', 'category'),
      },
      {
        what: '40: an enum value in decomposed letters',
        given: make.project({ category: '음악'.normalize('NFD') }),
        becomes: quarantined('enum', 'category'),
      },
      {
        what: '40: an unknown value among an array’s enum values',
        given: make.profile({ genre: ['록', 'Rock'] }),
        becomes: quarantined('enum', 'genre.1'),
      },
      {
        what: '40: an enum value that is empty',
        given: make.project({ priority: '' }),
        becomes: quarantined('enum', 'priority'),
      },
      {
        what: '48: SQL, HTML, terminal escapes and formulas',
        given: make.payment({ backerName: MARKUP, metadata: { [MARKUP]: MARKUP } }),
        becomes: moved({ backerName: MARKUP, metadata: expectJson({ [MARKUP]: MARKUP }) }),
      },
      {
        what: '49: right-to-left marks, joined emoji, jamo and zero-width characters',
        given: make.user({ name: ODD }),
        becomes: moved({ name: ODD }),
      },
      {
        what: '49: U+FFFF, a noncharacter',
        given: make.user({ name: 'a\uFFFFb\u{10FFFF}' }),
        becomes: moved({ name: 'a\uFFFFb\u{10FFFF}' }),
      },
    ];
  });
});

/** JSON as PostgreSQL writes a jsonb of one pair. */
function expectJson(value: Record<string, string>): string {
  return JSON.stringify(value).replace('":"', '": "');
}

/** Text that does not compress, always the same. */
function noise(length: number): string {
  let text = '';
  for (let state = 1; text.length < length; ) {
    state = (state * 48_271) % 2_147_483_647;
    text += state.toString(36);
  }
  return text.slice(0, length);
}
