import { Exact } from '../engine/document/exact-number.ts';
import type { Checked } from '../engine/plan/row-types.ts';
import { fundingProjectColumns } from './declared/funding-project.ts';
import { type FundingProjectDocument, fundingProject as model } from './models/funding-project.ts';
import { noteDateOrder } from './notes.ts';
import { defineStage, member, type RowBuilder } from './platform.ts';

type Document = Checked<FundingProjectDocument>;

/**
 * fundingprojects → FundingProject and eight tables below it. Rows are made in the order in which they refer to each
 * other: plan, rewards, stages, pledges (need rewards), expenses (need stages), distributions (need pledges), updates.
 */
export const fundingProject = defineStage<FundingProjectDocument>({
  name: 'fundingProject',
  version: '1',
  collection: 'fundingprojects',
  model,
  idCollection: 'fundingProject',
  collectionNumber: 4,
  tables: [
    { table: 'FundingProject', root: 'id' },
    { table: 'FundingProjectExecutionPlan', root: 'projectId' },
    { table: 'FundingProjectReward', root: 'projectId' },
    { table: 'FundingProjectStage', root: 'projectId' },
    { table: 'Pledge', root: 'projectId' },
    { table: 'FundingProjectExpenseRecord', root: 'projectId' },
    { table: 'FundingProjectDistribution', root: 'projectId' },
    { table: 'FundingProjectUpdate', root: 'projectId' },
  ],
  children: [
    { path: 'executionPlan', table: 'FundingProjectExecutionPlan', collection: 'fundingExecutionPlan', single: true },
    { path: 'rewards', table: 'FundingProjectReward', collection: 'fundingReward' },
    { path: 'executionPlan.stages', table: 'FundingProjectStage', collection: 'fundingStage' },
    { path: 'backers', table: 'Pledge', collection: 'fundingBacker' },
    { path: 'expenseRecords', table: 'FundingProjectExpenseRecord', collection: 'fundingExpense' },
    {
      path: 'revenueDistribution.distributions',
      table: 'FundingProjectDistribution',
      collection: 'fundingDistribution',
    },
    { path: 'updates', table: 'FundingProjectUpdate', collection: 'fundingUpdate' },
  ],
  columns: {
    artist: 'artistId',
    'revenueDistribution.totalRevenue': 'revenueTotal',
    'revenueDistribution.platformFee': 'revenuePlatformFeeRate',
    'revenueDistribution.artistShare': 'revenueArtistShareRate',
    'revenueDistribution.backerShare': 'revenueBackerShareRate',
    'backers.user': 'userId',
    'backers.reward': 'rewardId',
    'expenseRecords.stage': 'stageId',
    'expenseRecords.date': 'expenseDate',
    'revenueDistribution.distributions.backer': 'backerId',
  },
  declares: fundingProjectColumns,
  samples: [
    { path: 'title', column: 'title' },
    { path: 'artist', column: 'artistId' },
    { path: 'status', column: 'status' },
    { path: 'goalAmount', column: 'goalAmount' },
    { path: 'currentAmount', column: 'currentAmount' },
    { path: 'endDate', column: 'endDate' },
  ],
  transform(document, to) {
    noteDateOrder(document, to);
    to.row('FundingProject', {
      id: to.id,
      title: document.title,
      description: document.description,
      artistId: to.required(document.artist),
      artistName: document.artistName,
      category: member('ProjectCategory', document.category),
      goalAmount: to.money(document.goalAmount, 'goalAmount'),
      currentAmount: to.money(document.currentAmount, 'currentAmount'),
      startDate: document.startDate,
      endDate: document.endDate,
      status: member('FundingStatus', document.status),
      progress: to.percentage(document.progress, 'progress'),
      daysLeft: to.integer(document.daysLeft, 'daysLeft'),
      image: document.image,
      tags: document.tags,
      isActive: document.isActive,
      isVerified: document.isVerified,
      featured: document.featured,
      ...revenue(document, to),
      createdAt: document.createdAt,
      updatedAt: document.updatedAt,
    });
    const planId = executionPlan(document, to);
    rewards(document, to);
    stages(document, to, planId);
    const pledges = backers(document, to);
    expenses(document, to);
    distributions(document, to, pledges);
    updates(document, to);
    noteCurrentAmount(document, to);
  },
});

function revenue({ revenueDistribution: share }: Document, to: RowBuilder) {
  return {
    revenueTotal: to.money(share.totalRevenue, 'revenueDistribution.totalRevenue'),
    revenuePlatformFeeRate: to.rate(share.platformFee, 'revenueDistribution.platformFee'),
    revenueArtistShareRate: to.rate(share.artistShare, 'revenueDistribution.artistShare'),
    revenueBackerShareRate: to.rate(share.backerShare, 'revenueDistribution.backerShare'),
  };
}

function executionPlan(document: Document, to: RowBuilder): string {
  const id = to.single('executionPlan');
  const totalBudget = to.money(document.executionPlan.totalBudget, 'executionPlan.totalBudget');
  to.row('FundingProjectExecutionPlan', { id, projectId: to.id, totalBudget });
  return id;
}

function rewards(document: Document, to: RowBuilder): void {
  for (const reward of to.children('rewards', document.rewards)) {
    to.row('FundingProjectReward', {
      id: reward.rowId,
      projectId: to.id,
      title: reward.title,
      description: reward.description,
      amount: to.money(reward.amount, `${reward.at}.amount`),
      claimed: to.counter(reward.claimed, `${reward.at}.claimed`),
      maxClaim: to.counter(reward.maxClaim, `${reward.at}.maxClaim`),
      estimatedDelivery: reward.estimatedDelivery,
    });
  }
}

function stages(document: Document, to: RowBuilder, planId: string): void {
  for (const stage of to.children('executionPlan.stages', document.executionPlan.stages)) {
    noteDateOrder(stage, to, `${stage.at}.`);
    to.row('FundingProjectStage', {
      id: stage.rowId,
      projectId: to.id,
      planId,
      name: stage.name,
      description: stage.description,
      budget: to.money(stage.budget, `${stage.at}.budget`),
      startDate: stage.startDate,
      endDate: stage.endDate,
      status: member('FundingStageStatus', stage.status),
      progress: to.percentage(stage.progress, `${stage.at}.progress`),
    });
  }
}

/** A pledge's id by its backer; null where a backer has several, since then none of them is "the" pledge. */
type PledgeOfBacker = ReadonlyMap<string, string | null>;

function backers(document: Document, to: RowBuilder): PledgeOfBacker {
  const pledgeOf = new Map<string, string | null>();
  for (const backer of to.children('backers', document.backers)) {
    const userId = to.optional(backer.user);
    if (userId !== null) pledgeOf.set(userId, pledgeOf.has(userId) ? null : backer.rowId);
    to.row('Pledge', {
      id: backer.rowId,
      projectId: to.id,
      userId,
      userName: backer.userName,
      amount: to.money(backer.amount, `${backer.at}.amount`),
      rewardId: to.inside(backer.reward, 'rewards'),
      backedAt: backer.backedAt,
      isAnonymous: backer.isAnonymous,
      message: backer.message,
    });
  }
  return pledgeOf;
}

function expenses(document: Document, to: RowBuilder): void {
  for (const expense of to.children('expenseRecords', document.expenseRecords)) {
    to.row('FundingProjectExpenseRecord', {
      id: expense.rowId,
      projectId: to.id,
      stageId: to.inside(expense.stage, 'executionPlan.stages'),
      category: member('ExpenseCategory', expense.category),
      title: expense.title,
      description: expense.description,
      amount: to.money(expense.amount, `${expense.at}.amount`),
      receipt: expense.receipt,
      expenseDate: expense.date,
      verified: expense.verified,
    });
  }
}

function distributions(document: Document, to: RowBuilder, pledges: PledgeOfBacker): void {
  const path = 'revenueDistribution.distributions';
  for (const share of to.children(path, document.revenueDistribution.distributions)) {
    const backerId = to.required(share.backer);
    to.row('FundingProjectDistribution', {
      id: share.rowId,
      projectId: to.id,
      backerId,
      pledgeId: pledges.get(backerId) ?? null,
      userName: share.userName,
      originalAmount: to.money(share.originalAmount, `${share.at}.originalAmount`),
      profitShare: to.money(share.profitShare, `${share.at}.profitShare`),
      totalReturn: to.money(share.totalReturn, `${share.at}.totalReturn`),
      distributedAt: share.distributedAt,
      status: member('DistributionStatus', share.status),
    });
  }
}

function updates(document: Document, to: RowBuilder): void {
  for (const update of to.children('updates', document.updates)) {
    to.row('FundingProjectUpdate', {
      id: update.rowId,
      projectId: to.id,
      title: update.title,
      content: update.content,
      createdAt: update.createdAt,
      type: member('FundingUpdateType', update.type),
    });
  }
}

/** The platform keeps the sum of the pledges beside them; where the two disagree, both move and it is told. */
function noteCurrentAmount(document: Document, to: RowBuilder): void {
  let sum = new Exact(0);
  for (const { amount } of document.backers) sum = sum.plus(amount.toString());
  if (!sum.eq(document.currentAmount.toString())) to.finding('currentAmount', 'sumMismatch');
}
