import type { World } from './world.ts';

/** What a payment and the funding project's list of backers both tell. */
export interface Pledge {
  readonly user: number;
  readonly hundredths: number;
  /** The place in the project's `rewards`, or null for a gift. */
  readonly reward: number | null;
  /** How many entries of the project's `backers` stand for the payment. */
  readonly entries: 0 | 1 | 2;
}

/** A payment's project, and its place among that project's payments. */
export interface PaymentPlace {
  readonly project: number;
  readonly slot: number;
}

/** Projects whose payments arrive side by side. */
const NEIGHBOURS = 8;
const REWARD_AMOUNTS = [10_000, 25_000, 39_000, 50_000, 100_000, 300_000, 1_200_000];

export function paymentsPerProject(world: World): number {
  return Math.ceil(world.counts.payments / world.counts.fundingprojects);
}

export function paymentPlace(world: World, payment: number): PaymentPlace {
  const perProject = paymentsPerProject(world);
  const first = NEIGHBOURS * Math.floor(payment / (NEIGHBOURS * perProject));
  const abreast = Math.min(NEIGHBOURS, world.counts.fundingprojects - first);
  const rest = payment - first * perProject;
  return { project: first + (rest % abreast), slot: Math.floor(rest / abreast) };
}

/** The other way round; null when there are not so many payments. */
export function paymentAt(world: World, { project, slot }: PaymentPlace): number | null {
  const first = NEIGHBOURS * Math.floor(project / NEIGHBOURS);
  const abreast = Math.min(NEIGHBOURS, world.counts.fundingprojects - first);
  const payment = first * paymentsPerProject(world) + slot * abreast + (project - first);
  return payment < world.counts.payments ? payment : null;
}

/** What each reward of a funding project costs, in won, cheapest first. */
export function rewardAmounts(world: World, project: number): number[] {
  const random = world.random('fundingprojects', project, 2);
  const first = random.int(0, 3);
  return REWARD_AMOUNTS.slice(first, first + random.int(2, 4));
}

/** The pledge of a slot: the same wherever it is asked for. */
export function pledgeOf(world: World, project: number, slot: number): Pledge {
  const random = world.random('fundingprojects', project, 1000 + slot);
  const user = world.earlierUser(random, (project + 1) / world.counts.fundingprojects);
  const rewards = rewardAmounts(world, project);
  const reward = random.chance(0.85) ? random.int(0, rewards.length - 1) : null;
  const won = reward === null ? random.int(1, 80) * 1000 : (rewards[reward] as number);
  const tip = random.chance(0.12) ? random.int(1, 9) * 100_000 : 0;
  const fraction = random.chance(0.04) ? random.int(1, 99) : 0;
  const kind = random.next();
  return { user, hundredths: won * 100 + tip + fraction, reward, entries: kind < 0.88 ? 1 : kind < 0.95 ? 0 : 2 };
}
