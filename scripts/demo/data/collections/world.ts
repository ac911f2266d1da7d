import { Decimal128, Double, Long, ObjectId } from 'bson';
import type { userRoles } from '../../../../stages/models/user.ts';
import { COLLECTIONS, type CollectionName, type DemoCounts, type DemoOptions, demoCounts } from '../options.ts';
import { mixed, Random } from './random.ts';
import { emailAddress, personName } from './words.ts';

const DAY = 86_400_000;
/** The first user signs up here; every other time follows from it, never from the clock. */
const FOUNDED = Date.UTC(2020, 2, 1);
const SPAN = 4 * 365 * DAY;
/** Days by which a collection's documents come after those that they refer to. */
const LAG: Readonly<Record<CollectionName, number>> = {
  users: 0,
  artists: 30,
  projects: 60,
  fundingprojects: 75,
  payments: 100,
};
/** When the demo's source was last written to. */
export const TODAY = FOUNDED + SPAN + 150 * DAY;

/** The arrays whose elements have ids, in an order that must not change: it is part of the ids. */
const PARTS = [
  'achievement', 'task', 'milestone', 'team', 'note', 'stage', 'expense', 'distribution', 'backer', 'reward', 'update',
  'nowhere',
] as const; // biome-ignore format: a table
export type Part = (typeof PARTS)[number];

/**
 * Ids, times and who refers to whom, all computed from a document's number in its collection. Nothing is remembered, so
 * that a million documents take no more memory than one.
 */
export class World {
  readonly seed: number;
  readonly counts: DemoCounts;
  readonly rich: boolean;
  /** Users that ordinary documents must not name, since they will not arrive. */
  readonly shunnedUsers = new Set<number>();
  /** Users to every artist; one of them is the artist. */
  readonly #blockSize: number;

  constructor(options: DemoOptions) {
    this.seed = options.seed ?? 1;
    this.counts = demoCounts(options);
    this.rich = options.rich ?? false;
    this.#blockSize = Math.floor(this.counts.users / this.counts.artists);
  }

  /** The generator of one document's values; `aspect` keeps independent ones apart. */
  random(collection: CollectionName, index: number, aspect = 0): Random {
    return new Random(this.seed, COLLECTIONS.indexOf(collection), index, aspect);
  }

  /** When a document was made, in milliseconds; grows with its number. */
  time(collection: CollectionName, index: number): number {
    const jitter = mixed([this.seed, 77, COLLECTIONS.indexOf(collection), index]) / 4_294_967_296;
    return Math.floor(FOUNDED + LAG[collection] * DAY + (SPAN * (index + jitter)) / this.counts[collection]);
  }

  id(collection: CollectionName, index: number): ObjectId {
    return this.#objectId(this.time(collection, index), COLLECTIONS.indexOf(collection), index);
  }

  /** The `_id` of an array's element. */
  partId(part: Part, collection: CollectionName, index: number, element: number): ObjectId {
    return this.#objectId(this.time(collection, index), 16 + PARTS.indexOf(part), index * 4096 + element);
  }

  /** An `_id` that no document has. */
  nowhere(number: number): ObjectId {
    return this.#objectId(FOUNDED + number * DAY, 16 + PARTS.indexOf('nowhere'), number);
  }

  /** 4 bytes of seconds, 3 of kind and seed in the place of the process, 5 of a number that counts up. */
  #objectId(time: number, kind: number, number: number): ObjectId {
    const bytes = Buffer.allocUnsafe(12);
    bytes.writeUInt32BE(Math.floor(time / 1000), 0);
    bytes[4] = kind;
    bytes.writeUInt16BE(mixed([this.seed, 5]) & 0xffff, 5);
    bytes.writeUIntBE(number, 7, 5);
    return new ObjectId(bytes);
  }

  userOfArtist(artist: number): number {
    return this.#inBlock(artist, 0);
  }

  /** A user of this artist's block who is neither the artist nor an administrator. */
  fanBeside(artist: number): number {
    return this.#inBlock(artist, 2);
  }

  #inBlock(block: number, shift: number): number {
    const place = (mixed([this.seed, 9, block]) + shift) % this.#blockSize;
    return block * this.#blockSize + place;
  }

  role(user: number): (typeof userRoles)[number] {
    const block = Math.floor(user / this.#blockSize);
    if (block >= this.counts.artists) return 'fan';
    if (user === this.userOfArtist(block)) return 'artist';
    return block % 20 === 0 && user === this.#inBlock(block, 1) ? 'admin' : 'fan';
  }

  administrator(random: Random): number {
    return this.#inBlock(20 * random.int(0, Math.floor((this.counts.artists - 1) / 20)), 1);
  }

  /** A user who was there when this much (0..1) of the platform's time had passed. */
  earlierUser(random: Random, passed: number): number {
    let user = random.int(0, Math.max(9, Math.floor(this.counts.users * passed)) - 1) % this.counts.users;
    while (this.shunnedUsers.has(user)) user = (user + 1) % this.counts.users;
    return user;
  }

  /** The same for a user who is an artist. */
  earlierArtistUser(random: Random, passed: number): number {
    let artist = random.int(0, Math.max(3, Math.floor(this.counts.artists * passed)) - 1) % this.counts.artists;
    while (this.shunnedUsers.has(this.userOfArtist(artist))) artist = (artist + 1) % this.counts.artists;
    return this.userOfArtist(artist);
  }

  /** Name and e-mail, which other documents repeat. */
  person(user: number): { name: string; email: string } {
    const random = this.random('users', user, 1);
    return { name: personName(random), email: emailAddress(random, user) };
  }

  /** An amount as the platform's several writers stored it: mostly int32, now and then a double, a long, a decimal. */
  money(random: Random, hundredths: number): number | Double | Long | Decimal128 {
    const form = random.next();
    if (this.rich && form < 0.1) return Decimal128.fromString((hundredths / 100).toFixed(2));
    if (hundredths % 100 !== 0) return new Double(hundredths / 100);
    if (form > 0.96) return Long.fromNumber(hundredths / 100);
    if (form > 0.9) return new Double(hundredths / 100);
    return hundredths / 100;
  }

  /** A count as int32, or as long when large. */
  count(value: number): number | Long {
    return value > 1_000_000 ? Long.fromNumber(value) : value;
  }
}

/** A date so many days after a time, to the millisecond. */
export function daysAfter(time: number, days: number): Date {
  return new Date(time + Math.round(days * DAY));
}
