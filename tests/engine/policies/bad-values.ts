import { BSONSymbol, Decimal128, type Document, Double, ObjectId } from 'bson';
import type { PlanPolicies } from '../../../engine/plan/policy/policies.ts';
import type { Given, PlatformDocuments } from '../../support/data/platform-documents.ts';
import type { TextRow } from '../../support/run-engine.ts';

export const POLICIES: PlanPolicies = {
  ...{ nul: 'strip', loneSurrogate: 'replace', required: 'default', min: 'clamp', max: 'clamp' },
  ...{ moneyScale: 'round', decimalScale: 'round', notInteger: 'round', numberRange: 'clamp' },
  ...{ cast: 'null', bsonType: 'null', invalidDate: 'null', ambiguousDate: 'null' },
  stages: {
    user: {
      cast: { isActive: 'default' },
      invalidDate: { createdAt: 'default' },
      enum: 'default',
      quarantine: ['tooLong'],
    },
    artist: { enum: 'null' },
    project: {
      enum: { status: { PUBLISHED: '진행중', published: '진행중' }, 'tasks.status': { DONE: '완료' } },
      cast: { spent: 'default' },
      bsonType: { priority: 'default' },
      max: { 'tasks.progress': 'default' },
      ambiguousDate: { 'notes.createdAt': 'default' },
    },
  },
};

/** A bad value, what has to come of it, and the findings: code, path, old value, new number or time. */
export interface Mended {
  readonly what: string;
  readonly given: Given;
  readonly bytes?: (bytes: Buffer) => Buffer;
  readonly row: TextRow;
  readonly child?: { readonly table: string; readonly row: TextRow };
  readonly findings: readonly (readonly [string, string, unknown, string?])[];
}

export const DAY = new Date('2024-01-01T00:00:00Z');
const surrogates = (bytes: Buffer) => {
  const at = bytes.indexOf('XYZ');
  Buffer.of(0xed, 0xa0, 0x80).copy(bytes, at);
  return bytes;
};
const undefining = (field: string) => (bytes: Buffer) => {
  bytes[bytes.indexOf(`\n${field}\0`)] = 0x06;
  return bytes;
};
/** As a reader that minds nothing shows the bytes 61 ED A0 80. */
const encoded = Buffer.from([0x61, 0xed, 0xa0, 0x80]).toString('utf8');

export function mended(make: PlatformDocuments): Mended[] {
  const task = (fields: Document) => ({ _id: make.id(), id: 1, title: 'Record', ...fields });
  const backer = (amount: unknown) => ({ _id: make.id(), amount, backedAt: DAY });
  return [
    {
      what: 'U+0000 in a text',
      given: make.user({ name: '\0민\0수' }),
      row: { name: '민수' },
      findings: [['nul=strip', 'name', '\0민\0수']],
    },
    {
      what: 'U+0000 deep in a JSON column',
      given: make.payment({ metadata: { a: [{ b: 'x\0' }] } }),
      row: { metadata: '{"a": [{"b": "x"}]}' },
      findings: [['nul=strip', 'metadata.a.0.b', 'x\0']],
    },
    {
      what: 'a lone surrogate in a text',
      given: make.user({ name: 'aXYZ' }),
      bytes: surrogates,
      row: { name: 'a\uFFFD' },
      findings: [['loneSurrogate=replace', 'name', encoded]],
    },
    {
      what: 'a lone surrogate in a text of a sub-document',
      given: make.project({ tasks: [task({ description: 'aXYZ' })] }),
      bytes: surrogates,
      row: {},
      child: { table: 'ProjectTask', row: { description: 'a\uFFFD' } },
      findings: [['loneSurrogate=replace', 'tasks.0.description', encoded]],
    },
    {
      what: 'null where a required field has a default',
      given: make.project({ category: null }),
      row: { category: '기타' },
      findings: [['required=default', 'category', null]],
    },
    {
      what: 'a blank where a required field has a default',
      given: make.funding({ category: ' ' }),
      row: { category: '기타' },
      findings: [['required=default', 'category', ' ']],
    },
    {
      what: 'an enum’s value in English',
      given: make.project({ status: 'PUBLISHED', tasks: [task({ status: 'DONE' })] }),
      row: { status: '진행중' },
      child: { table: 'ProjectTask', row: { status: '완료' } },
      findings: [
        ['enum=map', 'status', 'PUBLISHED'],
        ['enum=map', 'tasks.0.status', 'DONE'],
      ],
    },
    {
      what: 'an enum’s value that nobody knows, with a default',
      given: make.user({ role: 'ADMIN' }),
      row: { role: 'fan' },
      findings: [['enum=default', 'role', 'ADMIN']],
    },
    {
      what: 'an enum’s value that nobody knows, in an array',
      given: make.profile({ genre: ['팝', 'Pop'] }),
      row: { genres: '["팝"]' },
      findings: [
        ['enum=null', 'genre.1', 'Pop'],
        ['nullElement', 'genre.1', undefined],
      ],
    },
    {
      what: 'an amount below the minimum',
      given: make.project({ budget: -5, spent: new Double(-0.5) }),
      row: { budget: '0.00', spent: '0.00' },
      findings: [
        ['min=clamp', 'budget', -5, '0'],
        ['min=clamp', 'spent', -0.5, '0'],
      ],
    },
    {
      what: 'an amount of a sub-document below the minimum',
      given: make.funding({ currentAmount: 2000, backers: [backer(500), backer(Decimal128.fromString('999.99'))] }),
      row: { currentAmount: '2000.00' },
      child: { table: 'Pledge', row: { amount: '1000.00' } },
      findings: [
        ['min=clamp', 'backers.0.amount', 500, '1000'],
        ['min=clamp', 'backers.1.amount', Decimal128.fromString('999.99'), '1000'],
      ],
    },
    {
      what: 'an amount above the maximum',
      given: make.payment({ amount: 20_000_000 }),
      row: { amount: '10000000.00' },
      findings: [['max=clamp', 'amount', 20_000_000, '10000000']],
    },
    {
      what: 'a number above the maximum of a sub-document, with a default',
      given: make.project({ tasks: [task({ progress: 140 })] }),
      row: {},
      child: { table: 'ProjectTask', row: { progress: '0.00' } },
      findings: [['max=default', 'tasks.0.progress', 140, '0']],
    },
    {
      what: 'an amount with too many decimals, halves to even',
      given: make.project({ budget: new Double(1000.125), spent: Decimal128.fromString('1000.135') }),
      row: { budget: '1000.12', spent: '1000.14' },
      findings: [
        ['moneyScale=round', 'budget', 1000.125, '1000.12'],
        ['moneyScale=round', 'spent', Decimal128.fromString('1000.135'), '1000.14'],
      ],
    },
    {
      what: 'a text of more digits than a Decimal128 has',
      given: make.payment({ refundAmount: '1.678901234567890123456789012345678901' }),
      row: { refundAmount: '1.68' },
      findings: [
        ['cast', 'refundAmount', '1.678901234567890123456789012345678901', '1.678901234567890123456789012345678901'],
        ['moneyScale=round', 'refundAmount', '1.678901234567890123456789012345678901', '1.68'],
      ],
    },
    {
      what: 'a cast number below the minimum',
      given: make.payment({ amount: '12.5' }),
      row: { amount: '1000.00' },
      findings: [
        ['cast', 'amount', '12.5', '12.5'],
        ['min=clamp', 'amount', 12.5, '1000'],
      ],
    },
    {
      what: 'a percentage with too many decimals that is too great when it is rounded',
      given: make.profile({ rating: 4.12345 }),
      row: { rating: '4.12' },
      findings: [['decimalScale=round', 'rating', 4.12345, '4.12']],
    },
    {
      what: 'a rate with too many decimals',
      given: make.funding({ revenueDistribution: { platformFee: 0.0512345678 } }),
      row: { revenuePlatformFeeRate: '0.051235' },
      findings: [['decimalScale=round', 'revenueDistribution.platformFee', 0.0512345678, '0.051235']],
    },
    {
      what: 'a fraction where an integer belongs',
      given: make.funding({ daysLeft: 2.5 }),
      row: { daysLeft: '2' },
      findings: [['notInteger=round', 'daysLeft', 2.5, '2']],
    },
    {
      what: 'numbers beyond their columns',
      given: make.profile({ followers: 1e30, totalEarned: 1e20 }),
      row: { followers: '9223372036854775807', totalEarned: '9999999999999999.99' },
      findings: [
        ['numberRange=clamp', 'followers', 1e30, '9223372036854775807'],
        ['numberRange=clamp', 'totalEarned', 1e20, '9999999999999999.99'],
      ],
    },
    {
      what: 'a fraction beyond its column: rounded, then clamped',
      given: make.funding({ daysLeft: -3_000_000_000.5 }),
      row: { daysLeft: '-2147483648' },
      findings: [
        ['notInteger=round', 'daysLeft', -3_000_000_000.5, '-3000000000'],
        ['numberRange=clamp', 'daysLeft', Decimal128.fromString('-3000000000'), '-2147483648'],
      ],
    },
    {
      what: 'a value of another type, in a column that may be NULL',
      given: make.user({ bio: { ko: '소개' } }),
      row: { bio: null },
      findings: [['cast=null', 'bio', { ko: '소개' }]],
    },
    {
      what: 'a value of another type, with a default',
      given: make.user({ isActive: '글쎄요' }),
      row: { isActive: 'true' },
      findings: [['cast=default', 'isActive', '글쎄요']],
    },
    {
      what: 'a text where a summed number belongs, with a default',
      given: make.project({ spent: 'much' }),
      row: { spent: '0.00' },
      findings: [['cast=default', 'spent', 'much', '0']],
    },
    {
      what: 'a BSON type that no column holds',
      given: make.user({ lastLogin: new BSONSymbol('x') }),
      row: { lastLogin: null },
      findings: [['bsonType=null', 'lastLogin', new BSONSymbol('x')]],
    },
    {
      what: 'undefined where the model has a default',
      given: make.project({ priority: null }),
      bytes: undefining('priority'),
      row: { priority: '보통' },
      findings: [['bsonType=default', 'priority', undefined]],
    },
    {
      what: 'undefined in an optional reference',
      given: make.project({ approvedBy: null }),
      bytes: undefining('approvedBy'),
      row: { approvedById: null },
      findings: [['bsonType=null', 'approvedBy', undefined]],
    },
    {
      what: 'an invalid date in a column that may be NULL',
      given: make.user({ lastLogin: '2024-02-30' }),
      row: { lastLogin: null },
      findings: [['invalidDate=null', 'lastLogin', '2024-02-30']],
    },
    {
      what: 'an invalid date of creation: the time of the ObjectId',
      given: make.user({ createdAt: '2024-02-30' }),
      row: { createdAt: '2023-09-12T06:06:56+00:00' },
      findings: [['invalidDate=default', 'createdAt', '2024-02-30', '2023-09-12T06:06:56.000Z']],
    },
    {
      what: 'a number that may be seconds or milliseconds',
      given: make.user({ lastLoginAt: 1_700_000_000 }),
      row: { lastLoginAt: null },
      findings: [['ambiguousDate=null', 'lastLoginAt', 1_700_000_000]],
    },
    {
      what: 'a time without an offset in a sub-document: the time of its own ObjectId',
      given: make.project({ notes: [{ _id: make.id(), content: 'x', createdAt: '2024-01-01 10:00' }] }),
      row: {},
      child: { table: 'ProjectNote', row: { createdAt: '2023-09-12T06:06:56+00:00' } },
      findings: [['ambiguousDate=default', 'notes.0.createdAt', '2024-01-01 10:00', '2023-09-12T06:06:56.000Z']],
    },
  ];
}

/** What no policy here mends, and with which refusal at which path it stays in quarantine. */
export function refused(make: PlatformDocuments): { what: string; given: Given; code: string; path: string }[] {
  return [
    { what: 'a blank without a default', given: make.project({ title: ' ' }), code: 'required', path: 'title' },
    { what: 'a required value of another type', given: make.user({ name: {} }), code: 'cast', path: 'name' },
    {
      what: 'a required date that is invalid',
      given: make.project({ startDate: '2024-02-30' }),
      code: 'invalidDate',
      path: 'startDate',
    },
    { what: 'a value that a map does not name', given: make.project({ status: 'NEW' }), code: 'enum', path: 'status' },
    { what: 'NaN', given: make.payment({ refundAmount: Number.NaN }), code: 'notFinite', path: 'refundAmount' },
    {
      what: 'a required reference that leads nowhere',
      given: make.project({ artist: new ObjectId() }),
      code: 'dangling',
      path: 'artist',
    },
    { what: 'a finding that is not to move', given: make.user({ bio: 'x'.repeat(501) }), code: 'policy', path: 'bio' },
  ];
}
