import { readFile } from 'node:fs/promises';
import { describe, expect, test } from '@jest/globals';
import type { QuarantineFacts } from '../../../engine/report/document-facts.ts';
import { koreanSentence } from '../../../engine/report/html/korean.ts';
import type { StageFacts } from '../../../engine/report/stage-facts.ts';
import { type Verdict, verdictOf } from '../../../engine/report/verdict.ts';
import { REFERENCE_CHECKS } from '../../../engine/verify-references.ts';
import type { Total } from '../../../engine/verify-totals.ts';

const whats = Object.keys(REFERENCE_CHECKS) as (keyof typeof REFERENCE_CHECKS)[];

/** Verdicts with every reason that there can be, each with a figure. */
function verdictsOf(figure: number): Verdict[] {
  const done = { planned: figure, copied: figure, verified: figure };
  const stage: StageFacts = {
    ...{
      name: 'user',
      collection: 'users',
      state: 'complete',
      reached: {},
      seconds: 1,
      partitions: done,
      total: figure,
    },
    ...{ read: figure, written: figure, skipped: 0, quarantined: 0, contested: 0, rows: figure, compared: figure },
    ...{ differences: {}, firstDifferences: [], derivedOnly: [], totals: [], references: [], samples: [] },
  };
  const held: QuarantineFacts = {
    ...{
      stage: 'user',
      collection: 'users',
      code: 'enum',
      meaning: '',
      state: 'open',
      documents: figure,
      examples: [],
    },
  };
  const total: Total = {
    ...{ what: 'documents', path: '', table: 'User', column: null, source: '3', quarantined: '0', alterations: [] },
    ...{ expected: '3', found: '2', agree: false, note: null },
  };
  const judged = (of: Partial<StageFacts>, quarantine: QuarantineFacts[] = []) =>
    verdictOf({ options: {} }, [{ ...stage, ...of }], quarantine);
  return [
    judged({}),
    judged({}, [held]),
    judged({ partitions: { ...done, copied: 0, verified: 0 }, totals: null, references: null, contested: figure }),
    judged({
      references: whats.map((what) => ({ what, table: 'User', column: null, checked: figure, wrong: figure })),
    }),
    judged({ differences: { missing: figure }, totals: [total, { ...total, what: 'sum', path: 'a', column: 'b' }] }),
  ];
}

/** The sentences that a source file can say: its texts of more than two words, with something in every place. */
async function sentencesOf(file: string, filled: Readonly<Record<string, string>> = {}): Promise<string[]> {
  const source = await readFile(new URL(`../../../${file}`, import.meta.url), 'utf8');
  const code = source.replace(/\/\*[\s\S]*?\*\/|\/\/ .*/g, '');
  const texts = [...code.matchAll(/'([^'\n]*)'|`([^`]*)`/g)].map(([, plain, template]) => plain ?? template ?? '');
  return texts
    .filter((text) => text.split(' ').length > 2 && !text.startsWith('../') && !text.startsWith('no stage '))
    .map((text) => text.replace(/\$\{((?:[^{}]|\{[^}]*\})*)\}/g, (_, name: string) => filled[name] ?? '7'));
}

describe('the Korean of the report', () => {
  test('has every sentence that a run refuses a message with', async () => {
    const files = ['workflows/message-rules.ts', 'workflows/run-state.ts'];
    const sentences = (await Promise.all(files.map((file) => sentencesOf(file, { phase: 'complete' })))).flat();
    expect(sentences.length).toBeGreaterThan(20);
    expect(sentences.filter((sentence) => koreanSentence(sentence) === null)).toEqual([]);
  });

  test('has every sentence of the verdict', () => {
    const said = [...verdictsOf(1), ...verdictsOf(2_000)].flatMap(({ sentence, reasons }) => [sentence, ...reasons]);
    expect(new Set(said).size).toBeGreaterThan(10);
    expect(said.filter((sentence) => koreanSentence(sentence) === null)).toEqual([]);
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
