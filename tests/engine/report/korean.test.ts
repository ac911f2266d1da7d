import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { koreanSentence } from '../../../engine/report/html/korean.ts';
import { disagreeing, staleness, unfinished } from '../../../engine/verdict/conditions.ts';
import type { Evidence } from '../../../engine/verdict/evidence.ts';
import { REFERENCE_CHECKS } from '../../../engine/verify/references/reference-check.ts';
import type { Total } from '../../../engine/verify/totals/total.ts';
import { project } from '../../support/scripts.ts';

const whats = Object.keys(REFERENCE_CHECKS) as (keyof typeof REFERENCE_CHECKS)[];

/** Everything that can keep a stage from being complete, each with a figure. */
function reasonsOf(figure: number): string[] {
  const cut = { planned: figure, found: figure, done: figure };
  const stage: Evidence = {
    ...{ stage: 'user', collection: 'users', isAbsent: false, copy: cut, verification: cut, isSettled: true },
    ...{ read: figure, written: figure, skipped: 0, quarantined: 0, omitted: 0, contested: 0 },
    ...{ toCompare: figure, compared: figure, isReconciled: false, changes: 0, differences: {} },
    ...{ totals: [], references: [], comparedAt: [1, 2], writtenAt: [1, 1] },
  };
  const total: Total = {
    ...{ what: 'documents', path: '', table: 'User', column: null, source: '3', quarantined: '0', alterations: [] },
    ...{ expected: '3', found: '2', agree: false, note: null },
  };
  const unplanned = { ...cut, planned: null };
  const lost = { ...cut, found: figure + 1 };
  const late = { ...cut, done: 0 };
  const worse: Partial<Evidence>[] = [
    { copy: unplanned, verification: unplanned, isSettled: false, isAbsent: true },
    { copy: lost, verification: lost, changes: figure, totals: null, references: null },
    { copy: late, verification: late, contested: figure, compared: 0 },
  ];
  const wrong: Partial<Evidence>[] = [
    { references: whats.map((what) => ({ what, table: 'User', column: null, checked: figure, wrong: figure })) },
    { differences: { missing: figure }, totals: [total, { ...total, what: 'sum', path: 'a', column: 'b' }] },
  ];
  return [
    ...worse.flatMap((one) => unfinished({ ...stage, ...one }, [])),
    ...wrong.flatMap((one) => disagreeing({ ...stage, ...one })),
    ...staleness(stage),
  ];
}

/** The sentences that a source file can say: its texts of more than two words, with something in every place. */
async function sentencesOf(file: string, filled: Readonly<Record<string, string>> = {}): Promise<string[]> {
  const source = await readFile(join(project, `${file}`), 'utf8');
  const code = source.replace(/\/\*[\s\S]*?\*\/|\/\/ .*/g, '');
  const texts = [...code.matchAll(/'([^'\n]*)'|`([^`]*)`/g)].map(([, plain, template]) => plain ?? template ?? '');
  return texts
    .filter((text) => text.split(' ').length > 2 && !text.startsWith('../') && !text.startsWith('no stage '))
    .map((text) => text.replace(/\$\{((?:[^{}]|\{[^}]*\})*)\}/g, (_, name: string) => filled[name] ?? '7'));
}

describe('the Korean of the report', () => {
  test('has every sentence that a run refuses a message with', async () => {
    const files = ['workflows/state/message-rules.ts', 'workflows/state/run-state.ts'];
    const sentences = (await Promise.all(files.map((file) => sentencesOf(file, { phase: 'complete' })))).flat();
    expect(sentences.length).toBeGreaterThan(20);
    expect(sentences.filter((sentence) => koreanSentence(sentence) === null)).toEqual([]);
  });

  test('has every sentence of the verdict', async () => {
    const files = ['engine/verdict/judge.ts', 'engine/run/end-run.ts'];
    const sentences = (await Promise.all(files.map((file) => sentencesOf(file)))).flat();
    const ends = sentences.filter((text) => /^(Everything|Source|The run) .*[.]$/.test(text));
    expect(ends.length).toBe(9);
    const said = [...reasonsOf(1), ...reasonsOf(2_000), ...ends];
    expect(new Set(said).size).toBeGreaterThan(20);
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
