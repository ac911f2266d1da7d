import { setTimeout as sleep } from 'node:timers/promises';
import type { Fault } from './fault.ts';

const LINKS = ['postgres', 'mongodb', 'temporal'] as const;

/** Every connection ends at once. */
export const cut: Fault = ({ ground }, _, dice) => {
  const link = dice.pick(LINKS);
  ground[link]?.cut();
  return { what: `cut the connections to ${link}`, done: Promise.resolve() };
};

/** Nothing gets through for a while, in old connections and new ones; nobody is told. */
export const swallow: Fault = ({ ground }, _, dice) => {
  const link = dice.pick(LINKS);
  const ms = dice.int(300, 4_000);
  ground[link]?.swallow();
  return {
    what: `swallow what goes to and from ${link} for ${ms} ms`,
    done: sleep(ms).then(() => ground[link]?.heal()),
  };
};

export const refuse: Fault = ({ ground }, _, dice) => {
  const link = dice.pick(LINKS);
  const ms = dice.int(300, 4_000);
  ground[link]?.refuse();
  return { what: `refuse connections to ${link} for ${ms} ms`, done: sleep(ms).then(() => ground[link]?.heal()) };
};

/** A firewall forgets the connections that there are: neither end ever hears of it. */
export const silence: Fault = ({ ground }, _, dice) => {
  const link = dice.pick(LINKS);
  ground[link]?.silence();
  return { what: `silence the connections to ${link} for good`, done: Promise.resolve() };
};

/** What was sent arrives when nobody reckons with it any more: a new connection has taken the place of the old one. */
export const late: Fault = ({ ground }, _, dice) => {
  const link = dice.pick(LINKS);
  const ms = dice.int(1_000, 15_000);
  const release = ground[link]?.silence();
  return { what: `hold what is on its way to and from ${link} for ${ms} ms`, done: sleep(ms).then(() => release?.()) };
};
