import { type Document, Double, ObjectId } from 'bson';
import type { Random } from '../collections/random.ts';
import { emailAddress, message, phoneNumber, prose, streetAddress } from '../collections/words.ts';
import type { CollectionName } from '../options.ts';

/** A number of its own for each document that is made after another one: no document has had so high a one. */
const NEW = 50_000_000;

/** A document that is inserted: like this one, but with ids and unique values of its own. */
export function copyDocument(collection: CollectionName, document: Document, random: Random, at: Date): Document {
  const ids = new Map<string, ObjectId>();
  const copy = copied(document, ids, at, random) as Document;
  copy['createdAt'] = at;
  copy['updatedAt'] = at;
  const number = NEW + random.int(0, NEW);
  const mark = (copy['_id'] as ObjectId).toHexString();
  if (collection === 'users') {
    copy['email'] = `${mark.slice(8)}.${emailAddress(random, number)}`;
    delete copy['username'];
    // Only a user with a profile is an artist.
    copy['role'] = 'fan';
  }
  if (collection === 'payments') {
    copy['paymentId'] = `PAY-${at.toISOString().slice(0, 10).replaceAll('-', '')}-${mark.slice(8)}`;
    copy['orderId'] = `order_${mark}`;
    if (copy['transactionId']) copy['transactionId'] = `tx_${mark}`;
    if (copy['paymentKey']) copy['paymentKey'] = `key_${mark}`;
  }
  return copy;
}

/** Every `_id` anew, and what refers to one of them inside the document with it. */
function copied(value: unknown, ids: Map<string, ObjectId>, at: Date, random: Random): unknown {
  if (value instanceof ObjectId) return ids.get(value.toHexString()) ?? value;
  if (Array.isArray(value)) return value.map((one) => copied(one, ids, at, random));
  if (value === null || typeof value !== 'object' || value instanceof Date || '_bsontype' in value) return value;
  const own = (value as Document)['_id'];
  if (own instanceof ObjectId) ids.set(own.toHexString(), laterId(at, random));
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, copied(one, ids, at, random)]));
}

function laterId(at: Date, random: Random): ObjectId {
  const bytes = Buffer.alloc(12);
  bytes.writeUInt32BE(Math.floor(at.getTime() / 1000), 0);
  for (let place = 4; place < 12; place++) bytes[place] = random.int(0, 255);
  return new ObjectId(bytes);
}

/** What the platform does to a document in its life; a spoiled one may take only the new `updatedAt`. */
export function updateDocument(collection: CollectionName, document: Document, random: Random, at: Date): void {
  UPDATES[collection](document, random, at);
  document['updatedAt'] = at;
  if (Number.isInteger(document['__v'])) document['__v'] += 1;
}

const UPDATES: Readonly<Record<CollectionName, (document: Document, random: Random, at: Date) => void>> = {
  users(document, random, at) {
    document['lastLogin'] = at;
    if (random.chance(0.5)) document['bio'] = prose(random, 2);
    if (random.chance(0.2)) document['avatar'] = `/avatars/${random.int(0, 99_999)}.webp`;
  },
  artists(document, random) {
    if (typeof document['followers'] === 'number') document['followers'] += random.int(1, 500);
    if (random.chance(0.3)) document['tags'] = [prose(random, 1).slice(0, 12)];
  },
  projects(document, random) {
    if (typeof document['progress'] === 'number' && document['progress'] < 100) document['progress'] += 1;
    if (random.chance(0.3)) document['isPublic'] = random.chance(0.5);
  },
  fundingprojects: addBacker,
  payments: movePayment,
};

/** One of the backers gives once more, without a reward. */
function addBacker(document: Document, random: Random, at: Date): void {
  const { backers, currentAmount } = document;
  const others: unknown[] = Array.isArray(backers) ? backers : [];
  const one = others[random.int(0, others.length - 1)] as Document | undefined;
  if (one?.['user'] instanceof ObjectId && typeof currentAmount === 'number') {
    const amount = 1_000 * random.int(1, 50);
    const isAnonymous = random.chance(0.1);
    const entry = { _id: laterId(at, random), user: one['user'], userName: one['userName'] ?? null, amount };
    others.push({ ...entry, backedAt: at, isAnonymous, message: message(random) });
    document['currentAmount'] = new Double(currentAmount + amount);
  } else if (typeof document['daysLeft'] === 'number' && document['daysLeft'] > 0) {
    document['daysLeft'] -= 1;
  }
}

/** A pending one is paid, a paid one given back; others get another address. */
function movePayment(document: Document, random: Random, at: Date): void {
  if (document['status'] === 'pending') {
    document['status'] = 'completed';
    document['completedAt'] = at;
    document['transactionId'] = `tx_${random.int(0, 2 ** 31)}`;
  } else if (document['status'] === 'completed' && random.chance(0.3)) {
    Object.assign(document, { status: 'refunded', refundedAt: at, refundAmount: document['amount'] });
  } else {
    document['backerPhone'] = phoneNumber(random);
    document['backerAddress'] = streetAddress(random);
  }
}
