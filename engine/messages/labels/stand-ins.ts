import { labels, message } from '../message.ts';

/** What stands in the place of a value that is not there, or is not shown; reports keep the English. */
export const STAND_INS = labels('standIn', {
  anyTime: { en: '(any time)', ko: '(임의의 시각)' },
  found: { en: '(found)', ko: '(있음)' },
  hidden: { en: '(hidden)', ko: '(숨김)' },
  invalidDate: { en: '(invalid date)', ko: '(잘못된 날짜)' },
  length: { en: '(length)', ko: '(길이)' },
  list: { en: '(a list)', ko: '(목록)' },
  missing: { en: '(missing)', ko: '(필드 없음)' },
  noObjectId: { en: '(no ObjectId)', ko: '(ObjectId 아님)' },
  notInIdMap: { en: '(not in the ID map)', ko: '(ID 맵에 없음)' },
  nothing: { en: '(nothing)', ko: '(없음)' },
  null: { en: '(null)', ko: '(null)' },
  order: { en: '(order)', ko: '(순서)' },
});
export const rowInsteadOfKey = message('standIn.row', { en: '(row {row})', ko: '(행 {row})' });
