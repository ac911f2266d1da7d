import { createHash } from 'node:crypto';
import { ObjectId, serialize } from 'bson';
import { boxOf } from '../../engine/document/bson/box.ts';
import { valueEnd } from '../../engine/document/bson/raw-bson.ts';

/** Where a BSON object stands in a document of the platform. */
export const PLACES = ['JSON column', 'unknown field', '_id', 'sub-document _id'] as const;
export type Place = (typeof PLACES)[number];

/** An object that is tried out, whole and valid or not. */
export interface Tried {
  readonly name: string;
  readonly object: Buffer;
}

/** One object in one place. */
export interface Placed {
  readonly tried: Tried;
  readonly place: Place;
  readonly collection: 'users' | 'payments' | 'projects';
  /** The whole document. */
  readonly bytes: Buffer;
  /** What has to be found again: the object, or its first value. */
  readonly type: number;
  readonly payload: Buffer;
}

const DAY = new Date('2024-01-02T03:04:05.678Z');
const USER = numbered(1, 1);
const FUNDING = numbered(4, 1);

/** Those that the others refer to. */
export const WORLD: Readonly<Record<string, readonly Buffer[]>> = {
  users: [whole({ _id: USER, ...user(0) })],
  artists: [],
  projects: [],
  fundingprojects: [
    whole({ _id: FUNDING, ...common(USER), goalAmount: 100_000, executionPlan: { totalBudget: 0, stages: [] } }),
  ],
  payments: [],
};

/** Documents that hold the object, one for each place; an `_id` is the object's first value, and stands there once. */
export function placedIn(tried: Tried, n: number, taken: Set<string>): Placed[] {
  const { object } = tried;
  const held = { tried, type: 3, payload: object };
  const placed: Placed[] = [
    { ...held, place: 'JSON column', collection: 'payments', bytes: withElement(payment(n), 3, 'metadata', object) },
    {
      ...held,
      place: 'unknown field',
      collection: 'users',
      bytes: withElement({ _id: numbered(1, n), ...user(n) }, 3, 'odd', object),
    },
  ];
  const first = firstValue(object);
  if (first === null) return placed;
  const task = withElement({ id: 1, title: 't' }, first.type, '_id', first.payload);
  const tasks = boxOf(3, task, '0');
  const project = { _id: numbered(3, n), ...common(USER), budget: 1 };
  placed.push({
    tried,
    ...first,
    place: 'sub-document _id',
    collection: 'projects',
    bytes: withElement(project, 4, 'tasks', tasks),
  });
  const name = createHash('sha256').update(Buffer.of(first.type)).update(first.payload).digest('hex');
  if (taken.has(name)) return placed;
  taken.add(name);
  placed.push({
    tried,
    ...first,
    place: '_id',
    collection: 'users',
    bytes: withElement(user(n, 'id'), first.type, '_id', first.payload),
  });
  return placed;
}

function firstValue(object: Buffer): { readonly type: number; readonly payload: Buffer } | null {
  const at = object.indexOf(0, 5) + 1;
  const end = object.length < 7 || at === 0 ? -1 : valueEnd(object, object[4]!, at, object.length - 1);
  return end < 0 || object[4] === 0 ? null : { type: object[4]!, payload: object.subarray(at, end) };
}

function numbered(collection: number, n: number): ObjectId {
  const id = Buffer.alloc(12);
  id.writeUInt32BE(1_700_000_000);
  id.writeUInt32BE(collection, 4);
  id.writeUInt32BE(n, 8);
  return new ObjectId(id);
}

function user(n: number, kind = 'u') {
  const times = { createdAt: DAY, updatedAt: DAY };
  return { name: 'n', email: `${kind}${n}@example.com`, password: 'x'.repeat(60), ...times };
}

function common(artist: ObjectId) {
  const dates = { startDate: DAY, endDate: DAY, createdAt: DAY, updatedAt: DAY };
  return { title: 't', description: 'd', artist, artistName: 'n', category: '음악', ...dates };
}

function payment(n: number) {
  const backer = { backerId: USER, backerName: 'b', backerEmail: 'b@example.com', backerPhone: '010' };
  const own = { paymentId: `p${n}`, orderId: `o${n}`, projectId: FUNDING, amount: 10_000, paymentMethod: 'card' };
  return { _id: numbered(5, n), ...own, ...backer, createdAt: DAY, updatedAt: DAY };
}

function whole(document: Record<string, unknown>): Buffer {
  return Buffer.from(serialize(document));
}

/** A document with one more element at its end. */
function withElement(document: Record<string, unknown>, type: number, name: string, payload: Buffer): Buffer {
  const bytes = whole(document);
  const element = boxOf(type, payload, name).subarray(4);
  const longer = Buffer.concat([bytes.subarray(0, -1), element]);
  longer.writeInt32LE(longer.length);
  return longer;
}
