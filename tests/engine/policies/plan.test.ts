import { afterEach, describe, expect, test } from '@jest/globals';
import { InvalidPlan } from '../../../engine/common/errors.ts';
import {
  actionsAre,
  fieldCannotTakeIt,
  findingComesLate,
  findingIsPolicy,
  noFieldTakesIt,
  noSuchField,
  noSuchFinding,
  noSuchRefusal,
  notAllowedByModel,
  noUniqueConstraint,
  pathNeedsStage,
  policiesOfNoStage,
  policyWrong,
  suffixNeedsText,
} from '../../../engine/messages/engine/plan.ts';
import { WITHOUT_POLICY } from '../../../engine/messages/labels/policies.ts';
import { labelled, type Message } from '../../../engine/messages/message.ts';
import { definePlan, withPolicies } from '../../../engine/plan/check/define-plan.ts';
import type { PlanPolicies } from '../../../engine/plan/policy/policies.ts';
import { changedTransforms, readRun, transformHashes } from '../../../engine/state/run/run.ts';
import { verifyTotals } from '../../../engine/verify/totals/verify-totals.ts';
import { plan } from '../../../stages/plan.ts';
import { PlatformDocuments } from '../../support/data/platform-documents.ts';
import { contentsOf, type Engine, findingsOf, openEngine, quarantineOf } from '../../support/run-engine.ts';
import { collectionsOf } from '../small-platform.ts';

const policiesOfStage = (policies: PlanPolicies, name: string) =>
  withPolicies(plan, policies).stages.find((stage) => stage.name === name)!.policies;

const wrongPolicy = (policy: string, why: Message): string => policyWrong({ policy, why }).text;

describe('a plan', () => {
  test('as it is shipped has no policies', () => {
    expect(plan.policies).toEqual({});
    for (const { policies } of plan.stages) expect(policies).toEqual({ rules: {}, quarantine: [] });
  });

  test('gives each stage its policies, and a stage’s own win', () => {
    const policies: PlanPolicies = {
      ...{ nul: 'strip', max: 'clamp', quarantine: ['tooLong'] },
      stages: { project: { max: { progress: 'default' }, quarantine: ['dangling'] }, user: { duplicate: 'skip' } },
    };
    expect(policiesOfStage(policies, 'project')).toEqual({
      rules: { nul: { '*': 'strip' }, max: { '*': 'clamp', progress: 'default' } },
      quarantine: ['tooLong', 'dangling'],
    });
    expect(policiesOfStage(policies, 'user').rules).toEqual({
      ...{ nul: { '*': 'strip' }, max: { '*': 'clamp' }, duplicate: { '*': 'skip' } },
    });
  });

  test('takes more policies over its own, path by path', () => {
    const first = withPolicies(plan, { nul: 'strip', stages: { user: { enum: { role: 'default' } } } });
    const second = withPolicies(first, { stages: { user: { enum: { role: { ADMIN: 'admin' } } } } });
    expect(second.stages[0]!.policies.rules).toEqual({ nul: { '*': 'strip' }, enum: { role: { ADMIN: 'admin' } } });
  });

  test('tells all policies that cannot hold at once', () => {
    const wrong = {
      ...{ dangling: 'null', notFinite: 'null', nul: 'remove', nulls: 'strip', rule: 'null', scale: 'round' },
      min: { budget: 'clamp' },
      quarantine: ['nothing', 'notNormalised', 'nul=strip'],
      stages: {
        users: { nul: 'strip' },
        user: {
          enum: { role: { ADMIN: 'boss', admin: 'fan' }, name: 'default' },
          duplicate: { username: 'suffix', name: 'skip' },
          invalidDate: { createdAt: 'null', lastLogin: 'null', nowhere: 'null' },
          moneyScale: 'round',
        },
        artist: { duplicate: { userId: 'suffix' } },
      },
    };
    const problems = (() => {
      try {
        definePlan({ ...plan, policies: wrong as unknown as PlanPolicies });
      } catch (error) {
        expect(error).toBeInstanceOf(InvalidPlan);
        return (error as InvalidPlan).problems.map(({ text }) => text);
      }
      return [];
    })();
    const expected = [
      policiesOfNoStage({ stage: 'users', stages: plan.stages.map(({ name }) => name) }).text,
      wrongPolicy('artist.duplicate=suffix at userId', suffixNeedsText()),
      wrongPolicy('dangling', labelled(WITHOUT_POLICY.dangling)),
      wrongPolicy('min=clamp at budget', pathNeedsStage()),
      wrongPolicy('notFinite', labelled(WITHOUT_POLICY.notFinite)),
      wrongPolicy('nul=remove', actionsAre({ actions: 'strip' })),
      wrongPolicy('nulls', noSuchRefusal()),
      wrongPolicy('quarantine', findingComesLate({ finding: 'notNormalised' })),
      wrongPolicy('quarantine', findingIsPolicy({ finding: 'nul=strip' })),
      wrongPolicy('quarantine', noSuchFinding({ finding: 'nothing' })),
      wrongPolicy('rule=null', noFieldTakesIt()),
      wrongPolicy('scale', noSuchRefusal()),
      wrongPolicy('user.duplicate=skip at name', noUniqueConstraint()),
      wrongPolicy('user.enum=default at name', fieldCannotTakeIt()),
      wrongPolicy('user.enum=map at role', notAllowedByModel({ values: 'boss' })),
      wrongPolicy('user.invalidDate=null at createdAt', fieldCannotTakeIt()),
      wrongPolicy('user.invalidDate=null at nowhere', noSuchField()),
      wrongPolicy('user.moneyScale=round', noFieldTakesIt()),
    ];
    expect([...problems].sort()).toEqual(expected.sort());
  });

  test('whose policies are others has other transforms, in the stages that they are about', () => {
    const user = withPolicies(plan, { stages: { user: { nul: 'strip' } } });
    const before = transformHashes(plan);
    const after = transformHashes(user);
    expect(Object.keys(before).filter((stage) => before[stage] !== after[stage])).toEqual(['user']);
    const all = transformHashes(withPolicies(plan, { nul: 'strip' }));
    expect(Object.keys(before).every((stage) => before[stage] !== all[stage])).toBe(true);
    const spelledApart = withPolicies(plan, { max: 'clamp', nul: 'strip' });
    expect(transformHashes(withPolicies(plan, { nul: 'strip', max: 'clamp' }))).toEqual(transformHashes(spelledApart));
  });
});

describe('a policy that is declared later', () => {
  let engine: Engine;
  afterEach(() => engine.close());

  /** Users and projects of which some cannot move. */
  function documents(): PlatformDocuments {
    const make = new PlatformDocuments();
    make.user({ name: 'a\0' });
    make.project({ budget: 1000.125 });
    make.project({ budget: 1000.5 });
    return make;
  }

  test('blocks a run under way as changed transforms do, and no others', async () => {
    engine = await openEngine({ collections: collectionsOf(documents().all) });
    const { runId } = await engine.prepare();
    const run = (await readRun(engine.target.query, runId))!;
    expect(changedTransforms(run, plan)).toEqual([]);
    expect(changedTransforms(run, withPolicies(plan, { stages: { user: { nul: 'strip' } } }))).toEqual(['user']);
  });

  test('moves in the next run what lay in quarantine, and nothing else', async () => {
    engine = await openEngine({ collections: collectionsOf(documents().all) });
    await engine.migrate();
    expect((await quarantineOf(engine.target)).map(({ code }) => code).sort()).toEqual(['moneyScale', 'nul']);
    const before = await contentsOf(engine.target);
    const policies: PlanPolicies = { nul: 'strip', moneyScale: 'round' };
    const mended = engine.over(withPolicies(plan, policies));
    const { counters, differences, runId } = await mended.migrate();
    expect(counters['user']).toMatchObject({ written: 1, quarantined: 0 });
    expect(counters['project']).toMatchObject({ written: 1, skipped: 1, quarantined: 0 });
    expect(Object.values(differences).flat()).toEqual([]);
    const after = await contentsOf(engine.target);
    expect(after).toEqual(expect.arrayContaining(before));
    expect(after).toHaveLength(before.length + 4);
    expect((await findingsOf(engine.target)).map(({ code }) => code)).toEqual(['moneyScale=round', 'nul=strip']);
    for (const { name } of plan.stages) {
      const totals = await verifyTotals(mended, runId, name, { limited: false });
      expect(totals.filter(({ agree }) => !agree)).toEqual([]);
    }
  });

  test('makes the target that it would have made at once', async () => {
    const make = documents();
    engine = await openEngine({ collections: collectionsOf(make.all) });
    const policies: PlanPolicies = { nul: 'strip', moneyScale: 'round' };
    await engine.migrate();
    await engine.over(withPolicies(plan, policies)).migrate();
    const later = await contentsOf(engine.target);
    await engine.close();
    engine = await openEngine({ collections: collectionsOf(make.all) }, { plan: withPolicies(plan, policies) });
    await engine.migrate();
    expect(await contentsOf(engine.target)).toEqual(later);
  });
});
