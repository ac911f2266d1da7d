import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { relationOf } from '../../../engine/plan/stage-tables.ts';
import { type TableChecksum, tableChecksum } from '../../../engine/report/facts/checksums.ts';
import { openTarget, type Target } from '../../../engine/target/target.ts';
import { plan } from '../../../stages/plan.ts';
import { type Engine, openEngine } from '../../support/run-engine.ts';
import { collectionsOf } from '../small-platform.ts';
import { namedDocuments } from '../verify/corruptions.ts';

const collections = collectionsOf(namedDocuments().make.all);
let engine: Engine;
let checksums: TableChecksum[];

async function checksumsOf({ query }: Target): Promise<TableChecksum[]> {
  const tables = plan.stages.flatMap((stage) =>
    stage.tables.map(({ table }) => ({ table, relation: relationOf(stage, table) })),
  );
  return Promise.all(tables.map((one) => tableChecksum(query, one)));
}

beforeAll(async () => {
  engine = await openEngine({ collections });
  await engine.migrate();
  checksums = await checksumsOf(engine.target);
});
afterAll(() => engine.close());

describe('the checksums of the tables', () => {
  test('are of rows: every table has some', () => {
    expect(checksums.filter(({ rows }) => rows === 0)).toEqual([]);
  });

  test('are the same in another target that was filled otherwise', async () => {
    const other = await openEngine({ collections });
    try {
      await other.migrate({ batchSize: 1 });
      expect(await checksumsOf(other.target)).toEqual(checksums);
    } finally {
      await other.close();
    }
  });

  test('are the same whatever the database makes its sessions write values like', async () => {
    const name = new URL(engine.databaseUrl).pathname.slice(1);
    const settings = ["DateStyle = 'German, DMY'", "TimeZone = 'Asia/Seoul'", 'extra_float_digits = -10'];
    for (const setting of [...settings, "bytea_output = 'escape'", "IntervalStyle = 'sql_standard'"]) {
      await engine.target.query(`ALTER DATABASE "${name}" SET ${setting}`, []);
    }
    const later = openTarget(engine.databaseUrl, { connections: 2 });
    try {
      expect((await later.query('SHOW extra_float_digits', []))[0]).toEqual(['1']);
      expect(await checksumsOf(later)).toEqual(checksums);
    } finally {
      await later.close();
    }
  });

  test('are others when one value is, and when a row is there twice', async () => {
    const payment = () =>
      checksumsOf(engine.target).then((all) => all.find(({ table }) => table === 'Payment')!.checksum);
    const before = await payment();
    await engine.target.query(`UPDATE "Payment" SET message = message || ' '`, []);
    expect(await payment()).not.toBe(before);
  });
});
