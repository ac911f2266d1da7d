import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { ObjectId } from 'bson';
import { closeUnderReferences } from '../../../engine/copy/limit-closure.ts';
import { keyOf } from '../../../engine/document/legacy-key.ts';
import { plan } from '../../../stages/plan.ts';
import { PlatformDocuments } from '../../support/data/platform-documents.ts';
import { type Engine, openEngine, quarantineOf } from '../../support/run-engine.ts';
import { collectionsOf, column, keyOfGiven } from '../small-platform.ts';

const ALL = new Set(plan.stages.map(({ name }) => name));
const hexes = (keys: readonly Buffer[]) => keys.map((key) => key.toString('hex'));

describe('a limit', () => {
  // Payments refer to the last documents of the other collections, which a limit alone would leave out.
  const make = new PlatformDocuments();
  for (let n = 0; n < 8; n++) make.user({});
  const [owner, backer, assignee, pledger] = [1, 2, 3, 4].map(() => make.user({}).document['_id'] as ObjectId);
  for (let n = 0; n < 4; n++) make.funding({});
  const reward = make.id();
  const campaign = make.funding({
    artist: owner,
    rewards: [{ _id: reward, title: 'CD', description: 'Signed', amount: 1000 }],
    backers: [{ user: pledger, userName: 'P', amount: 10_000, reward, backedAt: new Date(0) }],
  });
  make.profile({});
  make.project({ tasks: [{ _id: make.id(), id: 1, title: 'T', assignedTo: assignee }] });
  const payment = make.payment({ projectId: campaign.document['_id'], backerId: backer, rewardId: reward });
  make.payment({});
  const absent = make.id();
  make.project({ artist: absent });
  make.project({ artist: absent });
  const unreferred = make.user({});

  let engine: Engine;
  beforeAll(async () => {
    engine = await openEngine({ collections: collectionsOf(make.all) });
  });
  afterAll(() => engine.close());

  const close = async (limit: number, chosen = ALL) => closeUnderReferences(engine.source, plan, chosen, limit);

  test('selects the first documents of each collection and all that they refer to, at any distance', async () => {
    const selected = await close(1);
    const users = new Set(hexes(selected.get('user')!));
    for (const id of [make.artist, owner, backer, assignee, pledger])
      expect(users).toContain(keyOf(id).toString('hex'));
    expect(users.size).toBe(6); // and the user of the one profile
    expect(hexes(selected.get('payment')!)).toEqual([keyOfGiven(payment).toString('hex')]);
    expect(hexes(selected.get('fundingProject')!)).toEqual(
      [keyOf(make.campaign), keyOfGiven(campaign)].map((key) => key.toString('hex')),
    );
    expect(users).not.toContain(keyOfGiven(unreferred).toString('hex'));
  });

  test('of nothing selects nothing', async () => {
    expect([...(await close(0)).values()].flat()).toEqual([]);
  });

  test('greater than the collections selects every document once, in the order of _id', async () => {
    const selected = await close(1_000);
    for (const { name, collection } of plan.stages) {
      const all = make.all.filter((given) => given.collection === collection).map(keyOfGiven);
      expect(hexes(selected.get(name)!)).toEqual(hexes(all).sort());
    }
  });

  test('never selects a document that is not there', async () => {
    const users = hexes((await close(1_000)).get('user')!);
    expect(users).not.toContain(keyOf(absent).toString('hex'));
  });

  test('of chosen stages begins with those, and follows their references only', async () => {
    const selected = await close(1, new Set(['project']));
    expect(selected.get('payment')).toEqual([]);
    expect(selected.get('fundingProject')).toEqual([]);
    expect(new Set(hexes(selected.get('user')!))).toEqual(new Set(hexes([make.artist, assignee!].map(keyOf))));
  });

  test('breaks no reference of a limited run: what moves verifies, and nothing is a cascade or dangles', async () => {
    const { differences, counters } = await engine.migrate({ limit: 1 });
    expect(Object.values(differences).flat()).toEqual([]);
    expect(counters['payment']).toMatchObject({ read: 1, written: 1 });
    expect(await quarantineOf(engine.target)).toEqual([]);
    const [linked] = await column(
      engine.target,
      `SELECT count(*) FROM "Payment" WHERE "pledgeId" IS NULL AND "rewardId" IS NOT NULL`,
    );
    expect(linked).toBe('1');
    const partitions = await column(
      engine.target,
      `SELECT DISTINCT key_type FROM migration_partition WHERE stage !~ ':'`,
    );
    expect(partitions).toEqual(['keys']);
  });
});
