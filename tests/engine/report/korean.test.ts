import { readFile } from 'node:fs/promises';
import { describe, expect, test } from '@jest/globals';
import { koreanSentence } from '../../../engine/report/html/korean.ts';

/** The sentences that a source file can say: its texts of more than two words, with something in every place. */
async function sentencesOf(file: string, filled: Readonly<Record<string, string>> = {}): Promise<string[]> {
  const source = await readFile(new URL(`../../../${file}`, import.meta.url), 'utf8');
  const code = source.replace(/\/\*[\s\S]*?\*\/|\/\/ .*/g, '');
  const texts = [...code.matchAll(/'([^'\n]*)'|`([^`]*)`/g)].map(([, plain, template]) => plain ?? template ?? '');
  return texts
    .filter((text) => text.split(' ').length > 2 && !text.startsWith('../'))
    .map((text) => text.replace(/\$\{((?:[^{}]|\{[^}]*\})*)\}/g, (_, name: string) => filled[name] ?? '7'));
}

describe('the Korean of the report', () => {
  test('has every sentence that a run refuses a message with', async () => {
    const sentences = await sentencesOf('workflows/run-state.ts', { phase: 'complete' });
    expect(sentences.length).toBeGreaterThan(20);
    expect(sentences.filter((sentence) => koreanSentence(sentence) === null)).toEqual([]);
  });

  test('has every sentence of the verdict', async () => {
    const sentences = (await sentencesOf('engine/report/verdict.ts'))
      // Parts of a sentence, which the others hold.
      .filter((sentence) => /^[A-Z]|^\d+ /.test(sentence));
    expect(sentences.length).toBeGreaterThan(8);
    expect(sentences.filter((sentence) => koreanSentence(sentence) === null)).toEqual(
      [
        // Shown as `7 documents are in quarantine.`
        '7 is in quarantine.',
      ].filter((sentence) => sentences.includes(sentence)),
    );
  });

  test('keeps the names and figures of a sentence', () => {
    expect(koreanSentence('Stage payment: 3 of 4 partitions are copied.')).toBe(
      'payment 단계: 파티션 4개 중 3개를 복사했습니다.',
    );
    expect(koreanSentence('there is no stage "<b>" in this run')).toBe('이 실행에 "<b>" 단계는 없습니다');
  });

  test('leaves an operator’s own words alone', () => {
    expect(koreanSentence('lunch')).toBeNull();
    expect(koreanSentence('the run is fun')).toBeNull();
  });
});
