import type { Document } from 'bson';
import { artistDocument } from './collections/artists.ts';
import { fundingProjectDocument } from './collections/funding-projects.ts';
import { paymentDocument } from './collections/payments.ts';
import { projectDocument } from './collections/projects.ts';
import { userDocument } from './collections/users.ts';
import { World } from './collections/world.ts';
import type { Expectation } from './flaws/flaw.ts';
import { FlawPlan } from './flaws/flaw-plan.ts';
import type { CollectionName, DemoOptions } from './options.ts';

/**
 * The demo platform's documents, collection by collection in `_id` order. Each iteration makes them anew, one at a
 * time; the same options give the same bytes, on any machine and at any time.
 * @throws RangeError for options that {@link demoCounts} refuses.
 */
export function demoDocuments(options: DemoOptions = {}): Readonly<Record<CollectionName, Iterable<Document>>> {
  const world = new World(options);
  const flaws = new FlawPlan(world, options.bad ?? true);
  const all = (collection: CollectionName, make: (index: number) => Document): Iterable<Document> => ({
    *[Symbol.iterator]() {
      for (let index = 0; index < world.counts[collection]; index++) {
        yield flaws.apply(collection, index, make(index));
      }
    },
  });
  return {
    users: all('users', (index) => userDocument(world, index)),
    artists: all('artists', (index) => artistDocument(world, index)),
    projects: all('projects', (index) => projectDocument(world, index)),
    fundingprojects: all('fundingprojects', (index) => fundingProjectDocument(world, index)),
    payments: all('payments', (index) => paymentDocument(world, index, flaws.paymentPlace(index))),
  };
}

/**
 * What has to become of the documents that {@link demoDocuments} spoiled, and of those that fall with them. A spoiled
 * document that moves untouched (the winner of a duplicate) is not listed.
 */
export function expectations(options: DemoOptions = {}): Expectation[] {
  return new FlawPlan(new World(options), options.bad ?? true).expectations();
}
