import { describe } from '@jest/globals';
import { Decimal128, Double, Long, Timestamp } from 'bson';
import { type Becomes, moved, quarantined, testBadInputs } from '../../support/bad-inputs.ts';

const AT = 1_700_000_000_000;
const SHOWN = '2023-11-14T22:13:20+00:00';
const login = (text: string, finding?: 'cast' | 'subMillisecond'): Becomes =>
  moved({ lastLogin: text }, finding === undefined ? [] : [[finding, 'lastLogin']]);

describe('dates', () => {
  testBadInputs((make) => {
    const user = (what: string, lastLogin: unknown, becomes: Becomes) => ({
      what,
      given: make.user({ lastLogin }),
      becomes,
    });
    const refused = (code: 'invalidDate' | 'ambiguousDate' | 'cast' | 'notFinite') => quarantined(code, 'lastLogin');
    return [
      {
        ...user('18: a date beyond what JavaScript holds', new Date(AT), refused('invalidDate')),
        bytes: milliseconds('lastLogin', 8_640_000_000_000_001n),
      },
      {
        ...user('18: the greatest 64-bit date', new Date(AT), refused('invalidDate')),
        bytes: milliseconds('lastLogin', 2n ** 63n - 1n),
      },
      {
        what: '18: an Invalid Date in a text field',
        given: make.user({ bio: new Date(AT) }),
        bytes: milliseconds('bio', 2n ** 62n),
        becomes: quarantined('invalidDate', 'bio'),
      },
      {
        what: '18: an Invalid Date in a JSON column is kept as such',
        given: make.payment({ metadata: { at: new Date(AT) } }),
        bytes: milliseconds('at', 2n ** 62n),
        becomes: moved({ metadata: '{"at": {"$date": "invalid"}}' }),
      },
      user('19: a year above 9999', new Date(Date.UTC(12_024, 1, 29)), login('12024-02-29T00:00:00+00:00')),
      user('19: the last moment of JavaScript', new Date(8.64e15), login('275760-09-13T00:00:00+00:00')),
      user('19: the year 50', new Date('0050-06-07T08:09:10.011Z'), login('0050-06-07T08:09:10.011+00:00')),
      user('19: the year 0, which is 1 BC', new Date('0000-03-01T00:00:00Z'), login('0001-03-01T00:00:00+00:00 BC')),
      user('19: Caesar’s death', new Date('-000043-03-15T12:00:00Z'), login('0044-03-15T12:00:00+00:00 BC')),
      user(
        '19: the first moment of PostgreSQL',
        new Date(Date.UTC(-4712, 0, 1)),
        login('4713-01-01T00:00:00+00:00 BC'),
      ),
      user('19: before PostgreSQL begins', new Date(Date.UTC(-4713, 0, 1)), refused('invalidDate')),
      user('19: the year −271821', new Date(-8.64e15), refused('invalidDate')),
      user('19: just before 1970, with milliseconds', new Date(-1), login('1969-12-31T23:59:59.999+00:00')),
      user('20: ISO text', '2023-11-14T22:13:20.000Z', login(SHOWN, 'cast')),
      user('20: ISO text with an offset', '2023-11-15T07:13:20+09:00', login(SHOWN, 'cast')),
      user('20: ISO text without a time is midnight UTC', '2023-11-14', login('2023-11-14T00:00:00+00:00', 'cast')),
      user('20: text of a JavaScript date', 'Wed Nov 15 2023 07:13:20 GMT+0900 (KST)', login(SHOWN, 'cast')),
      user('20: text of an HTTP date', 'Tue, 14 Nov 2023 22:13:20 GMT', login(SHOWN, 'cast')),
      user('20: milliseconds', new Double(AT), login(SHOWN, 'cast')),
      user('20: milliseconds as text', `${AT}`, login(SHOWN, 'cast')),
      user('20: seconds', 1_700_000_000, refused('ambiguousDate')),
      user('20: seconds as text', '1700000000', refused('ambiguousDate')),
      user('20: zero', 0, refused('ambiguousDate')),
      user('20: a fraction of a millisecond', AT + 0.5, refused('ambiguousDate')),
      user('20: NaN', Number.NaN, refused('notFinite')),
      user('20: text without an offset', '2023-11-14T22:13:20', refused('ambiguousDate')),
      user('20: month and day in some order', '05-06-2023', refused('ambiguousDate')),
      user('20: month and day with slashes', '05/06/2023', refused('ambiguousDate')),
      user('20: a year alone', '2023', refused('ambiguousDate')),
      user('20: a year of five digits without its sign', '20230-05-06', refused('ambiguousDate')),
      user('20: 30 February', '2023-02-30', refused('invalidDate')),
      user('20: 29 February of a common year, with a time', '2023-02-29T10:00:00Z', refused('invalidDate')),
      user('20: 29 February of a leap year', '2024-02-29T23:30:00-01:00', login('2024-03-01T00:30:00+00:00', 'cast')),
      user('20: text that is no date', '어제', refused('invalidDate')),
      user('20: a boolean', true, refused('cast')),
      user('20: an object', { $date: 'x' }, refused('cast')),
      user('20: an empty text is none', '', moved({ lastLogin: null }, [['cast', 'lastLogin']])),
      user(
        '21: a BSON Timestamp that is whole seconds',
        new Timestamp({ t: 1_700_000_000, i: 0 }),
        login(SHOWN, 'cast'),
      ),
      user('21: a BSON Timestamp that counts', new Timestamp({ t: 1_700_000_000, i: 3 }), refused('ambiguousDate')),
      user('21: a Long of milliseconds', Long.fromNumber(AT), login(SHOWN, 'cast')),
      user('21: a Long beyond every date', Long.MAX_VALUE, refused('invalidDate')),
      user('21: a Decimal128', Decimal128.fromString(`${AT}`), refused('cast')),
      user(
        '22: microseconds in text',
        '2023-11-14T22:13:20.123456Z',
        login('2023-11-14T22:13:20.123+00:00', 'subMillisecond'),
      ),
      user(
        '22: microseconds that are zero',
        '2023-11-14T22:13:20.123000Z',
        login('2023-11-14T22:13:20.123+00:00', 'cast'),
      ),
      {
        what: '43: a missing required field that has a default',
        given: make.project({ category: undefined }),
        becomes: moved({ category: '기타' }, [['default', 'category']]),
      },
      {
        what: '43: null is not missing, as Mongoose has it',
        given: make.project({ category: null }),
        becomes: quarantined('required', 'category'),
      },
      {
        what: '43: a missing time with the default "now" is the sub-document’s ObjectId’s',
        given: make.project({ team: [{ _id: make.id(), role: '기타' }] }),
        becomes: moved({}, [['fromId', 'team.0.joinedAt']], {
          children: { ProjectTeamMember: [{ joinedAt: '2023-09-12T06:06:56+00:00' }] },
        }),
      },
      {
        what: '44: missing createdAt and updatedAt',
        given: make.user({ createdAt: null, updatedAt: null }),
        becomes: moved({ createdAt: '2023-09-12T06:06:56+00:00', updatedAt: '2023-09-12T06:06:56+00:00' }, [
          ['fromId', 'createdAt'],
          ['fromCreatedAt', 'updatedAt'],
        ]),
      },
      {
        what: '44: a missing updatedAt',
        given: make.user({ createdAt: new Date(AT), updatedAt: null }),
        becomes: moved({ createdAt: SHOWN, updatedAt: SHOWN }, [['fromCreatedAt', 'updatedAt']]),
      },
      {
        what: '44: a missing createdAt where no ObjectId tells a time',
        given: make.user({ _id: 'min-su', createdAt: null }),
        becomes: quarantined('noTime', 'createdAt'),
      },
      {
        what: '45: an end before the start, which the model allows',
        given: make.project({ endDate: new Date('2020-01-01T00:00:00Z') }),
        becomes: moved({ endDate: '2020-01-01T00:00:00+00:00' }, [['dateOrder', 'endDate']]),
      },
    ];
  });
});

/** Sets the 64 bits of a date. */
function milliseconds(field: string, value: bigint): (bytes: Buffer) => Buffer {
  return (bytes) => {
    const name = Buffer.from(`\t${field}\0`);
    bytes.writeBigInt64LE(value, bytes.indexOf(name) + name.length);
    return bytes;
  };
}
