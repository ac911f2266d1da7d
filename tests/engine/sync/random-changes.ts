import { type Document, deserialize, ObjectId, serialize } from 'bson';
import { Random } from '../../../scripts/demo/data/collections/random.ts';
import { demoDocuments } from '../../../scripts/demo/data/demo-documents.ts';
import type { DemoOptions } from '../../../scripts/demo/data/options.ts';
import type { Platform } from './reconciling.ts';

/** The demo platform, with its spoiled documents unless said otherwise, each document the caller's own. */
export function demoPlatform(options: DemoOptions = { scale: 0.1 }): Platform {
  const all = Object.entries(demoDocuments(options));
  return Object.fromEntries(all.map(([name, documents]) => [name, [...documents].map(copied)]));
}

const copied = (document: Document): Document =>
  deserialize(serialize(document, { ignoreUndefined: false }), { promoteValues: false, bsonRegExp: true });

/**
 * Changes a platform at random, the same way for the same seed: documents and sub-documents leave, come, change places
 * and take each other's values, good and bad.
 */
export function changed(platform: Platform, seed: number): Platform {
  const random = new Random(seed, 4711);
  const entries = Object.entries(platform).map(([name, documents]) => {
    const kept = documents.filter(() => !random.chance(0.03)).map(copied);
    for (const document of kept) if (random.chance(0.12)) change(document, kept, random);
    for (const document of kept.filter(() => random.chance(0.02)))
      kept.push({ ...copied(document), _id: idFrom(random) });
    return [name, kept];
  });
  return Object.fromEntries(entries);
}

/** New ids come before, between and after those that are there. */
function idFrom(random: Random): ObjectId {
  const hex = Array.from({ length: 16 }, () => random.int(0, 15).toString(16)).join('');
  return new ObjectId(`${random.pick(['50000000', '65000000', '70000000'])}${hex}`);
}

function change(document: Document, others: readonly Document[], random: Random): void {
  const name = random.pick(Object.keys(document).filter((field) => field !== '_id'));
  const value = document[name] as unknown;
  if (Array.isArray(value) && value.length > 0) {
    const place = random.int(0, value.length - 1);
    if (random.chance(0.4)) value.splice(place, 1);
    else if (random.chance(0.5)) value.reverse();
    else if (typeof value[place] === 'object' && value[place] !== null) change(value[place] as Document, value, random);
    return;
  }
  const fate = random.int(1, 10);
  if (fate === 1) delete document[name];
  else if (fate === 2) document[name] = '';
  else {
    const other = random.pick(others);
    const theirs = other[name] as unknown;
    if (random.chance(0.5) && name in other) other[name] = value;
    document[name] = theirs ?? null;
  }
}
