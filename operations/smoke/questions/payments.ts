import { typeOfKey } from '../../../engine/document/legacy-key.ts';
import { QUESTIONS } from '../../../engine/messages/labels/report.ts';
import type { Payment } from '../../../prisma/generated/client/client.ts';
import { labelOf } from '../../../stages/platform.ts';
import { columnsOf, fieldsOf, Ranked, type Reference, reference, referenceWithin } from '../answers/answer.ts';
import { defineSmokeTest } from '../define.ts';
import type { LegacyDocument } from '../legacy/models.ts';

const FIELDS = [
  ...(['paymentId', 'orderId', 'backerName', 'backerEmail', 'backerPhone', 'backerAddress', 'rewardName'] as const),
  ...(['amount', 'transactionId', 'paymentKey', 'message', 'completedAt', 'cancelledAt', 'refundedAt'] as const),
  ...(['refundId', 'refundAmount', 'refundReason', 'createdAt', 'updatedAt'] as const),
] as const;
const PAGE_SIZE = 10;

export const paymentByOrder = defineSmokeTest<string>({
  name: 'payment-by-order',
  description: QUESTIONS['payment-by-order'].en,
  models: ['user', 'fundingProject', 'payment'],
  draw: async (n, from) =>
    (await from.documents('payment', n))
      .map((payment) => payment.get('orderId') as unknown)
      .filter((orderId) => typeof orderId === 'string'),
  legacy: async (source, orderId) => {
    const payment = await source.findOne('payment', { orderId }, { reads: ['orderId'] });
    if (payment === null) return null;
    const user = await source.findOne('user', { _id: payment.get('backerId') });
    const project = await source.findOne('fundingProject', { _id: payment.get('projectId') });
    return {
      ...legacyPayment(payment),
      user: user && { _id: reference('user', user._id), ...fieldsOf(user, ['name', 'email']) },
      project: project && {
        ...{ _id: reference('fundingProject', project._id), status: project.get('status') },
        ...fieldsOf(project, ['title', 'endDate']),
      },
    };
  },
  prisma: async (target, orderId) => {
    const [payment] = await target.page('payment', { reads: ['orderId'], limit: 1 }, async ({ skip }) => {
      const include = { backer: true, project: true } as const;
      const found = skip > 0 ? null : await target.client.payment.findUnique({ where: { orderId }, include });
      return found === null ? [] : [found];
    });
    if (payment === undefined) return null;
    const { backer, project } = payment;
    return {
      ...prismaPayment(payment),
      user: { _id: backer.id, ...columnsOf(backer, ['name', 'email']) },
      project: {
        ...{ _id: project.id, status: labelOf('FundingStatus', project.status) },
        ...columnsOf(project, ['title', 'endDate']),
      },
    };
  },
});

export const ownPayments = defineSmokeTest<Reference>({
  name: 'own-payments',
  description: QUESTIONS['own-payments'].en,
  models: ['user', 'fundingProject', 'payment'],
  // The platform asks by an _id: what stands there instead of one, a DBRef or a document, it cannot ask by.
  draw: async (n, from) =>
    (await from.documents('payment', n)).flatMap((payment) => {
      const backer = reference('user', payment.get('backerId'));
      return backer === null || typeOfKey(backer.key) === 'object' ? [] : [backer];
    }),
  legacy: async (source, { id }) => {
    const found = await source.find(
      'payment',
      { backerId: id },
      { sort: { createdAt: -1, _id: -1 }, limit: PAGE_SIZE, reads: ['backerId', 'createdAt'] },
    );
    return new Ranked(found.map(legacyPayment), 'createdAt', found.length === PAGE_SIZE);
  },
  prisma: async (target, userId) => {
    const backerId = await target.idOf(userId);
    const found =
      backerId === null
        ? []
        : await target.page('payment', { reads: ['backerId', 'createdAt'], limit: PAGE_SIZE }, ({ skip, take }) =>
            target.client.payment.findMany({
              where: { backerId },
              orderBy: [{ createdAt: 'desc' }, { id: 'desc' }],
              skip,
              take,
            }),
          );
    return new Ranked(found.map(prismaPayment), 'createdAt', found.length === PAGE_SIZE);
  },
});

function legacyPayment(payment: LegacyDocument) {
  const projectId: unknown = payment.get('projectId');
  return {
    _id: reference('payment', payment._id),
    projectId: reference('fundingProject', projectId),
    backerId: reference('user', payment.get('backerId')),
    rewardId: referenceWithin('fundingReward', projectId, payment.get('rewardId')),
    status: payment.get('status'),
    paymentMethod: payment.get('paymentMethod'),
    paymentProvider: payment.get('paymentProvider'),
    ...fieldsOf(payment, FIELDS),
  };
}

function prismaPayment(payment: Payment) {
  return {
    ...{ _id: payment.id, projectId: payment.projectId, backerId: payment.backerId, rewardId: payment.rewardId },
    status: labelOf('PaymentStatus', payment.status),
    paymentMethod: labelOf('PaymentMethod', payment.paymentMethod),
    paymentProvider: labelOf('PaymentProvider', payment.paymentProvider),
    ...columnsOf(payment, FIELDS),
  };
}
