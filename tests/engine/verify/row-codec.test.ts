import { afterEach, describe, expect, test } from '@jest/globals';
import { timestampText } from '../../../engine/document/moment.ts';
import { tableCodec } from '../../../engine/target/row-codec.ts';
import { target } from '../../../stages/platform.ts';
import { type Engine, openEngine } from '../../support/run-engine.ts';

let engine: Engine;
afterEach(() => engine.close());

describe('a time', () => {
  const { columns, decodeRow } = tableCodec(target.tables['User']!);
  const place = columns.findIndex(({ field }) => field === 'createdAt');
  const decoded = (text: string) => decodeRow(columns.map((_, index) => (index === place ? text : null)))[place];

  const readBack = async (texts: readonly string[]) => {
    engine = await openEngine({ collections: { users: [] } });
    const rows = await engine.target.query(`SELECT time FROM unnest($1::timestamptz[]) AS time`, [texts]);
    return rows.map(([text]) => decoded(text!));
  };

  test('that PostgreSQL gives back is the text that was written, with all three decimals', async () => {
    const dates = [
      '2026-01-31T10:20:30.000Z',
      '2026-01-31T10:20:30.500Z',
      '2026-01-31T10:20:30.050Z',
      '2026-01-31T10:20:30.123Z',
      '0001-01-01T00:00:00.010Z',
      '-000043-03-15T12:00:00.000Z',
      '+012026-01-31T10:20:30.900Z',
    ].map((text) => timestampText(new Date(text)));
    expect(await readBack(dates)).toEqual(dates.map((text) => `"${text}"`));
  });

  test('that somebody else has put there is none that could have been written', async () => {
    const others = ['infinity', '-infinity', '2026-01-31 10:20:30.123456+00'];
    expect(await readBack(others)).toEqual(others.map((text) => `"${text}"`));
  });
});
