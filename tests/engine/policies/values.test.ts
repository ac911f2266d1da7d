import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { deserialize, serialize } from 'bson';
import { keyOf } from '../../../engine/document/legacy-key.ts';
import { POLICY_FINDINGS } from '../../../engine/messages/labels/policies.ts';
import { withPolicies } from '../../../engine/plan/check/define-plan.ts';
import { verifyTotals } from '../../../engine/verify/totals/verify-totals.ts';
import { plan as strict } from '../../../stages/plan.ts';
import { type Given, PlatformDocuments } from '../../support/data/platform-documents.ts';
import { type Engine, findingsOf, type Migration, openEngine, quarantineOf, rowsOf } from '../../support/run-engine.ts';
import { column } from '../small-platform.ts';
import { mended, POLICIES, refused } from './bad-values.ts';

describe('a bad value that a policy is about', () => {
  const make = new PlatformDocuments();
  const all = mended(make);
  const others = refused(make);
  const plan = withPolicies(strict, POLICIES);
  let engine: Engine;
  let migration: Migration;

  beforeAll(async () => {
    const changes = new Map(all.flatMap(({ given, bytes }) => (bytes ? [[given.document, bytes] as const] : [])));
    const collections: Record<string, Buffer[]> = {};
    for (const { collection } of plan.stages) collections[collection] = [];
    for (const { collection, document } of make.all) {
      const raw = Buffer.from(serialize(document));
      collections[collection]!.push(changes.get(document)?.(raw) ?? raw);
    }
    engine = await openEngine({ collections }, { plan });
    migration = await engine.migrate();
  });
  afterAll(() => engine.close());

  const stageOf = ({ collection }: Given) => plan.stages.find((stage) => stage.collection === collection)!;
  const hexOf = ({ document }: Given) => keyOf(document['_id']).toString('hex');

  test.each(all)(
    '$what: its document moves, and every use of the policy is told',
    async ({ given, row, child, findings }) => {
      const stage = stageOf(given);
      const [id] = await column(
        engine.target,
        `SELECT prisma_id FROM migration_id_map WHERE collection = $1 AND encode(legacy_key, 'hex') = $2`,
        [stage.idCollection, hexOf(given)],
      );
      expect((await rowsOf(engine.target, stage.tables[0]!.table)).get(id!)).toMatchObject(row);
      if (child !== undefined) {
        const { root } = stage.tables.find(({ table }) => table === child.table)!;
        const rows = [...(await rowsOf(engine.target, child.table)).values()].filter((one) => one[root] === id);
        expect(rows.length).toBeGreaterThan(0);
        for (const one of rows) expect(one).toMatchObject(child.row);
      }
      const rows = await engine.target.query(
        `SELECT code, path, old_value, note FROM migration_finding WHERE stage = $1 AND encode(legacy_key, 'hex') = $2 ORDER BY id`,
        [stage.name, hexOf(given)],
      );
      expect(rows.map(([code, path, old, note]) => [code, path, shownValue(old!), note ?? undefined])).toEqual(
        findings.map(([code, path, old, note]) => [code, path, shownValue(boxed(old)), note]),
      );
    },
  );

  test.each(others)('$what: no policy is about it, and its document is kept', async ({ given, code, path }) => {
    const held = (await quarantineOf(engine.target)).find(({ key }) => key === hexOf(given));
    expect(held).toMatchObject({ stage: stageOf(given).name, code, path, state: 'open' });
    const found = await findingsOf(engine.target);
    expect(found.filter(({ key }) => key === hexOf(given))).toEqual([]);
  });

  test('and no other document is in quarantine', async () => {
    expect(await quarantineOf(engine.target)).toHaveLength(others.length);
  });

  test('verifies row by row: the same values are derived again', () => {
    expect(migration.differences).toEqual(Object.fromEntries(plan.stages.map(({ name }) => [name, []])));
  });

  test('is a term of its own in the totals, which agree exactly', async () => {
    const altered = new Set<string>();
    for (const { name } of plan.stages) {
      const totals = await verifyTotals(engine, migration.runId, name, { limited: false });
      expect(totals.filter(({ agree }) => !agree)).toEqual([]);
      for (const { path, alterations } of totals)
        for (const { code, value } of alterations) altered.add(`${path} ${code} ${value}`);
    }
    for (const term of [
      'budget min=clamp 5',
      'backers.amount min=clamp 500.01',
      'amount max=clamp -10000000',
      'spent moneyScale=round 0.005',
      'refundAmount moneyScale=round 0.001098765432109876543210987654321099',
      'amount min=clamp 987.5',
      'totalEarned numberRange=clamp -99990000000000000000.01',
    ]) {
      expect(altered).toContain(term);
    }
  });

  test('would make the totals disagree if its finding were lost', async () => {
    await engine.target.query(`DELETE FROM migration_finding WHERE code = 'moneyScale=round' AND path = 'spent'`, []);
    const totals = await verifyTotals(engine, migration.runId, 'project', { limited: false });
    expect(new Set(totals.filter(({ agree }) => !agree).map(({ path }) => path))).toEqual(new Set(['spent']));
  });

  test('is one of these, or of those that only other models can have', () => {
    const used = new Set(all.flatMap(({ findings }) => findings.map(([code]) => code)));
    const unused = Object.keys(POLICY_FINDINGS).filter((code) => !used.has(code) && !code.startsWith('duplicate='));
    expect(unused.sort()).toEqual(['max=null', 'min=default', 'min=null', 'rule=default', 'rule=null']);
  });
});

function boxed(value: unknown): string | null {
  if (value === undefined) return null;
  return `\\x${Buffer.from(serialize({ v: value }, { ignoreUndefined: false })).toString('hex')}`;
}

/** What a boxed old value holds, numbers of whatever type as their text. */
function shownValue(old: string | null): unknown {
  if (old === null) return undefined;
  const options = { promoteValues: false, bsonRegExp: true, validation: { utf8: false } };
  const { v } = deserialize(Buffer.from(old.slice(2), 'hex'), options) as { v: unknown };
  return v instanceof Object && 'toString' in v && !(v.constructor === Object) ? String(v) : v;
}
