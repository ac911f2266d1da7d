import { type Document, Long } from 'bson';
import { paymentMethods, paymentProviders, type paymentStatuses } from '../../../../stages/models/payment.ts';
import { type PaymentPlace, type Pledge, pledgeOf } from './pledges.ts';
import type { Random } from './random.ts';
import { message, phoneNumber, streetAddress, workTitle } from './words.ts';
import { daysAfter, type World } from './world.ts';

/** One payment of the pledge that stands at a place in a funding project. */
export function paymentDocument(world: World, index: number, place: PaymentPlace): Document {
  const random = world.random('payments', index);
  const born = world.time('payments', index);
  const pledge = pledgeOf(world, place.project, place.slot);
  const backer = world.person(pledge.user);
  const method = paymentMethods[index % paymentMethods.length];
  const id = world.id('payments', index);
  const document: Document = {
    _id: id,
    paymentId: `PAY-${new Date(born).toISOString().slice(0, 10).replaceAll('-', '')}-${String(index).padStart(7, '0')}`,
    orderId: `order_${index.toString(36)}_${id.toHexString().slice(0, 8)}`,
    projectId: world.id('fundingprojects', place.project),
    backerId: world.id('users', pledge.user),
    backerName: backer.name,
    backerEmail: backer.email,
    backerPhone: phoneNumber(random),
    ...(random.chance(0.7) ? { backerAddress: streetAddress(random) } : {}),
    rewardId: null,
    rewardName: '',
    amount: world.money(random, pledge.hundredths),
    paymentMethod: method,
  };
  if (pledge.reward !== null) {
    document['rewardId'] = world.partId('reward', 'fundingprojects', place.project, pledge.reward);
    document['rewardName'] = workTitle(random);
  }
  if (index > world.counts.payments / 5) document['paymentProvider'] = paymentProviders[index % 3 === 0 ? 1 : 0];
  Object.assign(document, course(world, random, index, pledge, born));
  if (random.chance(0.6)) document['metadata'] = metadata(random, index);
  document['createdAt'] = new Date(born);
  document['updatedAt'] = daysAfter(born, random.next() * 3);
  document['__v'] = 0;
  return document;
}

/** How it went: a payment with an entry among the backers was completed, now and then refunded. */
function course(world: World, random: Random, index: number, pledge: Pledge, born: number): Document {
  const open = ['pending', 'failed', 'cancelled'] as const;
  const status: (typeof paymentStatuses)[number] =
    pledge.entries === 0 ? random.pick(open) : random.chance(0.94) ? 'completed' : 'refunded';
  const paid = status === 'completed' || status === 'refunded';
  return {
    status,
    ...(paid ? { transactionId: `tx_${index}`, paymentKey: `key_${world.seed}_${index.toString(16)}` } : {}),
    ...(random.chance(0.5) ? { message: random.chance(0.5) ? message(random) : '' } : {}),
    completedAt: paid ? daysAfter(born, 0.002) : null,
    ...(status === 'cancelled' ? { cancelledAt: daysAfter(born, 0.5) } : {}),
    ...(status === 'refunded'
      ? {
          refundedAt: daysAfter(born, 2),
          refundId: `refund_${index}`,
          refundAmount: world.money(random, random.chance(0.5) ? pledge.hundredths : Math.floor(pledge.hundredths / 2)),
          refundReason: random.pick(['단순 변심', '중복 결제', 'Changed my mind']),
        }
      : {}),
  };
}

/** What the payment page sent along: text, numbers of several types, lists and objects inside objects. */
function metadata(random: Random, index: number): Document {
  return {
    channel: random.pick(['web', 'app', '모바일 웹']),
    device: { os: random.pick(['iOS', 'Android', 'Windows']), version: random.int(9, 17), touch: random.chance(0.6) },
    ...(random.chance(0.4) ? { utm: { source: 'newsletter', campaign: `봄 캠페인 ${index % 7}`, term: null } } : {}),
    ...(random.chance(0.3)
      ? {
          coupons: [
            { code: `C${index % 97}`, off: random.int(1, 9) * 1000 },
            { code: 'WELCOME', off: 0.1 },
          ],
        }
      : {}),
    ...(random.chance(0.2) ? { points: Long.fromBigInt(9_007_199_254_740_993n), agreedAt: new Date(0) } : {}),
  };
}
