import { describe } from '@jest/globals';
import { Decimal128, Double, Int32, Long } from 'bson';
import { moved, quarantined, testBadInputs } from '../../support/bad-inputs.ts';

const decimal = (text: string) => Decimal128.fromString(text);
const stage = {
  name: '녹음',
  description: '녹음실',
  startDate: new Date('2024-01-01T00:00:00Z'),
  endDate: new Date('2024-01-02T00:00:00Z'),
};

describe('numbers', () => {
  testBadInputs((make) => [
    {
      what: '8: an int64 beyond 2^53',
      given: make.profile({ totalStreams: Long.fromString('9007199254740993'), followers: Long.MAX_VALUE }),
      becomes: moved({ totalStreams: '9007199254740993', followers: '9223372036854775807' }),
    },
    {
      what: '8: an int64 beyond 2^53 in a money field',
      given: make.project({ budget: Long.fromString('9007199254740993') }),
      becomes: moved({ budget: '9007199254740993.00' }),
    },
    {
      what: '8: an int64 beyond 2^53 in a JSON column',
      given: make.payment({ metadata: { n: Long.fromString('9007199254740993'), small: Long.fromNumber(5) } }),
      becomes: moved({ metadata: '{"n": {"$numberLong": "9007199254740993"}, "small": 5}' }),
    },
    {
      what: '9: a Decimal128 in a money field',
      given: make.project({ budget: decimal('9999999999999999.99'), spent: decimal('0.10') }),
      becomes: moved({ budget: '9999999999999999.99', spent: '0.10' }),
    },
    {
      what: '9: a Decimal128 with an exponent',
      given: make.project({ budget: decimal('1.25E+3'), spent: decimal('100E-2') }),
      becomes: moved({ budget: '1250.00', spent: '1.00' }),
    },
    {
      what: '10: Decimal128 NaN',
      given: make.project({ budget: decimal('NaN') }),
      becomes: quarantined('notFinite', 'budget'),
    },
    {
      what: '10: Decimal128 infinity',
      given: make.project({ spent: decimal('-Infinity') }),
      becomes: quarantined('notFinite', 'spent'),
    },
    {
      what: '11: a double NaN',
      given: make.project({ budget: Number.NaN }),
      becomes: quarantined('notFinite', 'budget'),
    },
    {
      what: '11: a double infinity in a sub-document',
      given: make.funding({ backers: [{ amount: Number.POSITIVE_INFINITY }] }),
      becomes: quarantined('notFinite', 'backers.0.amount'),
    },
    {
      what: '11: NaN in a JSON column stays Extended JSON',
      given: make.payment({ metadata: { x: Number.NaN, y: Number.NEGATIVE_INFINITY } }),
      becomes: moved({ metadata: '{"x": {"$numberDouble": "NaN"}, "y": {"$numberDouble": "-Infinity"}}' }),
    },
    ...[new Int32(7), Long.fromNumber(7), new Double(7), decimal('7.00')].map((budget) => ({
      what: `12: one field as ${budget._bsontype}`,
      given: make.project({ budget }),
      becomes: moved({ budget: '7.00' }),
    })),
    { what: '12: a double with decimals', given: make.project({ budget: 7.25 }), becomes: moved({ budget: '7.25' }) },
    {
      what: '13: a number as text',
      given: make.project({ budget: '50000' }),
      becomes: moved({ budget: '50000.00' }, [['cast', 'budget']]),
    },
    {
      what: '13: a number as text with an exponent and spaces',
      given: make.project({ budget: ' 5e4 ' }),
      becomes: moved({ budget: '50000.00' }, [['cast', 'budget']]),
    },
    {
      what: '13: a long number as text keeps all its digits',
      given: make.project({ budget: '9007199254740993.07' }),
      becomes: moved({ budget: '9007199254740993.07' }, [['cast', 'budget']]),
    },
    {
      what: '13: a number as text in words',
      given: make.project({ budget: '오만' }),
      becomes: quarantined('cast', 'budget'),
    },
    {
      what: '13: an amount with separators',
      given: make.project({ budget: '50,000' }),
      becomes: quarantined('cast', 'budget'),
    },
    {
      what: '13: an empty text for an optional number is the default',
      given: make.project({ spent: '' }),
      becomes: moved({ spent: '0.00' }, [
        ['cast', 'spent'],
        ['default', 'spent'],
      ]),
    },
    {
      what: '13: an empty text for a required number',
      given: make.project({ budget: '' }),
      becomes: quarantined('required', 'budget'),
    },
    {
      what: '13: an infinite number as text',
      given: make.project({ budget: 'Infinity' }),
      becomes: quarantined('notFinite', 'budget'),
    },
    {
      what: '14: noise of floating point',
      given: make.project({ budget: 12345.600000000002, spent: 0.1 + 0.2 }),
      becomes: moved({ budget: '12345.60', spent: '0.30' }, [
        ['floatNoise', 'budget'],
        ['floatNoise', 'spent'],
      ]),
    },
    {
      what: '14: three decimals',
      given: make.project({ budget: 10.125 }),
      becomes: quarantined('moneyScale', 'budget'),
    },
    {
      what: '14: just more than noise',
      given: make.project({ budget: 10.120002 }),
      becomes: quarantined('moneyScale', 'budget'),
    },
    {
      what: '14: three decimals of a Decimal128, however close, are no noise',
      given: make.project({ budget: decimal('12345.600000000002') }),
      becomes: quarantined('moneyScale', 'budget'),
    },
    {
      what: '14: more digits than the column',
      given: make.project({ budget: decimal('10000000000000000') }),
      becomes: quarantined('numberRange', 'budget'),
    },
    {
      what: '14: a huge double',
      given: make.project({ budget: 1e300 }),
      becomes: quarantined('numberRange', 'budget'),
    },
    {
      what: '14: more decimals than a rate has',
      given: make.funding({ revenueDistribution: { platformFee: 0.0500001 } }),
      becomes: quarantined('decimalScale', 'revenueDistribution.platformFee'),
    },
    {
      what: '15: negative zero is zero, in every kind of column',
      given: make.profile({ followers: new Double(-0), totalEarned: decimal('-0.000'), rating: new Double(-0) }),
      becomes: moved({ followers: '0', totalEarned: '0.00', rating: '0.00' }),
    },
    {
      what: '15: negative zero in a JSON column and in an integer one',
      given: make.funding({ daysLeft: new Double(-0), currentAmount: new Double(-1e-9) }),
      becomes: moved({ daysLeft: '0', currentAmount: '0.00' }, [
        ['floatNoise', 'currentAmount'],
        ['sumMismatch', 'currentAmount'],
      ]),
    },
    {
      what: '15: negative zero in a JSON column',
      given: make.payment({ metadata: { z: new Double(-0) } }),
      becomes: moved({ metadata: '{"z": 0}' }),
    },
    {
      what: '16: the greatest and the least integer',
      given: make.project({
        tasks: [
          { id: 2_147_483_647, title: 'a' },
          { id: -2_147_483_648, title: 'b' },
        ],
      }),
      becomes: moved(
        {},
        [
          ['withoutId', 'tasks.0'],
          ['withoutId', 'tasks.1'],
        ],
        {
          children: { ProjectTask: [{ taskNumber: '2147483647' }, { taskNumber: '-2147483648' }] },
        },
      ),
    },
    {
      what: '16: an integer beyond the column',
      given: make.project({ tasks: [{ id: 2_147_483_648, title: 'a' }] }),
      becomes: quarantined('numberRange', 'tasks.0.id'),
    },
    {
      what: '16: a counter beyond bigint',
      given: make.profile({ followers: decimal('9223372036854775808') }),
      becomes: quarantined('numberRange', 'followers'),
    },
    {
      what: '16: a fraction where an integer belongs',
      given: make.profile({ followers: 10.5 }),
      becomes: quarantined('notInteger', 'followers'),
    },
    { what: '17: negative money', given: make.project({ budget: -1 }), becomes: quarantined('min', 'budget') },
    {
      what: '17: money below the minimum by one cent, exactly',
      given: make.payment({ amount: decimal('999.99') }),
      becomes: quarantined('min', 'amount'),
    },
    {
      what: '17: money above the maximum, by less than a double can tell',
      given: make.payment({ amount: decimal('10000000.000000000000000001') }),
      becomes: quarantined('max', 'amount'),
    },
    {
      what: '17: negative money where the model allows it',
      given: make.funding({ executionPlan: { totalBudget: 0, stages: [{ ...stage, budget: -5000 }] } }),
      becomes: moved({}, [['withoutId', 'executionPlan.stages.0']], {
        children: { FundingProjectStage: [{ budget: '-5000.00' }] },
      }),
    },
    {
      what: '17: a required number of the plan is missing',
      given: make.funding({ executionPlan: { stages: [] } }),
      becomes: quarantined('required', 'executionPlan.totalBudget'),
    },
  ]);
});
