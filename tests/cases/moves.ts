import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Document } from 'bson';
import type { LegacyKey } from '../../engine/document/legacy-key.ts';
import { withPolicies } from '../../engine/plan/check/define-plan.ts';
import type { PlanPolicies } from '../../engine/plan/policy/policies.ts';
import type { Plan, Stage } from '../../engine/plan/stage.ts';
import { prepareBatch } from '../../engine/transform/prepare-batch.ts';
import { verifyTotals } from '../../engine/verify/totals/verify-totals.ts';
import { plan } from '../../stages/plan.ts';
import type { Engine, Migration } from '../support/run-engine.ts';
import { type Aftermath, codeOf, expectOutcome, findingLines, isCounted, nameOf, readAftermath } from './aftermath.ts';
import type { Expected } from './read-cases.ts';

/** The plan of cases that have policies. */
export function planUnder(policies: unknown): Plan {
  return policies === null ? plan : withPolicies(plan, policies as PlanPolicies);
}

/** Moves everything in one migration into a database of its own, and holds each document against what it should become. */
export function moves(wanted: readonly Expected[], open: () => Promise<Engine>): void {
  let engine: Engine;
  let migration: Migration;
  let after: Aftermath;

  beforeAll(async () => {
    engine = await open();
    migration = await engine.migrate();
    after = await readAftermath(engine.target);
  });
  afterAll(() => engine?.close());

  test.each(wanted)('$case: $what', (one) => expectOutcome(after, one));

  test('every other document moves', () => {
    const due = new Set(wanted.filter((one) => one.quarantine).map(nameOf));
    expect([...after.quarantine.keys()].filter((name) => !due.has(name))).toEqual([]);
  });

  test('the verification finds every row as it should be, and all totals agree', async () => {
    expect(migration.differences).toEqual(Object.fromEntries(engine.plan.stages.map(({ name }) => [name, []])));
    for (const { name } of engine.plan.stages) {
      const totals = await verifyTotals(engine, migration.runId, name, { limited: false });
      expect(totals.filter(({ agree }) => !agree)).toEqual([]);
    }
  });

  test('findings that are only counted are counted, each', async () => {
    const due = new Map<string, number>();
    for (const stage of engine.plan.stages) {
      for (const [name, lines] of await countedOf(engine, stage)) {
        // The settlement writes a document anew that gets a suffix, and counts by itself.
        const isSettled = after.findings.get(name)?.some(({ code }) => code === 'duplicate=suffix');
        if (after.quarantine.has(name) || isSettled) continue;
        for (const line of lines) due.set(codeOf(line), (due.get(codeOf(line)) ?? 0) + 1);
        const own = wanted.find((one) => nameOf(one) === name);
        expect(lines).toEqual(expect.arrayContaining(own === undefined ? [] : findingLines(own).filter(isCounted)));
      }
    }
    const counters = Object.values(migration.counters).map(({ findings }) => findings as Record<string, number>);
    for (const [code, count] of due) {
      expect([code, counters.reduce((sum, findings) => sum + (findings[code] ?? 0), 0)]).toEqual([code, count]);
    }
    expect(due.size).toBeGreaterThan(0);
  });

  test('no key of a document reaches a prototype', () => {
    expect([Object.prototype, {}].map((one: Document) => [one['polluted'], one['isVerified']])).toEqual([
      [undefined, undefined],
      [undefined, undefined],
    ]);
  });

  test('documents in quarantine are kept byte for byte', async () => {
    for (const { stage, key, document } of after.quarantine.values()) {
      const { collection } = plan.stages.find(({ name }) => name === stage)!;
      const [raw] = await engine.source.readByKeys(collection, [Buffer.from(key, 'hex')]);
      expect(document).toBe(Buffer.from(raw!.bytes).toString('hex'));
    }
  });
}

/** The findings of each document of a stage that are only counted, as a fresh look at the source has them. */
async function countedOf({ plan: over, source, target }: Engine, stage: Stage): Promise<Map<string, string[]>> {
  const counted = new Map<string, string[]>();
  const keys: LegacyKey[] = [];
  for await (const key of source.scanKeys(stage.collection)) keys.push(key);
  const documents = await source.readByKeys(stage.collection, keys);
  for (const outcome of await prepareBatch({ plan: over, stage, target, skipExisting: false }, documents)) {
    if (outcome.kind !== 'moved') continue;
    const lines = outcome.findings.map(({ code, path }) => `${code} ${path}`).filter(isCounted);
    counted.set(`${stage.name} ${outcome.raw.key.toString('hex')}`, lines);
  }
  return counted;
}
