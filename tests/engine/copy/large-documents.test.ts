import { afterEach, describe, expect, test } from '@jest/globals';
import { keyOf } from '../../../engine/document/legacy-key.ts';
import { mappingsOf } from '../../../engine/state/documents/id-map.ts';
import { verifyReferences } from '../../../engine/verify/references/verify-references.ts';
import { verifyTotals } from '../../../engine/verify/totals/verify-totals.ts';
import { PlatformDocuments } from '../../support/data/platform-documents.ts';
import { type Engine, openEngine } from '../../support/run-engine.ts';
import { collectionsOf } from '../small-platform.ts';

let engine: Engine;
afterEach(() => engine.close());

/** More than a call can have arguments. */
const MANY = 150_000;

describe('a document of very many sub-documents', () => {
  test('moves, and is verified row by row, by its references and by its totals', async () => {
    const make = new PlatformDocuments();
    make.profile({ achievements: Array.from({ length: MANY }, () => ({})) });
    engine = await openEngine({ collections: collectionsOf(make.all) });
    const run = await engine.prepare();
    await engine.copy(run, 'user');
    expect(await engine.copy(run, 'artist')).toMatchObject({ written: 1, rows: MANY + 1 });
    expect(await engine.verify(run, 'artist')).toEqual([]);
    const references = await verifyReferences(engine, run.runId, 'artist', { limited: false });
    expect(references).toContainEqual(
      expect.objectContaining({ what: 'lost', table: 'ArtistAchievement', checked: MANY, wrong: 0 }),
    );
    expect(references.filter(({ wrong }) => wrong > 0)).toEqual([]);
    const totals = await verifyTotals(engine, run.runId, 'artist', { limited: false });
    expect(totals.filter(({ agree }) => !agree)).toEqual([]);
  });

  test('each of which names another of them finds it', async () => {
    const make = new PlatformDocuments();
    const rewards = Array.from({ length: 20_000 }, (_, n) => ({
      ...{ _id: `reward ${n}`, title: 'CD', description: 'Signed', amount: 10_000 },
    }));
    const backers = rewards.map(({ _id }) => ({ user: make.backer, amount: 10_000, reward: _id }));
    make.funding({ rewards, backers: [...backers, { user: make.backer, amount: 10_000, reward: 'none' }] });
    engine = await openEngine({ collections: collectionsOf(make.all) });
    const run = await engine.prepare();
    await engine.copy(run, 'user');
    await engine.copy(run, 'fundingProject');
    expect(await engine.verify(run, 'fundingProject')).toEqual([]);
    const [last] = await mappingsOf(engine.target.query, 'fundingReward', keyOf('reward 19999'));
    const [linked] = await engine.target.query(
      `SELECT count(*), count(DISTINCT "rewardId"), count(*) FILTER (WHERE "rewardId" = $1::uuid) FROM "Pledge"`,
      [last!.prismaId],
    );
    expect(linked).toEqual(['20001', '20000', '1']);
  });
});
