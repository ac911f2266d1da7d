/** The source's collections, in the order in which they refer to each other. */
export const COLLECTIONS = ['users', 'artists', 'projects', 'fundingprojects', 'payments'] as const;
export type CollectionName = (typeof COLLECTIONS)[number];

/** What the demo data shall be; the same options give the same bytes. */
export interface DemoOptions {
  /** Any integer; 1 unless given. */
  readonly seed?: number;
  /** 1 gives 2,000 users, 400 artists, 500 projects, 200 funding projects and 3,000 payments; from 0.1 up. */
  readonly scale?: number;
  /** Whether some dozens of documents are spoiled on purpose; true unless given. */
  readonly bad?: boolean;
  /** Adds Decimal128 amounts, NaN and odd metadata keys, which a dump can hold but MongoDB's stand-in cannot. */
  readonly rich?: boolean;
  /** Takes the place of `scale`: so many documents, shared out over the collections. */
  readonly mix?: DemoMix;
}

interface DemoMix {
  readonly documents: number;
  /** Parts of 1; 40 % users, 10 % artists, 10 % projects, 5 % funding projects and 35 % payments unless given. */
  readonly shares?: Readonly<Record<CollectionName, number>>;
}

/** The fewest documents that hold every spoiled one: 120, 40, 40, 20 and 70. */
export const SMALL_DEMO: DemoOptions = {
  mix: {
    documents: 290,
    shares: { users: 120 / 290, artists: 40 / 290, projects: 40 / 290, fundingprojects: 20 / 290, payments: 70 / 290 },
  },
};

export type DemoCounts = Readonly<Record<CollectionName, number>>;

const AT_SCALE_1: DemoCounts = { users: 2000, artists: 400, projects: 500, fundingprojects: 200, payments: 3000 };
const MIX_SHARES = { users: 0.4, artists: 0.1, projects: 0.1, fundingprojects: 0.05, payments: 0.35 };

/**
 * How many documents each collection gets.
 * @throws RangeError when there would be too few to hold the spoiled documents, or fewer than three users an artist.
 */
export function demoCounts(options: DemoOptions): DemoCounts {
  const { scale = 1, mix } = options;
  const shares = mix?.shares ?? MIX_SHARES;
  const counts = Object.fromEntries(
    COLLECTIONS.map((name) => [name, Math.round(mix ? mix.documents * shares[name] : AT_SCALE_1[name] * scale)]),
  ) as Record<CollectionName, number>;
  if (COLLECTIONS.some((name) => !(counts[name] >= 1))) {
    throw new RangeError('Demo data needs at least one document in each of the five collections.');
  }
  if (counts.users < 3 * counts.artists) throw new RangeError('Demo data needs at least three users for each artist.');
  if ((options.bad ?? true) && (counts.fundingprojects < 20 || counts.artists < 40 || counts.projects < 40)) {
    throw new RangeError('Demo data with spoiled documents needs a scale of 0.1 or more.');
  }
  return counts;
}
