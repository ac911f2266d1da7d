import { Decimal128, Double } from 'bson';
import { type Flaw, finding, from, quarantine } from './flaw.ts';

const TOO_LONG = '설명이 끝없이 이어집니다. '.repeat(200);

export const projectFlaws: readonly Flaw[] = [
  {
    why: 'the artist is gone',
    set: { artist: from(({ world }) => world.nowhere(2)) },
    outcomes: quarantine('dangling', 'artist'),
  },
  { why: 'the artist is an empty text', set: { artist: '' }, outcomes: quarantine('referenceType', 'artist') },
  {
    why: 'the artist’s user is in quarantine',
    set: { artist: from(({ id }) => id('artistUserWithNul')) },
    outcomes: quarantine('cascade', 'artist', 'artistUserWithNul'),
  },
  {
    why: 'the approver is gone',
    set: { approvedBy: from(({ world }) => world.nowhere(3)) },
    outcomes: finding('dangling', 'approvedBy'),
  },
  { why: 'the approver is an empty text', set: { approvedBy: '' }, outcomes: finding('referenceType', 'approvedBy') },
  {
    why: 'a task’s assignee is gone',
    set: { 'tasks.1.assignedTo': from(({ world }) => world.nowhere(4)) },
    outcomes: finding('dangling', 'tasks.1.assignedTo'),
  },
  {
    why: 'a task’s assignee is in quarantine, and the link must not be lost',
    set: { 'tasks.0.assignedTo': from(({ id }) => id('userWithNul')) },
    outcomes: quarantine('cascade', 'tasks.0.assignedTo', 'userWithNul'),
  },
  {
    why: 'a note’s author is gone',
    set: { 'notes.0.author': from(({ world }) => world.nowhere(5)) },
    outcomes: finding('dangling', 'notes.0.author'),
  },
  { why: 'a task number is repeated', set: { 'tasks.1.id': 1 }, outcomes: finding('repeatedNumber', 'tasks.1.id') },
  { why: 'an amount as text', set: { budget: '5000000' }, outcomes: finding('cast', 'budget') },
  { why: 'an amount in words', set: { budget: '오백만원' }, outcomes: quarantine('cast', 'budget') },
  {
    why: 'an amount with rounding noise',
    set: { spent: 12345.600000000002 },
    outcomes: finding('floatNoise', 'spent'),
  },
  { why: 'an amount with three decimals', set: { budget: 1000.125 }, outcomes: quarantine('moneyScale', 'budget') },
  { why: 'a negative amount', set: { budget: -1 }, outcomes: quarantine('min', 'budget') },
  { why: 'progress beyond 100', set: { progress: 140 }, outcomes: quarantine('max', 'progress') },
  { why: 'a status with a space', set: { status: '진행 중' }, outcomes: quarantine('enum', 'status') },
  {
    why: 'it ends before it starts',
    set: { endDate: new Date(Date.UTC(2019, 0, 1)) },
    outcomes: finding('dateOrder', 'endDate'),
  },
  {
    why: 'a description beyond 2,000 characters',
    set: { description: TOO_LONG },
    outcomes: finding('tooLong', 'description'),
  },
  { why: 'the category is missing', unset: ['category'], outcomes: finding('default', 'category') },
  { why: 'the title is missing', unset: ['title'], outcomes: quarantine('required', 'title') },
  { why: 'U+0000 in a note', set: { 'notes.0.content': '메모\0' }, outcomes: quarantine('nul', 'notes.0.content') },
  { why: 'a null team member', set: { 'team.0': null }, outcomes: finding('nullElement', 'team.0') },
  { why: 'a milestone without _id', unset: ['milestones.0._id'], outcomes: finding('withoutId', 'milestones.0') },
  {
    why: 'two milestones with one _id',
    set: { 'milestones.1._id': from(({ world, index }) => world.partId('milestone', 'projects', index, 0)) },
    outcomes: finding('repeatedId', 'milestones.1'),
  },
  {
    why: 'a field nobody knows',
    set: { 'tasks.0.estimate': '3d' },
    outcomes: finding('unknownField', 'tasks.0.estimate'),
  },
];

export const richProjectFlaws: readonly Flaw[] = [
  {
    why: 'Decimal128 NaN',
    set: { budget: Decimal128.fromString('NaN') },
    outcomes: quarantine('notFinite', 'budget'),
  },
  {
    why: 'Decimal128 with three decimals',
    set: { budget: Decimal128.fromString('1000.125') },
    outcomes: quarantine('moneyScale', 'budget'),
  },
  { why: 'more digits than a double has', set: { budget: Decimal128.fromString('9007199254740993.07') }, outcomes: [] },
];

export const fundingProjectFlaws: readonly Flaw[] = [
  {
    name: 'fundingWithoutArtist',
    why: 'the artist is gone, and two payments name the project',
    set: { artist: from(({ world }) => world.nowhere(6)) },
    payments: 2,
    outcomes: quarantine('dangling', 'artist'),
  },
  { why: 'a goal below 100,000 won', set: { goalAmount: 50_000 }, outcomes: quarantine('min', 'goalAmount') },
  {
    why: 'a pledge below 1,000 won',
    set: { 'backers.0.amount': 500 },
    outcomes: quarantine('min', 'backers.0.amount'),
  },
  {
    why: 'a backer’s reward is gone',
    set: { 'backers.1.reward': from(({ world }) => world.nowhere(7)) },
    outcomes: finding('dangling', 'backers.1.reward'),
  },
  {
    why: 'a backer is gone',
    set: { 'backers.0.user': from(({ world }) => world.nowhere(8)) },
    outcomes: finding('dangling', 'backers.0.user'),
  },
  {
    why: 'an expense’s stage is gone',
    set: { 'expenseRecords.0.stage': from(({ world }) => world.nowhere(9)) },
    outcomes: finding('dangling', 'expenseRecords.0.stage'),
  },
  {
    why: 'a distribution’s backer is gone',
    set: { 'revenueDistribution.distributions.0.backer': from(({ world }) => world.nowhere(10)) },
    outcomes: quarantine('dangling', 'revenueDistribution.distributions.0.backer'),
  },
  {
    name: 'fundingOfQuarantinedBacker',
    why: 'a distribution’s backer is in quarantine, and a payment names the project',
    set: { 'revenueDistribution.distributions.0.backer': from(({ id }) => id('userWithNul')) },
    payments: 1,
    outcomes: quarantine('cascade', 'revenueDistribution.distributions.0.backer', 'userWithNul'),
  },
  {
    why: 'there is no execution plan',
    unset: ['executionPlan'],
    outcomes: quarantine('required', 'executionPlan.totalBudget'),
  },
  {
    why: 'the current amount is not the sum of the backers’ amounts',
    set: { currentAmount: new Double(123) },
    outcomes: finding('sumMismatch', 'currentAmount'),
  },
  {
    why: 'U+0000 in a reward',
    set: { 'rewards.0.description': '감사\0카드' },
    outcomes: quarantine('nul', 'rewards.0.description'),
  },
  {
    why: 'an update beyond 2,000 characters',
    set: { 'updates.0.content': TOO_LONG },
    outcomes: finding('tooLong', 'updates.0.content'),
  },
  {
    why: 'an expense of a category nobody knows',
    set: { 'expenseRecords.0.category': 'labour' },
    outcomes: quarantine('enum', 'expenseRecords.0.category'),
  },
  {
    why: 'an expense without _id',
    unset: ['expenseRecords.0._id'],
    outcomes: finding('withoutId', 'expenseRecords.0'),
  },
  { why: 'a null update', set: { 'updates.0': null }, outcomes: finding('nullElement', 'updates.0') },
];
