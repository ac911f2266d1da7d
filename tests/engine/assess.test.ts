import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Document, ObjectId } from 'bson';
import fc from 'fast-check';
import { type Assessment, type AssessOptions, assess } from '../../engine/assess/assess.ts';
import type { Prediction } from '../../engine/assess/assess-stage.ts';
import { ByteKeys } from '../../engine/assess/byte-keys.ts';
import { generalPath } from '../../engine/findings.ts';
import { stableJson } from '../../engine/json-value.ts';
import { showKey } from '../../engine/legacy-key.ts';
import { censusFacts } from '../../engine/report/census-facts.ts';
import { openSource } from '../../engine/source/open-source.ts';
import type { Source } from '../../engine/source/source.ts';
import { fillMongoDB } from '../../scripts/demo-data/fill-mongodb.ts';
import type { DemoOptions } from '../../scripts/demo-data/options.ts';
import { plan } from '../../stages/plan.ts';
import { createMongoDatabase } from '../support/databases.ts';
import { type Collections, writeDumpFolder } from '../support/dump-writer.ts';
import { PlatformDocuments } from '../support/platform-documents.ts';
import { type Engine, findingsOf, type Migration, openEngine, quarantineOf, rangesOf } from '../support/run-engine.ts';
import { collectionsOf } from './small-platform.ts';

const collections = plan.stages.map(({ collection }) => collection);

interface Assessed extends Assessment {
  readonly predictions: readonly Prediction[];
}

async function assessed(source: Source, options: Partial<AssessOptions> = {}): Promise<Assessed> {
  const predictions: Prediction[] = [];
  const given: AssessOptions = {
    ...{ sample: null, signal: new AbortController().signal, onProgress: () => {}, onNote: () => {} },
    ...{ onPrediction: (one) => void predictions.push(one), ...options },
  };
  return { ...(await assess(source, plan, given)), predictions };
}

const predicted = ({ predictions }: Assessed) =>
  predictions.map(({ stage, key, code, path, cause }) => ({ stage, key: key.toString('hex'), code, path, cause }));

async function quarantined(engine: Engine) {
  const all = await quarantineOf(engine.target);
  return all.map(({ stage, key, code, path, cause }) => ({ stage, key, code, path, cause }));
}

const sorted = <T>(all: readonly T[]) => all.map(stableJson).sort();

/** Findings by stage, code and path, as a migration wrote or counted them. */
async function findingsWritten(engine: Engine): Promise<Map<string, number>> {
  const counts = new Map<string, number>();
  for (const { stage, code, path } of await findingsOf(engine.target)) {
    const name = `${stage} ${code} ${generalPath(path)}`;
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return counts;
}

const COUNTED = ['default', 'unknownField', 'fromId', 'fromCreatedAt'];

describe.each<[string, DemoOptions]>([
  ['ordinary flaws', { scale: 0.1 }],
  ['what only a dump can hold', { scale: 0.1, seed: 7, rich: true }],
])('an assessment of a dump with %s', (_, demo) => {
  let engine: Engine;
  let run: Migration;
  let found: Assessed;

  beforeAll(async () => {
    engine = await openEngine({ demo });
    found = await assessed(engine.source);
    run = await engine.migrate({ partitions: rangesOf(70), order: (n) => [...Array(n).keys()].reverse() });
  });
  afterAll(() => engine.close());

  test('predicts exactly the quarantine of the migration: stage, _id, code, path and cause', async () => {
    expect(found.predictions.length).toBeGreaterThan(40);
    expect(sorted(predicted(found))).toEqual(sorted(await quarantined(engine)));
    expect(found.verdict).toBe('quarantine');
  });

  test('predicts every finding that is written down', async () => {
    const told = found.stages.flatMap(({ name, findings }) =>
      findings
        .filter(({ code }) => !COUNTED.includes(code))
        .map(({ code, path, count }) => [`${name} ${code} ${path}`, count] as const),
    );
    expect(new Map(told)).toEqual(await findingsWritten(engine));
  });

  test('predicts the rows of every table', async () => {
    for (const { table, rows } of found.stages.flatMap(({ tables }) => tables)) {
      const [[count]] = (await engine.target.query(`SELECT count(*) FROM "${table}"`, [])) as [[string]];
      expect({ table, rows }).toEqual({ table, rows: Number(count) });
    }
  });

  test('takes the census that the verification takes', async () => {
    const asked: Parameters<typeof censusFacts>[0] = (sql, params) => engine.target.query(sql, params);
    for (const [n, stage] of plan.stages.entries()) {
      expect(found.stages[n]!.census).toEqual(await censusFacts(asked, run.runId, stage));
    }
  });

  test('estimates the size of the tables to within a half', async () => {
    await engine.target.query('VACUUM', []);
    const names = found.stages.flatMap(({ tables }) => tables.map(({ table }) => `'"${table}"'`));
    const [[bytes]] = (await engine.target.query(
      `SELECT sum(pg_total_relation_size(name::regclass)) FROM unnest(ARRAY[${names}]) AS name`,
      [],
    )) as [[string]];
    // Seventeen tables with an empty page or three in each of their indexes: a fixed cost that is no document's.
    expect(found.estimate.tableBytes).toBeLessThan(Number(bytes) * 1.5);
    expect(found.estimate.tableBytes).toBeGreaterThan(Number(bytes) * 0.2);
  });
});
