import { describe, expect, test } from '@jest/globals';
import { notPercentEncoded } from '../../engine/messages/engine/source.ts';
import { openMongoConnection } from '../../engine/source/mongodb/connection.ts';
import { isPercentEncoded } from '../../prisma/connection/percent-encoded.ts';
import { describeTarget } from '../../prisma/connection/target.ts';
import { saying } from '../engine/messages/saying.ts';

const RIGHT = [
  'postgresql://h/d',
  'postgresql://u@h:5432/d',
  'postgresql://u:p%40%3a%2F%23%3F%25w@h:5432/d?schema=public&options=-c%20a%3Db',
  'postgres://u:!$&()*+,;=-._~@[::1]:5432/d',
  'postgresql:///d?host=/var/run/postgresql',
  'postgresql://u:비밀@h/d',
  'mongodb://u:p%40w@a:1,b:2,c:3/d?replicaSet=x',
  'mongodb+srv://u:p@h.example/d',
  'mongodb://%2Ftmp%2Fmongodb-27017.sock/d',
];

const passwords = (raw: string) => [`${raw}x`, `x${raw}`, `12${raw}x`, `x${raw}z4`, `x${raw}y${raw}z`, `%40x${raw}y`];
const WRONG = ['@', ':', '/', '?', '#', '%', '[', ']', '\\', ' '].flatMap((raw) =>
  ['postgresql', 'mongodb'].flatMap((scheme) => passwords(raw).map((one) => `${scheme}://u:${one}@h:1/d`)),
);

describe('a login in a URL', () => {
  test.each(RIGHT)('%s is percent-encoded', (url) => {
    expect(isPercentEncoded(url)).toBe(true);
  });

  test.each(WRONG)('%s is not', (url) => {
    expect(isPercentEncoded(url)).toBe(false);
    const use = () => (url.startsWith('mongodb') ? openMongoConnection(url) : describeTarget(url));
    expect(use).toThrow(saying(notPercentEncoded));
  });
});
