import { beforeAll, describe, expect, test } from '@jest/globals';
import { type Document, ObjectId, serialize } from 'bson';
import { demoDocuments, expectations } from '../../../scripts/demo/data/demo-documents.ts';
import type { Expectation } from '../../../scripts/demo/data/flaws/flaw.ts';
import { COLLECTIONS, type CollectionName } from '../../../scripts/demo/data/options.ts';
import { all, digest, type Everything, idsAt, keyOf, MODELS, OPTIONAL, REQUIRED, valuesAt } from './everything.ts';

describe('the demo data at scale 1', () => {
  let data: Everything;
  let expected: Expectation[];
  let spoiled: Set<string>;
  let quarantined: Set<string>;
  let byId: Record<CollectionName, Map<string, Document>>;

  const isGood = (collection: CollectionName, document: Document) => !spoiled.has(`${collection}/${document['_id']}`);
  const goods = (collection: CollectionName) => data[collection].filter((document) => isGood(collection, document));
  const arriving = (collection: CollectionName) =>
    data[collection].filter((document) => !quarantined.has(`${collection}/${document['_id']}`));

  beforeAll(() => {
    data = all();
    expected = expectations();
    spoiled = new Set(expected.map(keyOf));
    quarantined = new Set(expected.filter((one) => one.expected === 'quarantine').map(keyOf));
    byId = Object.fromEntries(
      COLLECTIONS.map((name) => [name, new Map(data[name].map((document) => [String(document['_id']), document]))]),
    ) as typeof byId;
  });

  test('holds as many documents as it says', () => {
    expect(COLLECTIONS.map((name) => data[name].length)).toEqual([2000, 400, 500, 200, 3000]);
    const backers = data.fundingprojects.flatMap((document) => valuesAt(document, 'backers[]')).length;
    expect(backers / 200).toBeGreaterThan(14);
  });

  test('comes in _id order, and no _id is used twice, sub-documents included', () => {
    const seen = new Set<string>();
    let sub = 0;
    for (const name of COLLECTIONS) {
      const ids = data[name].map((document) => String(document['_id']));
      expect(ids).toEqual([...ids].sort());
      for (const id of ids) seen.add(id);
      for (const document of goods(name)) {
        for (const list of Object.values(document).flatMap((value) => [value, ...Object.values(value ?? {})])) {
          if (!Array.isArray(list)) continue;
          for (const id of list.map((element) => element?._id).filter((id) => id instanceof ObjectId)) {
            seen.add(String(id));
            sub++;
          }
        }
      }
    }
    expect(sub).toBeGreaterThan(10_000);
    expect(seen.size).toBe(6100 + sub);
  });

  test('every _id tells the second in which its document was made', () => {
    for (const name of COLLECTIONS) {
      for (const document of goods(name)) {
        const made = Math.floor((document['createdAt'] as Date).getTime() / 1000);
        expect((document['_id'] as ObjectId).getTimestamp().getTime() / 1000).toBe(made);
      }
    }
  });

  test('every reference of a good document leads to one that arrives', () => {
    for (const [collection, path, to] of [...REQUIRED, ...OPTIONAL]) {
      let met = 0;
      const lost: string[] = [];
      for (const document of goods(collection)) {
        for (const id of idsAt(document, path)) {
          met++;
          if (!byId[to].has(id) || quarantined.has(`${to}/${id}`)) lost.push(`${document['_id']} ${path}`);
        }
      }
      expect(lost).toEqual([]);
      expect(met).toBeGreaterThan(50);
    }
  });

  test('references inside a funding project lead to its own rewards and stages', () => {
    const rewardsOf = new Map<string, string[]>();
    for (const document of data.fundingprojects)
      rewardsOf.set(String(document['_id']), idsAt(document, 'rewards[]._id'));
    for (const document of goods('fundingprojects')) {
      const rewards = rewardsOf.get(String(document['_id']));
      for (const id of idsAt(document, 'backers[].reward')) expect(rewards).toContain(id);
      const stages = idsAt(document, 'executionPlan.stages[]._id');
      for (const id of idsAt(document, 'expenseRecords[].stage')) expect(stages).toContain(id);
    }
    for (const payment of goods('payments')) {
      for (const id of idsAt(payment, 'rewardId')) expect(rewardsOf.get(String(payment['projectId']))).toContain(id);
    }
  });

  test('artists are users with that role, one profile each, and administrators approve', () => {
    const profiles = goods('artists').map((document) => String(document['userId']));
    expect(new Set(profiles).size).toBe(profiles.length);
    for (const id of profiles) expect(byId.users.get(id)?.['role']).toBe('artist');
    const roles = goods('projects').flatMap((one) =>
      idsAt(one, 'approvedBy').map((id) => byId.users.get(id)?.['role']),
    );
    expect(new Set(roles)).toEqual(new Set(['admin', 'artist']));
  });

  test('a payment mostly has exactly one entry among the backers, sometimes none, sometimes two', () => {
    const found = [0, 0, 0, 0];
    for (const payment of goods('payments')) {
      const backers = valuesAt(byId.fundingprojects.get(String(payment['projectId'])), 'backers[]') as Document[];
      const matching = backers.filter(
        (backer) => String(backer['user']) === String(payment['backerId']) && +backer['amount'] === +payment['amount'],
      );
      found[Math.min(3, matching.length)]! += 1;
    }
    expect(found[1]).toBeGreaterThan(0.8 * data.payments.length);
    expect(found[0]).toBeGreaterThan(50);
    expect(found[2]).toBeGreaterThan(50);
  });

  test('amounts agree: the current amount is the sum of the backers’, no refund exceeds its payment', () => {
    for (const document of goods('fundingprojects')) {
      const sum = valuesAt(document, 'backers[].amount').reduce<number>(
        (total, one) => total + Math.round(+(one as number) * 100),
        0,
      );
      expect(Math.round(+document['currentAmount'] * 100)).toBe(sum);
    }
    for (const payment of goods('payments'))
      expect(+(payment['refundAmount'] ?? 0)).toBeLessThanOrEqual(+payment['amount']);
  });

  test('numbers come as int32, double and long', () => {
    const kinds = new Set<string>();
    for (const { amount } of data.payments) kinds.add(typeof amount === 'number' ? 'int32' : amount._bsontype);
    for (const kind of ['int32', 'Double', 'Long']) expect(kinds).toContain(kind);
  });

  test('some optional fields are missing and some are null', () => {
    const usernames = goods('users').map((user) => ('username' in user ? user['username'] : 'missing'));
    expect(usernames.filter((name) => name === 'missing').length).toBeGreaterThan(100);
    expect(usernames.filter((name) => name === null).length).toBeGreaterThan(20);
    expect(goods('payments').filter((payment) => !('metadata' in payment)).length).toBeGreaterThan(100);
  });

  test('the platform’s models accept every good document', async () => {
    for (const name of COLLECTIONS) {
      for (const document of goods(name)) await new MODELS[name](document).validate();
    }
  });

  test('the models refuse what is expected in quarantine for breaking their rules', async () => {
    const ruled = expected.filter(({ code }) => ['required', 'enum', 'min', 'max', 'cast'].includes(code));
    const refused = ruled.filter((one) => one.expected === 'quarantine');
    expect(refused.length).toBeGreaterThan(20);
    for (const { collection, id, path } of refused) {
      const document = new MODELS[collection](byId[collection].get(String(id)));
      await expect(document.validate()).rejects.toMatchObject({ errors: { [String(path)]: expect.anything() } });
    }
  });

  test('every value of every enumeration is used', () => {
    let enumerations = 0;
    for (const name of COLLECTIONS) {
      for (const [path, allowed] of enumerationsOf(MODELS[name].schema)) {
        const used = new Set(goods(name).flatMap((document) => valuesAt(document, path)));
        expect([path, [...allowed].filter((value) => !used.has(value))]).toEqual([path, []]);
        enumerations++;
      }
    }
    expect(enumerations).toBe(18);
  });

  test('every expectation names a document of its collection, once for each path and code', () => {
    const seen = new Set<string>();
    for (const one of expected) {
      expect(byId[one.collection].has(String(one.id))).toBe(true);
      seen.add(`${keyOf(one)} ${one.path} ${one.code}`);
      if (one.expected === 'finding') expect(quarantined.has(keyOf(one))).toBe(false);
    }
    expect(seen.size).toBe(expected.length);
    expect(spoiled.size).toBeGreaterThan(80);
    expect(quarantined.size).toBeLessThan(70);
  });

  test('exactly those with a reference into quarantine are expected to fall with it', () => {
    const falling = new Set<string>();
    for (const [collection, path, to] of [...REQUIRED, ...OPTIONAL]) {
      for (const document of data[collection]) {
        const lost = idsAt(document, path).some((id) => quarantined.has(`${to}/${id}`));
        if (lost) falling.add(`${collection}/${document['_id']}`);
      }
    }
    const cascades = expected.filter(({ code }) => code === 'cascade');
    expect(new Set(cascades.map(keyOf))).toEqual(falling);
    expect(falling.size).toBeGreaterThan(4);
    for (const one of cascades) {
      const cause = one.expected === 'quarantine' ? one.cause : undefined;
      const path = String(one.path).replace(/\.\d+/g, '[]');
      const referred = idsAt(byId[one.collection].get(String(one.id)) ?? {}, path);
      // What it refers to is the first cause, or has fallen with the first cause itself.
      const blamed = [
        cause?.id,
        ...cascades.filter((other) => other !== one && sameCause(other, one)).map(({ id }) => id),
      ];
      expect(referred.some((id) => blamed.map(String).includes(id))).toBe(true);
    }
  });

  test('of those that share a unique value, all but the lowest _id are expected in quarantine', () => {
    for (const [collection, path] of [
      ['users', 'email'],
      ['users', 'username'],
      ['artists', 'userId'],
      ['payments', 'paymentId'],
      ['payments', 'orderId'],
    ] as const) {
      const taken = arriving(collection)
        .flatMap((one) => valuesAt(one, path))
        .filter((value) => value !== '');
      const folded = taken.map((value) => String(value).toLowerCase());
      expect(new Set(folded).size).toBe(folded.length);
    }
    const duplicates = expected.filter(({ code }) => code === 'duplicate');
    expect(duplicates.length).toBe(6);
    for (const one of duplicates) {
      const winner = one.expected === 'quarantine' ? one.cause : undefined;
      expect(quarantined.has(`${one.collection}/${winner?.id}`)).toBe(false);
      expect(String(winner?.id) < String(one.id)).toBe(true);
    }
  });
});

/** The paths with a list of allowed values, and the lists. */
function enumerationsOf(schema: (typeof MODELS)[CollectionName]['schema'], prefix = ''): [string, readonly string[]][] {
  const found: [string, readonly string[]][] = [];
  for (const [name, type] of Object.entries(schema.paths)) {
    const inner = type.getEmbeddedSchemaType?.();
    if (type.schema) found.push(...enumerationsOf(type.schema, `${prefix}${name}[].`));
    else if (type.options['enum']) found.push([prefix + name, type.options['enum']]);
    else if (inner?.options['enum']) found.push([`${prefix}${name}[]`, inner.options['enum']]);
  }
  return found;
}

describe('the options', () => {
  test('the same options give the same bytes; another seed gives others', () => {
    expect(digest({ scale: 0.1, seed: 7 })).toBe(digest({ scale: 0.1, seed: 7 }));
    expect(digest({ scale: 0.1, seed: 7 })).not.toBe(digest({ scale: 0.1, seed: 8 }));
    expect(expectations({ scale: 0.1, seed: 7 })).toEqual(expectations({ scale: 0.1, seed: 7 }));
  });

  test('a collection can be read by itself, in any order, and more than once', () => {
    const documents = demoDocuments({ scale: 0.1 });
    const last = [...documents.payments].map((one) => serialize(one));
    expect([...documents.users]).toHaveLength(200);
    expect([...documents.payments].map((one) => serialize(one))).toEqual(last);
  });

  test('scale multiplies', () => {
    const counts = (scale: number) => Object.values(all({ scale })).map((documents) => documents.length);
    expect(counts(0.1)).toEqual([200, 40, 50, 20, 300]);
    expect(counts(1.5)).toEqual([3000, 600, 750, 300, 4500]);
  });

  test.each([2, 99])('seed %i makes good documents only when no bad ones are asked for', async (seed) => {
    expect(expectations({ scale: 0.1, seed, bad: false })).toEqual([]);
    const data = all({ scale: 0.1, seed, bad: false });
    for (const name of COLLECTIONS) for (const document of data[name]) await new MODELS[name](document).validate();
  });

  test('a mix shares a number of documents out over the collections', () => {
    const data = all({ mix: { documents: 2000 }, bad: false });
    expect(COLLECTIONS.map((name) => data[name].length)).toEqual([800, 200, 200, 100, 700]);
  });

  test('too little to hold the spoiled documents is refused', () => {
    expect(() => demoDocuments({ scale: 0.05 })).toThrow(RangeError);
    expect(() => demoDocuments({ scale: -1 })).toThrow(RangeError);
    expect(() => demoDocuments({ scale: Number.NaN })).toThrow(RangeError);
  });
});

function sameCause(a: Expectation, b: Expectation): boolean {
  return a.expected === 'quarantine' && b.expected === 'quarantine' && String(a.cause?.id) === String(b.cause?.id);
}
