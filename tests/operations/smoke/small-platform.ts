import { type Document, ObjectId } from 'bson';
import type { Collections } from '../../support/data/dump-writer.ts';

const id = (number: number) => ObjectId.createFromHexString(`65000000${number.toString(16).padStart(16, '0')}`);
const day = (number: number, hour = 0) => new Date(Date.UTC(2026, 0, number, hour));
const times = { createdAt: day(1), updatedAt: day(2) };

const person = (number: number, name: string, given: string): Document => ({
  ...{ _id: id(number), name, email: `${given}@example.com`, password: `$2b$10$hash-of-${given}`, ...times },
});

const project = (number: number): Document => ({
  ...{ _id: id(200 + number), title: `Project ${number}`, description: 'Songs', artist: id(1), artistName: '김미나' },
  ...{ category: '음악', status: '진행중', startDate: day(1), endDate: day(10 + number, 3), budget: 1000.5, ...times },
});

const payment = (number: number): Document => ({
  ...{ _id: id(400 + number), paymentId: `payment-${number}`, orderId: `order-${number}`, projectId: id(300) },
  ...{ backerId: id(2), backerName: '박준호', backerEmail: 'jun@example.com', backerPhone: '010-1234-5678' },
  ...{ rewardId: id(311), rewardName: 'Album', amount: 5000, paymentMethod: 'card', status: 'completed' },
  ...{ createdAt: day(number), updatedAt: day(number) },
});

/** A platform of two users that every question has something to ask about. */
export const small: Collections = {
  users: [person(1, '김미나', 'mina'), person(2, '박준호', 'jun')],
  artists: [
    {
      ...{
        _id: id(100),
        userId: id(1),
        category: '음악',
        location: '서울',
        followers: 12,
        genre: ['재즈', '팝'],
        ...times,
      },
      achievements: [
        { _id: id(110), title: 'Grammy', date: day(1) },
        { _id: id(111), title: 'Prize', date: day(2) },
      ],
    },
  ],
  projects: [1, 2, 3, 4, 5].map(project),
  fundingprojects: [
    {
      ...{ _id: id(300), title: 'Album', description: 'Songs', artist: id(1), artistName: '김미나', category: '음악' },
      ...{ goalAmount: 1_000_000, currentAmount: 12_000.5, status: '진행중', startDate: day(1), endDate: day(30) },
      executionPlan: { totalBudget: 1_000_000, stages: [] },
      rewards: [
        { _id: id(311), title: 'Album', description: 'The record', amount: 5000, claimed: 1 },
        { _id: id(312), title: 'Poster', description: 'Signed', amount: 7000, claimed: 1 },
      ],
      backers: [
        { _id: id(321), user: id(2), userName: '박준호', amount: 5000, reward: id(311), backedAt: day(3) },
        { _id: id(322), user: id(2), userName: '박준호', amount: 7000, reward: id(312), backedAt: day(4) },
      ],
      updates: [1, 2, 3, 4, 5].map((number) => ({
        ...{ _id: id(330 + number), title: `Update ${number}`, content: 'News', createdAt: day(number) },
      })),
      ...times,
    },
  ],
  payments: [1, 2, 3].map(payment),
};
