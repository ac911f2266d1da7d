import type { Document } from 'bson';
import { type PaymentPlace, paymentAt, paymentPlace } from '../collections/pledges.ts';
import type { World } from '../collections/world.ts';
import { COLLECTIONS, type CollectionName } from '../options.ts';
import { type Expectation, type Flaw, type Outcome, type Scene, spoil } from './flaw.ts';
import { paymentFlaws, richPaymentFlaws } from './flaws-of-payments.ts';
import { artistFlaws, richArtistFlaws, userFlaws } from './flaws-of-people.ts';
import { fundingProjectFlaws, projectFlaws, richProjectFlaws } from './flaws-of-projects.ts';

interface Spot {
  readonly collection: CollectionName;
  readonly index: number;
  readonly flaw: Flaw;
}

/** From here on up, a payment's slot has no entry among the backers. */
const SLOTS_WITHOUT_BACKER = 1_000_000;

/**
 * Which documents are spoiled and how: each collection's flaws are spread over it evenly, in their order. Ordinary
 * documents name none of the spoiled ones, so that only the intended ones are quarantined with them.
 */
export class FlawPlan {
  readonly #world: World;
  readonly #spots: Readonly<Record<CollectionName, Map<number, Flaw>>>;
  readonly #named = new Map<string, Spot>();
  /** Payments that go on naming a funding project in quarantine, by their number. */
  readonly #cascading = new Map<number, Spot>();

  constructor(world: World, bad: boolean) {
    this.#world = world;
    const flaws = bad ? flawsOf(world.rich) : null;
    this.#spots = {
      users: new Map(),
      artists: new Map(),
      projects: new Map(),
      fundingprojects: new Map(),
      payments: new Map(),
    };
    if (flaws === null) return;
    // Artists come first: where some users are spoiled depends on them.
    for (const collection of ['artists', 'users', 'projects', 'fundingprojects', 'payments'] as const) {
      flaws[collection].forEach((flaw, place) => {
        const even = Math.floor(((place + 0.5) / flaws[collection].length) * spaces(world, collection));
        this.#put({ collection, index: collection === 'users' ? this.#userFor(flaw, even) : even, flaw });
      });
    }
    for (const [index, flaw] of this.#spots.fundingprojects) {
      for (let slot = 0; slot < (flaw.payments ?? 0); slot++) {
        const payment = paymentAt(world, { project: index, slot });
        if (payment === null || this.#spots.payments.has(payment)) continue;
        this.#cascading.set(payment, { collection: 'fundingprojects', index, flaw });
      }
    }
  }

  #put(spot: Spot): void {
    if (this.#spots[spot.collection].has(spot.index)) throw new RangeError('Two flaws of the demo data meet.');
    this.#spots[spot.collection].set(spot.index, spot.flaw);
    if (spot.flaw.name !== undefined) this.#named.set(spot.flaw.name, spot);
    if (spot.collection === 'users') this.#world.shunnedUsers.add(spot.index);
  }

  #userFor(flaw: Flaw, block: number): number {
    if (flaw.userOfArtist === undefined) return this.#world.fanBeside(block);
    return this.#world.userOfArtist(this.#spot(flaw.userOfArtist).index);
  }

  #spot(name: string): Spot {
    const spot = this.#named.get(name);
    if (spot === undefined) throw new Error(`No flaw of the demo data is called ${name}.`);
    return spot;
  }

  /** The document, spoiled if it is one of those. */
  apply(collection: CollectionName, index: number, document: Document): Document {
    const flaw = this.#spots[collection].get(index);
    if (flaw !== undefined) spoil(document, flaw, this.#scene(index));
    return document;
  }

  #scene(index: number): Scene {
    const id = (name: string) => {
      const spot = this.#spot(name);
      return this.#world.id(spot.collection, spot.index);
    };
    return { world: this.#world, index, id, indexOf: (name) => this.#spot(name).index };
  }

  /** The place of a payment, led away from funding projects in quarantine unless it is meant to share their fate. */
  paymentPlace(payment: number): PaymentPlace {
    const place = paymentPlace(this.#world, payment);
    if (this.#cascading.has(payment) || !this.#isQuarantined('fundingprojects', place.project)) return place;
    let project = place.project;
    while (this.#spots.fundingprojects.has(project)) project = (project + 1) % this.#world.counts.fundingprojects;
    return { project, slot: SLOTS_WITHOUT_BACKER + payment };
  }

  #isQuarantined(collection: CollectionName, index: number): boolean {
    const outcomes = this.#spots[collection].get(index)?.outcomes ?? [];
    return outcomes.some((outcome) => outcome.expected === 'quarantine');
  }

  /** What has to become of every spoiled document and of those that fall with it, by collection and `_id`. */
  expectations(): Expectation[] {
    const expected: Expectation[] = [];
    for (const collection of COLLECTIONS) {
      const indexes = [...this.#spots[collection].keys()];
      if (collection === 'payments') indexes.push(...this.#cascading.keys());
      for (const index of indexes.sort((a, b) => a - b)) expected.push(...this.#expected(collection, index));
    }
    return expected;
  }

  #expected(collection: CollectionName, index: number): Expectation[] {
    const id = this.#world.id(collection, index);
    const flaw = this.#spots[collection].get(index);
    if (flaw === undefined) {
      const project = this.#cascading.get(index) as Spot;
      // The first cause counts: where the funding project itself falls with another document, that one.
      const deeper = project.flaw.outcomes.find(({ code, cause }) => code === 'cascade' && cause !== undefined)?.cause;
      const spot = deeper === undefined ? project : this.#spot(deeper);
      const cause = { collection: spot.collection, id: this.#world.id(spot.collection, spot.index) };
      const why = 'the funding project is in quarantine';
      return [{ collection, id, path: 'projectId', why, expected: 'quarantine', code: 'cascade', cause }];
    }
    return flaw.outcomes.map(({ path, cause, ...rest }) => {
      const from = cause === undefined ? undefined : this.#spot(cause);
      const blame = from && { cause: { collection: from.collection, id: this.#world.id(from.collection, from.index) } };
      return { collection, id, path, why: flaw.why, ...({ ...rest, ...blame } as Outcome) };
    });
  }
}

/** Users are spoiled beside artists, at most one to each. */
function spaces(world: World, collection: CollectionName): number {
  return world.counts[collection === 'users' ? 'artists' : collection];
}

function flawsOf(rich: boolean): Readonly<Record<CollectionName, readonly Flaw[]>> {
  return {
    users: userFlaws,
    artists: rich ? [...artistFlaws, ...richArtistFlaws] : artistFlaws,
    projects: rich ? [...projectFlaws, ...richProjectFlaws] : projectFlaws,
    fundingprojects: fundingProjectFlaws,
    payments: rich ? [...paymentFlaws, ...richPaymentFlaws] : paymentFlaws,
  };
}
