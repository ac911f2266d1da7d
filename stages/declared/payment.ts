import { derived, json, number, own, reference, text, time, within } from '../../engine/plan/declare.ts';
import type { DeclaredTables } from '../platform.ts';

/** What the columns of a payment hold. */
export const paymentColumns: DeclaredTables = {
  Payment: {
    id: own(),
    paymentId: text('paymentId'),
    orderId: text('orderId'),
    projectId: reference('projectId', 'fundingProject'),
    backerId: reference('backerId', 'user'),
    backerName: text('backerName'),
    backerEmail: text('backerEmail'),
    backerPhone: text('backerPhone'),
    backerAddress: text('backerAddress', { missing: '' }),
    rewardId: within('rewardId', 'projectId', 'fundingReward'),
    rewardName: text('rewardName', { missing: '' }),
    pledgeId: derived('the only pledge of the same project, backer and amount'),
    amount: number('amount'),
    paymentMethod: text('paymentMethod'),
    paymentProvider: text('paymentProvider', { missing: 'toss' }),
    status: text('status', { missing: 'pending' }),
    transactionId: text('transactionId', { missing: '' }),
    paymentKey: text('paymentKey', { missing: '' }),
    message: text('message', { missing: '' }),
    completedAt: time('completedAt'),
    cancelledAt: time('cancelledAt'),
    refundedAt: time('refundedAt'),
    refundId: text('refundId', { missing: '' }),
    refundAmount: number('refundAmount', { missing: 0 }),
    refundReason: text('refundReason', { missing: '' }),
    metadata: json('metadata'),
    createdAt: time('createdAt', { missing: 'ids' }),
    updatedAt: time('updatedAt', { missing: 'createdAt' }),
  },
};
