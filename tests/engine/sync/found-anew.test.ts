import { afterEach, describe, expect, test } from '@jest/globals';
import type { Document } from 'bson';
import { withPolicies } from '../../../engine/plan/check/define-plan.ts';
import type { PlanPolicies } from '../../../engine/plan/policy/policies.ts';
import type { Plan } from '../../../engine/plan/stage.ts';
import { plan } from '../../../stages/plan.ts';
import { PlatformDocuments } from '../../support/data/platform-documents.ts';
import { letEnd } from '../../support/data/writers.ts';
import { type Engine, engineReading, type Migration, openEngine } from '../../support/run-engine.ts';
import { collectionsOf, column, keyOfGiven } from '../small-platform.ts';
import { linesOf, type PassResult, type Platform, passOver, sumsOf, unequal } from './reconciling.ts';
import { noted, search } from './searching.ts';

const open: Engine[] = [];
afterEach(async () => {
  for (const engine of open.splice(0)) await engine.close();
});

async function engineOn(collections: Platform, under: Plan = plan): Promise<Engine> {
  const engine = await openEngine({ collections }, { plan: under });
  open.push(engine);
  return engine;
}

/** A platform whose documents can be changed one after another, each of its versions a source of its own. */
class Story {
  readonly make = new PlatformDocuments();
  readonly #plan: Plan;
  #first: Engine | null = null;
  #run: Migration | null = null;

  constructor(policies: PlanPolicies = {}) {
    this.#plan = withPolicies(plan, policies);
  }

  /** Migrates the platform as it is now. */
  async begin(): Promise<void> {
    this.#first = await engineOn(collectionsOf(this.make.all), this.#plan);
    this.#run = await this.#first.migrate();
  }

  get target() {
    return this.#first!.target;
  }

  /** Changes fields of a document; an undefined one is taken away. */
  change({ document }: { readonly document: Document }, fields: Document): void {
    Object.assign(document, fields);
    for (const name of Object.keys(document)) if (document[name] === undefined) delete document[name];
  }

  remove(given: { readonly document: Document }): void {
    this.make.all.splice(this.make.all.indexOf(given as never), 1);
  }

  putBack(given: PlatformDocuments['all'][number]): void {
    this.make.all.push(given);
    this.make.all.sort((a, b) => Buffer.compare(keyOfGiven(a), keyOfGiven(b)));
  }

  /** What a later run is refused again stays with it, and is `retried` in the earlier one. */
  async retryInLaterRun(): Promise<void> {
    const engine = this.#first!;
    const run = await engine.prepare({ retry: { stage: null, code: null } });
    const stages = await column(
      engine.target,
      `SELECT DISTINCT stage FROM migration_partition WHERE run_id = $1::uuid`,
      [run.runId],
    );
    for (const { name } of engine.plan.stages) if (stages.includes(name)) await engine.copy(run, name);
    await letEnd(engine.target, run.runId, 'complete');
  }

  /**
   * Finds, applies and compares, as a pass of the workflow does, and holds what it leaves against a migration of the
   * platform as it is now.
   * @returns what was found, as `<stage> <key>`, and what the pass did
   */
  async pass(): Promise<PassResult & { readonly found: string[] }> {
    const fresh = await engineOn(collectionsOf(this.make.all), this.#plan);
    await fresh.migrate();
    const engine = engineReading(this.#first!, fresh.source);
    await search(engine, this.#run!);
    const found = await noted(engine);
    const result = await passOver(engine, this.#run!);
    expect(result.differences).toEqual([]);
    const [left, right] = [await linesOf(engine), await linesOf(fresh)];
    expect(unequal(left, right)).toEqual({ left: [], right: [] });
    expect(left).toEqual(right);
    expect(await sumsWithoutRetries(engine, this.#run!)).toEqual(await sumsOf(fresh));
    return { ...result, found };
  }
}

/** Later runs count what they have tried themselves. */
async function sumsWithoutRetries(engine: Engine, { runId }: Migration): Promise<(string | null)[][]> {
  await engine.target.query(`DELETE FROM migration_partition WHERE run_id <> $1::uuid OR stage LIKE 'find:%'`, [runId]);
  return sumsOf(engine);
}

const line = (stage: string, given: PlatformDocuments['all'][number]) =>
  `${stage} ${keyOfGiven(given).toString('hex')}`;
const openCodes = (story: Story) =>
  column(story.target, `SELECT stage || ' ' || code FROM migration_quarantine WHERE state = 'open' ORDER BY 1`);

describe('a document in quarantine', () => {
  test('is found only when it has changed itself, and once', async () => {
    const story = new Story();
    const bad = story.make.user({ name: '' });
    story.make.profile({ userId: bad.document['_id'] });
    const good = story.make.user({});
    await story.begin();
    expect((await story.pass()).found).toEqual([]);

    story.change(good, { name: '새 이름' });
    expect((await story.pass()).found).toEqual([line('user', good)]);

    story.change(bad, { bio: '아직도' });
    expect((await story.pass()).found).toEqual([line('user', bad)]);
    expect((await story.pass()).found).toEqual([]);
    expect(await openCodes(story)).toEqual(['artist cascade', 'user required']);
  });

  test('that is right now moves in, with what was there because of it', async () => {
    const story = new Story();
    const bad = story.make.user({ name: '' });
    story.make.profile({ userId: bad.document['_id'] });
    story.make.payment({ backerId: bad.document['_id'] });
    await story.begin();
    expect(await openCodes(story)).toEqual(['artist cascade', 'payment cascade', 'user required']);
    story.change(bad, { name: '하늘' });
    expect((await story.pass()).found).toEqual([line('user', bad)]);
    expect(await openCodes(story)).toEqual([]);
    expect((await story.pass()).found).toEqual([]);
  });

  test('that a later run was refused again is found no more often, and is resolved for both runs when it moves', async () => {
    const story = new Story();
    const bad = story.make.user({ name: '' });
    story.make.profile({ userId: bad.document['_id'] });
    await story.begin();
    await story.retryInLaterRun();
    expect((await story.pass()).found).toEqual([]);
    story.change(bad, { bio: '아직도' });
    expect((await story.pass()).found).toEqual([line('user', bad)]);
    expect((await story.pass()).found).toEqual([]);
    story.change(bad, { name: '하늘' });
    await story.pass();
    expect(await column(story.target, 'SELECT DISTINCT state FROM migration_quarantine')).not.toContain('open');
    expect((await story.pass()).found).toEqual([]);
  });
});

describe('a document that has moved', () => {
  test('and turns bad leaves no row behind, and what refers to it follows', async () => {
    const story = new Story();
    const user = story.make.user({});
    const profile = story.make.profile({ userId: user.document['_id'], achievements: [{ title: '대상' }] });
    const tasks = [{ id: 1, title: '믹싱', assignedTo: user.document['_id'] }];
    story.make.project({ tasks });
    await story.begin();
    story.change(user, { name: '' });
    expect((await story.pass()).found).toEqual([line('user', user)]);
    expect(await openCodes(story)).toEqual(['artist cascade', 'project cascade', 'user required']);
    for (const table of ['Artist', 'ArtistAchievement']) {
      expect(await column(story.target, `SELECT count(*) FROM "${table}"`)).toEqual(['0']);
    }
    expect(
      await column(story.target, `SELECT count(*) FROM migration_id_map WHERE legacy_key = ANY ($1::text[]::bytea[])`, [
        [user, profile].map((one) => `\\x${keyOfGiven(one).toString('hex')}`),
      ]),
    ).toEqual(['0']);
    expect((await story.pass()).found).toEqual([]);
  });

  test('is deleted and inserted again with its _id, at once or between two passes: its row keeps its id', async () => {
    const story = new Story();
    const user = story.make.user({});
    const profile = story.make.profile({ userId: user.document['_id'], achievements: [{ title: '대상' }] });
    await story.begin();
    const ids = () => column(story.target, `SELECT id FROM "Artist" UNION ALL SELECT id FROM "User" ORDER BY 1`);
    const before = await ids();
    story.change(profile, { achievements: [{ title: '신인상' }], location: '부산' });
    await story.pass();
    story.remove(profile);
    await story.pass();
    expect(await column(story.target, `SELECT count(*) FROM "Artist"`)).toEqual(['0']);
    story.putBack(profile);
    await story.pass();
    expect(await ids()).toEqual(before);
  });
});

describe('policies', () => {
  test('hold in a pass as in a migration, and their findings go when they are not needed any more', async () => {
    const story = new Story({
      ...{ duplicate: 'skip', nul: 'strip', moneyScale: 'round' },
      stages: { user: { duplicate: { username: 'suffix' } } },
    });
    const first = story.make.user({ username: 'mina' });
    const second = story.make.user({ username: 'other' });
    const nul = story.make.user({ name: '민수' });
    const payments = [story.make.payment({ orderId: 'one' }), story.make.payment({ orderId: 'two' })] as const;
    const funding = story.make.payment({});
    await story.begin();
    const findings = () => column(story.target, `SELECT stage || ' ' || code FROM migration_finding ORDER BY 1`);

    story.change(second, { username: 'mina' });
    story.change(nul, { name: '민\u0000수' });
    story.change(payments[1], { orderId: 'one' });
    story.change(funding, { amount: 10_000.005 });
    await story.pass();
    const used = await findings();
    expect(used).toEqual(
      expect.arrayContaining([
        'payment moneyScale=round',
        'payment duplicate=skip',
        'user duplicate=suffix',
        'user nul=strip',
      ]),
    );
    expect((await story.pass()).found).toEqual([]);
    expect(await findings()).toEqual(used);

    story.change(first, { username: 'gone elsewhere' });
    story.change(nul, { name: '민수' });
    story.change(payments[0], { orderId: 'three' });
    story.change(funding, { amount: 10_000 });
    await story.pass();
    expect(await findings()).toEqual([]);
    expect(await openCodes(story)).toEqual([]);
  });
});
