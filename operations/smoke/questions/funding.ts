import { Exact } from '../../../engine/document/exact-number.ts';
import { QUESTIONS } from '../../../engine/messages/labels/report.ts';
import { labelOf } from '../../../stages/platform.ts';
import {
  ById,
  columnsOf,
  elementsOf,
  fieldsOf,
  Ranked,
  type Reference,
  reference,
  referenceWithin,
} from '../answers/answer.ts';
import { defineSmokeTest } from '../define.ts';

const FIELDS = [
  ...(['title', 'description', 'artistName', 'goalAmount', 'currentAmount', 'startDate', 'endDate'] as const),
  ...(['progress', 'daysLeft', 'image', 'tags', 'isActive', 'isVerified', 'featured'] as const),
] as const;
const REWARD = ['title', 'description', 'amount', 'claimed', 'maxClaim', 'estimatedDelivery'] as const;
const PLEDGE = ['userName', 'amount', 'backedAt', 'isAnonymous', 'message'] as const;
const UPDATE = ['title', 'content', 'createdAt'] as const;
const NEWEST = 3;

/** The page of a campaign: the rewards of who backs it, and how much has come together. */
export const fundingPage = defineSmokeTest<Reference>({
  name: 'funding-page',
  description: QUESTIONS['funding-page'].en,
  models: ['user', 'fundingProject'],
  draw: async (n, from) =>
    (await from.documents('fundingProject', n)).flatMap(({ _id }) => reference('fundingProject', _id) ?? []),
  legacy: async (source, { id }) => {
    const project = await source.findOne('fundingProject', { _id: id });
    if (project === null) return null;
    const rewards = elementsOf('fundingReward', project, 'rewards');
    const pledges = elementsOf('fundingBacker', project, 'backers');
    const chosen = pledges.map(({ element }) => String(element.get('reward')));
    const sum = pledges.reduce((total, { element }) => total.plus(element.get('amount')), new Exact(0));
    return {
      ...{ _id: reference('fundingProject', project._id), artist: reference('user', project.get('artist')) },
      ...{ status: project.get('status'), category: project.get('category') },
      ...fieldsOf(project, FIELDS),
      rewards: new ById(
        rewards.map(({ _id, element }) => ({
          _id,
          ...fieldsOf(element, REWARD),
          'chosen by backers.reward': chosen.filter((reward) => reward === String(element._id)).length,
        })),
      ),
      backers: new ById(
        pledges.map(({ _id, element }) => ({
          _id,
          user: reference('user', element.get('user')),
          reward: referenceWithin('fundingReward', project._id, element.get('reward')),
          ...fieldsOf(element, PLEDGE),
        })),
      ),
      'sum of.backers.amount': sum,
    };
  },
  prisma: async (target, projectId) => {
    const id = await target.idOf(projectId);
    if (id === null) return null;
    const project = await target.client.fundingProject.findUnique({
      where: { id },
      include: { rewards: { include: { _count: { select: { pledges: true } } } }, pledges: true },
    });
    if (project === null) return null;
    const sum = await target.client.pledge.aggregate({ where: { projectId: id }, _sum: { amount: true } });
    return {
      ...{ _id: project.id, artist: project.artistId },
      status: labelOf('FundingStatus', project.status),
      category: labelOf('ProjectCategory', project.category),
      ...columnsOf(project, FIELDS),
      rewards: new ById(
        project.rewards.map((reward) => ({
          _id: reward.id,
          ...columnsOf(reward, REWARD),
          'chosen by backers.reward': reward._count.pledges,
        })),
      ),
      backers: new ById(
        project.pledges.map((pledge) => ({
          ...{ _id: pledge.id, user: pledge.userId, reward: pledge.rewardId },
          ...columnsOf(pledge, PLEDGE),
        })),
      ),
      'sum of.backers.amount': sum._sum.amount ?? 0,
    };
  },
});

export const fundingUpdates = defineSmokeTest<Reference>({
  name: 'funding-updates',
  description: QUESTIONS['funding-updates'].en,
  models: ['user', 'fundingProject'],
  // An update without a time has that of the clock for Mongoose: its place says nothing.
  draw: async (n, from) =>
    (await from.documents('fundingProject', n)).flatMap((project) =>
      elementsOf('fundingUpdate', project, 'updates').some(({ element }) => element.$isDefault('createdAt'))
        ? []
        : (reference('fundingProject', project._id) ?? []),
    ),
  legacy: async (source, { id }) => {
    const project = await source.findOne('fundingProject', { _id: id });
    if (project === null) return null;
    const updates = elementsOf('fundingUpdate', project, 'updates')
      .toSorted((a, b) => Number(b.element.get('createdAt')) - Number(a.element.get('createdAt')))
      .map(({ _id, element }) => ({ _id, type: element.get('type'), ...fieldsOf(element, UPDATE) }));
    const newest = new Ranked(updates.slice(0, NEWEST), 'createdAt', updates.length > NEWEST);
    return { _id: reference('fundingProject', project._id), updates: newest };
  },
  prisma: async (target, projectId) => {
    const id = await target.idOf(projectId);
    if (id === null) return null;
    const project = await target.client.fundingProject.findUnique({
      where: { id },
      select: { id: true, updates: { orderBy: { createdAt: 'desc' }, take: NEWEST + 1 } },
    });
    if (project === null) return null;
    const updates = project.updates.map((update) => ({
      ...{ _id: update.id, type: labelOf('FundingUpdateType', update.type) },
      ...columnsOf(update, UPDATE),
    }));
    const newest = new Ranked(updates.slice(0, NEWEST), 'createdAt', updates.length > NEWEST);
    return { _id: project.id, updates: newest };
  },
});
