import { compareExact } from '../engine/document/exact-number.ts';
import type { CheckedDocument, Reference } from '../engine/plan/checked-document.ts';
import type { ResolveReference } from '../engine/plan/stage.ts';
import type { Query } from '../engine/target/query.ts';
import { paymentColumns } from './declared/payment.ts';
import { payment as model, type PaymentDocument } from './models/payment.ts';
import { defineStage, member } from './platform.ts';

/** The pledges of the batch's payments: pledge id by `project/backer/amount`, null where several match. */
type Pledges = ReadonlyMap<string, string | null>;

/** payments → Payment. A payment's pledge is the one of its project, backer and amount, when exactly one matches. */
export const payment = defineStage<PaymentDocument>({
  name: 'payment',
  version: '1',
  collection: 'payments',
  model,
  idCollection: 'payment',
  collectionNumber: 5,
  tables: [{ table: 'Payment', root: 'id' }],
  children: [],
  subReferences: [{ path: 'rewardId', within: 'projectId', collection: 'fundingReward' }],
  columns: {},
  declares: paymentColumns,
  samples: [
    { path: 'paymentId', column: 'paymentId' },
    { path: 'projectId', column: 'projectId' },
    { path: 'backerId', column: 'backerId' },
    { path: 'backerName', column: 'backerName', masked: 'text' },
    { path: 'backerEmail', column: 'backerEmail', masked: 'email' },
    { path: 'backerPhone', column: 'backerPhone', masked: 'phone' },
    { path: 'amount', column: 'amount' },
    { path: 'status', column: 'status' },
  ],
  prepare: findPledges,
  transform(document, to) {
    const projectId = to.required(document.projectId);
    const backerId = to.required(document.backerId);
    const amount = to.money(document.amount, 'amount');
    if (compareExact(document.refundAmount, 0) > 0 && Number(document.refundAmount) > Number(document.amount)) {
      to.finding('refundAmount', 'sumMismatch');
    }
    to.row('Payment', {
      id: to.id,
      paymentId: document.paymentId,
      orderId: document.orderId,
      projectId,
      backerId,
      backerName: document.backerName,
      backerEmail: document.backerEmail,
      backerPhone: document.backerPhone,
      backerAddress: document.backerAddress,
      rewardId: to.optional(document.rewardId),
      rewardName: document.rewardName,
      pledgeId: (to.found as Pledges).get(pledgeKey(projectId, backerId, amount)) ?? null,
      amount,
      paymentMethod: member('PaymentMethod', document.paymentMethod),
      paymentProvider: member('PaymentProvider', document.paymentProvider),
      status: member('PaymentStatus', document.status),
      transactionId: document.transactionId,
      paymentKey: document.paymentKey,
      message: document.message,
      completedAt: document.completedAt,
      cancelledAt: document.cancelledAt,
      refundedAt: document.refundedAt,
      refundId: document.refundId,
      refundAmount: to.money(document.refundAmount, 'refundAmount'),
      refundReason: document.refundReason,
      metadata: document.metadata,
      createdAt: document.createdAt,
      updatedAt: document.updatedAt,
    });
  },
});

function pledgeKey(projectId: string, backerId: string, amount: string): string {
  return `${projectId}/${backerId}/${amount}`;
}

/** Pledges that are about to go are not there any more. */
async function findPledges(
  documents: readonly CheckedDocument[],
  resolve: ResolveReference,
  query: Query,
): Promise<Pledges> {
  const projects: string[] = [];
  const backers: string[] = [];
  for (const document of documents) {
    const projectId = resolve(document, document.fields['projectId'] as Reference);
    const backerId = resolve(document, document.fields['backerId'] as Reference);
    if (projectId === null || backerId === null) continue;
    projects.push(projectId);
    backers.push(backerId);
  }
  const found = await query(
    `SELECT DISTINCT "id", "projectId", "userId", "amount" FROM "Pledge"
     JOIN unnest($1::uuid[], $2::uuid[]) AS wanted (project, backer)
       ON "projectId" = wanted.project AND "userId" = wanted.backer
     WHERE "id" NOT IN (SELECT prisma_id FROM migration_id_map WHERE departing)`,
    [projects, backers],
  );
  const pledges = new Map<string, string | null>();
  for (const [id, projectId, userId, amount] of found) {
    const key = pledgeKey(projectId!, userId!, amount!);
    pledges.set(key, pledges.has(key) ? null : id!);
  }
  return pledges;
}
