import { Double } from 'bson';
import { type Flaw, finding, from, quarantine } from './flaw.ts';

const LONG_BIO = '아주 긴 소개글입니다. '.repeat(60);

/** Spoiled users, in `_id` order: of two with one e-mail, the first has the lower `_id`. */
export const userFlaws: readonly Flaw[] = [
  {
    name: 'userWithNul',
    why: 'U+0000 in a name, as a bad import leaves it',
    set: { name: '김\0민수' },
    outcomes: quarantine('nul', 'name'),
  },
  { why: 'the name is missing', unset: ['name'], outcomes: quarantine('required', 'name') },
  { why: 'the name is empty', set: { name: '' }, outcomes: quarantine('required', 'name') },
  { why: 'a role in another case', set: { role: 'Artist' }, outcomes: quarantine('enum', 'role') },
  { why: 'a role nobody knows', set: { role: 'superuser' }, outcomes: quarantine('enum', 'role') },
  {
    name: 'mixedCaseEmail',
    why: 'an e-mail with capitals, written before the rule to lower-case them',
    set: { email: 'Minji.Park@Example.com' },
    outcomes: finding('setter', 'email'),
  },
  {
    why: 'the same e-mail but for its case',
    set: { email: 'minji.park@example.com' },
    outcomes: quarantine('duplicate', 'email', 'mixedCaseEmail'),
  },
  {
    why: 'the password is missing, so that it cannot hold the e-mail that it shares',
    set: { email: 'shared@example.org' },
    unset: ['password'],
    outcomes: quarantine('required', 'password'),
  },
  {
    name: 'sharedEmail',
    why: 'the lowest otherwise valid _id of three with one e-mail',
    set: { email: 'shared@example.org' },
    outcomes: [],
  },
  {
    why: 'the third with the same e-mail',
    set: { email: 'shared@example.org' },
    outcomes: quarantine('duplicate', 'email', 'sharedEmail'),
  },
  { name: 'takenName', why: 'the first of two with one username', set: { username: 'stargazer' }, outcomes: [] },
  {
    why: 'the second with the same username',
    set: { username: 'stargazer' },
    outcomes: quarantine('duplicate', 'username', 'takenName'),
  },
  { why: 'an empty username', set: { username: '' }, outcomes: finding('emptyText', 'username') },
  {
    why: 'another empty username, which is no duplicate',
    set: { username: '' },
    outcomes: finding('emptyText', 'username'),
  },
  { why: 'a biography beyond 500 characters', set: { bio: LONG_BIO }, outcomes: finding('tooLong', 'bio') },
  { why: 'a number for a name', set: { name: 20_231 }, outcomes: finding('cast', 'name') },
  { why: 'text for a yes or no', set: { isActive: '글쎄요' }, outcomes: quarantine('cast', 'isActive') },
  {
    why: 'fields of an older application',
    set: { legacyPoints: new Double(1250.5), address: { zip: '04039', city: '서울' } },
    outcomes: [...finding('unknownField', 'legacyPoints'), ...finding('unknownField', 'address')],
  },
  {
    why: 'an e-mail in composed letters',
    set: { email: 'jose\u0301@example.com'.normalize('NFC') },
    outcomes: finding('notNormalised', 'email'),
  },
  {
    why: 'the same e-mail in decomposed letters',
    set: { email: 'jose\u0301@example.com' },
    outcomes: finding('notNormalised', 'email'),
  },
  { why: 'a date as ISO text', set: { lastLogin: '2023-04-05T06:07:08.000Z' }, outcomes: finding('cast', 'lastLogin') },
  { why: 'a date as seconds', set: { lastLogin: 1_650_000_000 }, outcomes: quarantine('ambiguousDate', 'lastLogin') },
  {
    why: 'no times of its own',
    unset: ['createdAt', 'updatedAt'],
    outcomes: [...finding('fromId', 'createdAt'), ...finding('fromCreatedAt', 'updatedAt')],
  },
  {
    name: 'artistUserWithNul',
    why: 'U+0000 in the biography of an artist, whose profile and project cannot move without the user',
    set: { bio: '소개\0글' },
    userOfArtist: 'artistOfQuarantinedUser',
    outcomes: quarantine('nul', 'bio'),
  },
];

export const artistFlaws: readonly Flaw[] = [
  {
    why: 'the user is gone',
    set: { userId: from(({ world }) => world.nowhere(1)) },
    outcomes: quarantine('dangling', 'userId'),
  },
  { name: 'firstProfile', why: 'the first of two profiles of one user', outcomes: [] },
  {
    why: 'the second profile of the same user',
    set: { userId: from(({ world, indexOf }) => world.id('users', world.userOfArtist(indexOf('firstProfile')))) },
    outcomes: quarantine('duplicate', 'userId', 'firstProfile'),
  },
  { why: 'English where Korean is expected', set: { category: 'Music' }, outcomes: quarantine('enum', 'category') },
  { why: 'a genre nobody knows', set: { genre: ['K-POP'] }, outcomes: quarantine('enum', 'genre.0') },
  { why: 'a rating above 5', set: { rating: 7 }, outcomes: quarantine('max', 'rating') },
  { why: 'the location is missing', unset: ['location'], outcomes: quarantine('required', 'location') },
  { why: 'one tag in the place of a list', set: { tags: 'rock' }, outcomes: finding('notAnArray', 'tags') },
  { why: 'null among the tags', set: { tags: ['인디', null, '라이브'] }, outcomes: finding('nullElement', 'tags.1') },
  {
    why: 'a null achievement, and one without _id',
    set: { achievements: [null, { title: '신인상', date: new Date(Date.UTC(2019, 4, 1)) }] },
    outcomes: [...finding('nullElement', 'achievements.0'), ...finding('withoutId', 'achievements.1')],
  },
  { why: 'a count as text', set: { followers: '12000' }, outcomes: finding('cast', 'followers') },
  { why: 'a count in words', set: { followers: '많음' }, outcomes: quarantine('cast', 'followers') },
  {
    why: 'a reference as text',
    set: { userId: from(({ world, index }) => world.id('users', world.userOfArtist(index)).toHexString()) },
    outcomes: finding('referenceForm', 'userId'),
  },
  {
    name: 'artistOfQuarantinedUser',
    why: 'the user is in quarantine',
    outcomes: quarantine('cascade', 'userId', 'artistUserWithNul'),
  },
];

export const richArtistFlaws: readonly Flaw[] = [
  { why: 'NaN earned', set: { totalEarned: Number.NaN }, outcomes: quarantine('notFinite', 'totalEarned') },
  {
    why: 'infinitely many streams',
    set: { totalStreams: Infinity },
    outcomes: quarantine('notFinite', 'totalStreams'),
  },
  { why: 'zero with a sign', set: { totalEarned: new Double(-0) }, outcomes: [] },
];
