import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { harmlessText, markdownText, shortText } from '../../../engine/common/shown-text.ts';
import { STAND_INS } from '../../../engine/messages/labels/stand-ins.ts';
import { masked } from '../../../engine/report/sample/mask.ts';

describe('masking', () => {
  test.each([
    ['text', '김미나', '김***'],
    ['text', '👩‍🎤 on stage', '👩‍🎤***'],
    ['text', '', ''],
    ['email', 'abc@domain.com', 'a***@d***.com'],
    ['email', 'kim@mail.example.co.kr', 'k***@m***.kr'],
    ['email', 'no address', 'n***'],
    ['email', '@home', '@***'],
    ['phone', '010-1234-5678', '***-***-**78'],
    ['phone', '+82 10 1234 5678', '***-***-**78'],
    ['phone', '119', '***'],
    ['hidden', '$2b$10$abc', STAND_INS.hidden.en],
  ] as const)('%s: %s becomes %s', (mask, text, shown) => {
    expect(masked(text, mask)).toBe(shown);
  });
});

describe('shown text', () => {
  test('holds nothing that steers a terminal, whatever the text was', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
        expect(harmlessText(text)).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/);
      }),
    );
  });

  test('keeps letters, Hangul jamo and joined emoji', () => {
    expect(harmlessText('한글 각 👨‍👩‍👧 é')).toBe('한글 각 👨‍👩‍👧 é');
  });

  test('is cut between characters', () => {
    expect(shortText('👨‍👩‍👧👨‍👩‍👧👨‍👩‍👧', 2)).toBe('👨‍👩‍👧👨‍👩‍👧…');
    expect(shortText('abc', 3)).toBe('abc');
  });

  test('means nothing in Markdown', () => {
    expect(markdownText('a|b `c` [d](e) <img> *f*')).toBe('a\\|b \\`c\\` \\[d\\](e) \\<img\\> \\*f\\*');
    expect(markdownText('http://a.example www.b.example c@d.example')).toBe(
      'http:\\/\\/a.example www\\.b.example c\\@d.example',
    );
    expect(markdownText('2024-03-01 1.5 #1 (x)')).toBe('2024-03-01 1.5 #1 (x)');
  });
});
