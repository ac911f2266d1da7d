import type { Facts } from '../../facts/facts.ts';
import { table } from '../table.ts';
import { both, type Html, html, number } from '../text.ts';

/** Rows and checksums of every table. */
export function tablesSection({ tables, idMap }: Facts): Html {
  const columns = [
    { en: 'Table', ko: '테이블' },
    { en: 'Rows', ko: '행', as: 'number' },
    { en: 'Checksum', ko: '체크섬', as: 'wide' },
  ] as const;
  const rows = tables.map(({ table: name, rows: count, checksum }) => ({
    cells: [
      html`<strong>${name}</strong>`,
      number(count),
      html`<code class="checksum">${checksum.match(/.{16}/g)?.map((part) => html`<span>${part}</span>`) ?? checksum}</code>`,
    ],
  }));
  const mapped = Object.entries(idMap).map(([collection, entries]) => ({ cells: [collection, number(entries)] }));
  return html`${table(columns, rows, 'cards')}
    <p class="note">${both(
      'Two targets that were filled from the same source have equal checksums, whatever the order of their rows: SHA-256 of each row as PostgreSQL writes it (UTF-8, time zone UTC, DateStyle ISO), cut into four 64-bit integers, each added up over all rows modulo 2^64.',
      '같은 원본으로 채운 두 대상은 행의 순서와 관계없이 체크섬이 같습니다. PostgreSQL이 출력한 행(UTF-8, 시간대 UTC, DateStyle ISO)마다 SHA-256을 구해 64비트 정수 네 개로 나누고, 각각을 모든 행에 걸쳐 2^64로 나눈 나머지로 더한 값입니다.',
    )}</p>
    <h3>${both('ID map', 'ID 맵')}</h3>
    ${table(
      [
        { en: 'Collection', ko: '컬렉션', as: 'wide' },
        { en: 'Entries', ko: '건수', as: 'number' },
      ],
      mapped,
      'pairs',
    )}`;
}
