import { Double, Long } from 'bson';
import { paymentPlace } from '../collections/pledges.ts';
import { type Flaw, finding, from, quarantine } from './flaw.ts';

export const paymentFlaws: readonly Flaw[] = [
  {
    why: 'the funding project is gone',
    set: { projectId: from(({ world }) => world.nowhere(11)) },
    outcomes: quarantine('dangling', 'projectId'),
  },
  {
    why: 'the backer is gone',
    set: { backerId: from(({ world }) => world.nowhere(12)) },
    outcomes: quarantine('dangling', 'backerId'),
  },
  {
    why: 'the backer is in quarantine',
    set: { backerId: from(({ id }) => id('userWithNul')) },
    outcomes: quarantine('cascade', 'backerId', 'userWithNul'),
  },
  {
    why: 'the reward is gone',
    set: { rewardId: from(({ world }) => world.nowhere(13)) },
    outcomes: finding('dangling', 'rewardId'),
  },
  {
    why: 'the reward belongs to another funding project',
    set: {
      rewardId: from(({ world, index }) => {
        const other =
          (paymentPlace(world, index).project + Math.floor(world.counts.fundingprojects / 2)) %
          world.counts.fundingprojects;
        return world.partId('reward', 'fundingprojects', other, 0);
      }),
    },
    outcomes: finding('dangling', 'rewardId'),
  },
  { name: 'paid', why: 'the first of two with one paymentId', set: { paymentId: 'PAY-20210101-TWICE' }, outcomes: [] },
  {
    why: 'the second with the same paymentId',
    set: { paymentId: 'PAY-20210101-TWICE' },
    outcomes: quarantine('duplicate', 'paymentId', 'paid'),
  },
  { name: 'ordered', why: 'the first of two with one orderId', set: { orderId: 'order_twice' }, outcomes: [] },
  {
    why: 'the second with the same orderId',
    set: { orderId: 'order_twice' },
    outcomes: quarantine('duplicate', 'orderId', 'ordered'),
  },
  { why: 'a method nobody knows', set: { paymentMethod: 'paypal' }, outcomes: quarantine('enum', 'paymentMethod') },
  { why: 'a status in another case', set: { status: 'Completed' }, outcomes: quarantine('enum', 'status') },
  { why: 'an amount below 1,000 won', set: { amount: 500 }, outcomes: quarantine('min', 'amount') },
  { why: 'an amount above 10,000,000 won', set: { amount: 20_000_000 }, outcomes: quarantine('max', 'amount') },
  { why: 'an amount as text', set: { amount: '39000' }, outcomes: finding('cast', 'amount') },
  { why: 'an amount in words', set: { amount: '무료' }, outcomes: quarantine('cast', 'amount') },
  { why: 'an amount with three decimals', set: { amount: 20000.125 }, outcomes: quarantine('moneyScale', 'amount') },
  {
    why: 'an amount with rounding noise',
    set: { amount: 12345.600000000002 },
    outcomes: finding('floatNoise', 'amount'),
  },
  { why: 'the telephone number is missing', unset: ['backerPhone'], outcomes: quarantine('required', 'backerPhone') },
  {
    why: 'a telephone number as a number',
    set: { backerPhone: Long.fromNumber(1_012_345_678) },
    outcomes: finding('cast', 'backerPhone'),
  },
  {
    why: 'more was refunded than paid',
    set: { amount: 30_000, refundAmount: 45_000 },
    outcomes: finding('sumMismatch', 'refundAmount'),
  },
  {
    why: 'U+0000 inside the metadata',
    set: { metadata: { device: { model: 'SM\0-1' } } },
    outcomes: quarantine('nul', 'metadata.device.model'),
  },
  { why: 'text for metadata', set: { metadata: 'web' }, outcomes: quarantine('cast', 'metadata') },
  {
    why: 'a date as milliseconds',
    set: { createdAt: new Double(1_650_000_000_123) },
    outcomes: finding('cast', 'createdAt'),
  },
  { why: 'a date in words', set: { cancelledAt: '어제' }, outcomes: quarantine('invalidDate', 'cancelledAt') },
  {
    why: 'a message beyond 500 characters',
    set: { message: '감사합니다! '.repeat(100) },
    outcomes: finding('tooLong', 'message'),
  },
  {
    why: 'a field nobody knows',
    set: { pgResponse: { code: '0000' } },
    outcomes: finding('unknownField', 'pgResponse'),
  },
];

export const richPaymentFlaws: readonly Flaw[] = [
  { why: 'NaN paid', set: { amount: Number.NaN }, outcomes: quarantine('notFinite', 'amount') },
  {
    why: 'metadata keys that mean something elsewhere',
    set: {
      metadata: Object.fromEntries([
        ['a.b', 1],
        ['$set', { x: 1 }],
        ['', 'empty'],
        ['__proto__', { admin: true }],
      ]),
    },
    outcomes: [],
  },
];
