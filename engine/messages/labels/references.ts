import { labels } from '../message.ts';

/** What is looked for among references, and what a count of it means. */
export const REFERENCE_CHECKS = labels('reference', {
  orphans: { en: 'rows that refer to a row that does not exist', ko: '없는 행을 참조하는 행' },
  unmapped: { en: 'rows without an entry in the ID map', ko: 'ID 맵에 항목이 없는 행' },
  rowless: { en: 'entries of the ID map without a row', ko: '행이 없는 ID 맵 항목' },
  misplaced: { en: 'rows under another document than their ID map entry', ko: 'ID 맵과 다른 문서에 속한 행' },
  lost: {
    en: 'sub-documents of migrated documents without an ID map entry',
    ko: 'ID 맵에 없는, 옮겨진 문서의 하위 문서',
  },
  misled: {
    en: 'rows that refer to another row than the ID map gives for the source’s value',
    ko: '원본 값이 ID 맵을 거쳐 가리키는 행과 다른 행을 참조하는 행',
  },
});
