import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { Fenced, LeaseHeld, StagesUnfit, TargetUnfit } from '../../../engine/common/errors.ts';
import {
  collectionNotMovable,
  earlierStagesIncomplete,
  filledFromOtherSource,
  foreignRows,
  leaseHeld,
  noCollectionOfPlan,
  otherFormat,
  stageUnknown,
} from '../../../engine/messages/engine/run.ts';
import type { Plan } from '../../../engine/plan/stage.ts';
import type { Claimant, IsOpen } from '../../../engine/run/lease.ts';
import { checkSource, chosenStages, prepareRun } from '../../../engine/run/preflight.ts';
import type { Source } from '../../../engine/source/source.ts';
import { changedTransforms, readRun, readRuns, transformHash } from '../../../engine/state/run/run.ts';
import { plan } from '../../../stages/plan.ts';
import { letEnd } from '../../support/data/writers.ts';
import { contentsOf, type Engine, openEngine } from '../../support/run-engine.ts';
import { saying } from '../messages/saying.ts';
import { column, copyOnce, fence, planned, stageNamed, usersOf } from '../small-platform.ts';

const WHOLE = { dryRun: false, limit: null, stages: null };
const LONG = 600_000;
let engine: Engine;

beforeEach(async () => {
  engine = await openEngine({ collections: { users: usersOf(6), artists: [] } });
});
afterEach(() => engine.close());

const claimant = (workflowId: string, namespaceId = 'tests'): Claimant => ({
  ...{ workflowId, workflowRunId: randomUUID(), namespaceId },
});

interface Asked {
  readonly by?: Claimant;
  readonly isOpen?: boolean | null;
  readonly options?: typeof WHOLE | { dryRun: boolean; limit: number | null; stages: string[] | null };
  readonly source?: Source;
  readonly over?: Plan;
}

function prepare({ by = claimant('first'), isOpen = false, options = WHOLE, source, over = plan }: Asked = {}) {
  const answer: IsOpen = async () => isOpen;
  return prepareRun(engine.target, source ?? engine.source, over, options, by, answer, () => {});
}

const states = async () => (await readRuns(engine.target.query)).map(({ state, lease }) => `${state} ${lease}`).sort();

describe('the lease', () => {
  test('is a new run’s, with what the run was begun on', async () => {
    const by = claimant('first');
    const { runId, ...run } = await prepare({ by });
    expect(run).toEqual({ epoch: 1, resumed: false });
    expect(await readRun(engine.target.query, runId)).toMatchObject({
      ...{ ...by, lease: true, state: 'running', epoch: 1, plan: 'platform', formatVersion: 1, options: WHOLE },
      ...{ sourceFingerprint: await engine.source.fingerprint(), sourceLabel: engine.source.label },
    });
  });

  test('is the same run’s when the same claimant asks again', async () => {
    const by = claimant('first');
    expect(await prepare({ by })).toEqual(await prepare({ by }));
    expect(await states()).toEqual(['running true']);
  });

  test('is refused to another workflow while the holder’s is open, and the refusal names the holder', async () => {
    const { runId } = await prepare();
    const second = prepare({ by: claimant('second'), isOpen: true });
    await expect(second).rejects.toThrow(LeaseHeld);
    await expect(second).rejects.toThrow(leaseHeld({ workflow: 'first', run: runId }).text);
    expect(await states()).toEqual(['running true']);
  });

  test('is refused to a workflow of another Temporal, whatever that one says', async () => {
    await prepare();
    await expect(prepare({ by: claimant('first', 'elsewhere'), isOpen: false })).rejects.toThrow(LeaseHeld);
  });

  test('is not taken by a late attempt: of a workflow whose run has ended, or that is closed by now', async () => {
    const by = claimant('first');
    const { runId } = await prepare({ by });
    await letEnd(engine.target, runId, 'failed');
    await expect(prepare({ by })).rejects.toThrow(Fenced);
    const closed = { ...claimant('second'), isClosed: async () => true };
    await expect(prepare({ by: closed })).rejects.toThrow(Fenced);
    expect(await states()).toEqual(['failed false']);
  });

  test('goes to a new run that two attempts of one step insert at the same moment', async () => {
    const by = claimant('first');
    const [one, other] = await Promise.all([prepare({ by }), prepare({ by })]);
    expect(one).toEqual(other);
    expect(await states()).toEqual(['running true']);
  });

  test('passes to the next execution of the holder’s own workflow id', async () => {
    const { runId } = await prepare();
    expect(await prepare({ by: claimant('first'), isOpen: true })).toEqual({ runId, epoch: 3, resumed: true });
  });

  test('is taken over when the Temporal of the holder knows nothing of it any more', async () => {
    const { runId } = await prepare();
    expect(await prepare({ by: claimant('second'), isOpen: null })).toEqual({ runId, epoch: 3, resumed: true });
  });

  test('is given to one of several that ask at the same moment', async () => {
    const asked = ['a', 'b', 'c', 'd'].map((id) => prepare({ by: claimant(id), isOpen: true }));
    const outcomes = await Promise.allSettled(asked);
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    for (const outcome of outcomes) if (outcome.status === 'rejected') expect(outcome.reason).toBeInstanceOf(LeaseHeld);
    expect((await states()).filter((state) => state.endsWith('true'))).toHaveLength(1);
  });
});

describe('an unfinished run', () => {
  async function half(): Promise<string> {
    const { runId } = await prepare();
    await planned(engine, runId, 'user');
    await copyOnce(engine, runId, 'user', fence(7), { batchSize: 2 });
    return runId;
  }

  test('of the same options is gone on with under a raised epoch, from its checkpoint', async () => {
    const runId = await half();
    const adopted = await prepare({ by: claimant('second') });
    expect(adopted).toEqual({ runId, epoch: 3, resumed: true });
    expect(await readRun(engine.target.query, runId)).toMatchObject({ workflowId: 'second', lease: true, epoch: 3 });
    const result = await copyOnce(engine, runId, 'user', fence(1, 1, 3), { milliseconds: LONG });
    expect(result).toMatchObject({ done: true, counters: { read: 6, written: 6, skipped: 0 } });
    await expect(copyOnce(engine, runId, 'user', fence(99, 99, 1))).rejects.toThrow(Fenced);
  });

  test.each([
    ['failed', true],
    ['blocked', true],
    ['complete', false],
    ['aborted', false],
  ] as const)('that is %s: gone on with is %s', async (state, resumed) => {
    await letEnd(engine.target, await half(), state);
    expect(await prepare()).toMatchObject({ resumed });
  });

  test('of other options is superseded, and nothing of it can commit any more', async () => {
    const old = await half();
    const { runId, resumed } = await prepare({ by: claimant('second'), options: { ...WHOLE, stages: ['user'] } });
    expect({ resumed, other: runId !== old }).toEqual({ resumed: false, other: true });
    expect(await states()).toEqual(['running true', 'superseded false']);
    await expect(copyOnce(engine, old, 'user', fence(99), { batchSize: 2 })).rejects.toThrow(Fenced);
    await planned(engine, runId, 'user');
    const { counters } = await copyOnce(engine, runId, 'user', fence(1), { milliseconds: LONG });
    expect(counters).toMatchObject({ read: 6, written: 4, skipped: 2, quarantined: 0 });
  });

  test('that was begun with another transform is taken over all the same: its first step is what refuses', async () => {
    await half();
    const before = await contentsOf(engine.target);
    const stages = plan.stages.map((stage) => (stage.name === 'artist' ? { ...stage, version: 'other' } : stage));
    const other = { ...plan, stages };
    const taken = await prepare({ over: other });
    expect(taken).toMatchObject({ resumed: true });
    const run = await readRun(engine.target.query, taken.runId);
    expect(changedTransforms(run!, other)).toEqual(['artist']);
    expect(changedTransforms(run!, plan)).toEqual([]);
    expect(await contentsOf(engine.target)).toEqual(before);
  });

  test('that was written in another format is refused', async () => {
    await half();
    await engine.target.query('UPDATE migration_run SET format_version = 99', []);
    await expect(prepare()).rejects.toThrow(saying(otherFormat, { format: 99, own: 1 }));
  });

  test('the transform’s hash follows version, tables, children and the model’s fields', () => {
    const stage = stageNamed('artist');
    const fields = new Map([...stage.fields].slice(1));
    const others = [
      { ...stage, version: '2' },
      { ...stage, tables: stage.tables.slice(1) },
      { ...stage, children: [] },
      { ...stage, fields },
    ];
    expect(new Set([stage, ...others].map(transformHash)).size).toBe(5);
    expect(transformHash({ ...stage })).toBe(transformHash(stage));
  });
});

describe('a target', () => {
  test.each([
    [
      'User',
      `INSERT INTO "User" (id, name, email, password, "updatedAt")
              VALUES (gen_random_uuid(), 'x', 'theirs', 'x', now())`,
    ],
    [
      'ProjectNote',
      `SET LOCAL session_replication_role = replica;
              INSERT INTO "ProjectNote" (id, "projectId", content) VALUES (gen_random_uuid(), gen_random_uuid(), 'x')`,
    ],
  ])('whose table %s holds a row of somebody else is refused, and no run is begun', async (table, sql) => {
    await engine.target.query(`DO $$ BEGIN ${sql}; END $$`, []);
    const refused = prepare();
    await expect(refused).rejects.toThrow(TargetUnfit);
    await expect(refused).rejects.toThrow(saying(foreignRows, { table }));
    expect(await states()).toEqual([]);
  });

  test('that holds rows of an earlier run only is taken', async () => {
    await engine.migrate({ stages: ['user'] });
    expect(await prepare({ options: { ...WHOLE, stages: ['user'] } })).toMatchObject({ resumed: false });
  });

  test('that was filled from another source is refused, unless that run was aborted', async () => {
    const { runId } = await prepare();
    const source: Source = { ...engine.source, fingerprint: async () => 'another' };
    await expect(prepare({ source })).rejects.toThrow(
      filledFromOtherSource({ source: engine.source.label, run: runId }).text,
    );
    await letEnd(engine.target, runId, 'aborted');
    expect(await prepare({ source })).toMatchObject({ resumed: false, epoch: 1 });
  });
});

describe('chosen stages', () => {
  const of = (stages: string[], dryRun = false) => chosenStages(plan, { ...WHOLE, dryRun, stages });

  test('come in the plan’s order, all of them when none is named', () => {
    expect(of(['project', 'user'])).toEqual(['user', 'project']);
    expect(of([])).toEqual(plan.stages.map(({ name }) => name));
  });

  test('of a dry run bring the earlier ones with them', () => {
    expect(of(['project'], true)).toEqual(['user', 'artist', 'project']);
  });

  test('that the plan does not have are refused', () => {
    expect(() => of(['user', 'users'])).toThrow(saying(stageUnknown, { stages: 'users' }));
  });

  const asked = (stages: string[], limit: number | null = null) =>
    prepare({ options: { dryRun: false, limit, stages } });

  test('are refused while earlier ones are not complete, naming those', async () => {
    await expect(asked(['project'])).rejects.toThrow(StagesUnfit);
    await expect(asked(['project'])).rejects.toThrow(
      saying(earlierStagesIncomplete, { stage: 'project', missing: 'user, artist' }),
    );
    await engine.migrate({ stages: ['user'] });
    await expect(asked(['project'])).rejects.toThrow(saying(earlierStagesIncomplete, { missing: 'artist' }));
    // An empty collection is complete when its stage has been gone through, and not before.
    await engine.migrate({ stages: ['artist'] });
    expect(await asked(['project'])).toMatchObject({ resumed: false });
  });

  test('are refused when an earlier one is copied and its contested documents are not settled', async () => {
    const { runId } = await asked(['user']);
    await planned(engine, runId, 'user');
    await copyOnce(engine, runId, 'user', fence(1), { milliseconds: LONG });
    await letEnd(engine.target, runId, 'complete');
    await expect(asked(['artist'])).rejects.toThrow(saying(earlierStagesIncomplete, { missing: 'user' }));
  });

  test('are refused when an earlier one is complete under a limit only, or was aborted', async () => {
    const { runId } = await engine.migrate({ stages: ['user'], limit: 3 });
    await expect(asked(['artist'])).rejects.toThrow(saying(earlierStagesIncomplete, { missing: 'user' }));
    await letEnd(engine.target, runId, 'aborted');
    await expect(asked(['artist'], 3)).rejects.toThrow(saying(earlierStagesIncomplete, { missing: 'user' }));
  });
});

describe('a source', () => {
  const kinds = (of: Record<string, 'view' | 'timeseries' | 'missing'>): Source => ({
    ...engine.source,
    label: 'somewhere',
    kindOf: async (collection) => of[collection] ?? 'collection',
  });

  test.each(['view', 'timeseries'] as const)(
    'in which a %s stands under a collection’s name is refused',
    async (kind) => {
      await expect(checkSource(kinds({ projects: kind }), plan)).rejects.toThrow(
        collectionNotMovable({ collection: 'projects', source: 'somewhere', kind }).text,
      );
    },
  );

  test('that lacks some collections tells them; one that has none is refused', async () => {
    expect(await checkSource(kinds({ artists: 'missing' }), plan)).toEqual({ missing: ['artists'] });
    const none = Object.fromEntries(plan.stages.map(({ collection }) => [collection, 'missing' as const]));
    await expect(checkSource(kinds(none), plan)).rejects.toThrow(saying(noCollectionOfPlan));
  });

  test('whose stages are empty is migrated to nothing, and says so', async () => {
    const { counters } = await engine.migrate();
    expect(counters['payment']).toMatchObject({ read: 0, written: 0 });
    expect(await column(engine.target, 'SELECT count(*) FROM "User"')).toEqual(['6']);
  });
});
