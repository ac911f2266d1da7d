import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { closeUnderReferences } from '../../../engine/copy/limit-closure.ts';
import { exportSideTables } from '../../../engine/report/exports/export-side-tables.ts';
import { sampleStage } from '../../../engine/report/sample/sample.ts';
import { planRetry } from '../../../engine/run/retry-quarantine.ts';
import { assess } from '../../../operations/assess/assess.ts';
import { plan } from '../../../stages/plan.ts';
import { deepDocuments } from '../../support/data/deep-documents.ts';
import { type Engine, type Migration, openEngine, quarantineOf } from '../../support/run-engine.ts';

let engine: Engine;
let run: Migration;
beforeAll(async () => {
  engine = await openEngine({ collections: deepDocuments([3_000, 100_000]) });
  run = await engine.migrate();
});
afterAll(() => engine.close());

describe('documents nested 3,000 and 100,000 levels deep', () => {
  test('move or lie in quarantine, and all others move', async () => {
    expect(run.differences).toEqual({ user: [], artist: [], project: [], fundingProject: [], payment: [] });
    const counted = plan.stages.map(({ name }) => run.counters[name]!);
    for (const { read, written, quarantined } of counted) expect(written + quarantined).toBe(read);
    expect((await quarantineOf(engine.target)).length).toBeGreaterThan(10);
    expect(await engine.target.query(`SELECT count(*) FROM "Project" WHERE title = 'sound'`, [])).toEqual([['1']]);
  });

  test('are among those that a limit leaves', async () => {
    const all = new Set(plan.stages.map(({ name }) => name));
    const selected = await closeUnderReferences(engine.source, plan, all, 1_000);
    for (const { name } of plan.stages) expect(selected.get(name)).toHaveLength(run.counters[name]!.read);
  });

  test('are assessed as they end', async () => {
    const predicted: string[] = [];
    await assess(engine.source, plan, {
      ...{ sample: null, signal: new AbortController().signal, onProgress: () => {}, onNote: () => {} },
      onPrediction: ({ stage, key, code }) => void predicted.push(`${stage} ${key.toString('hex')} ${code}`),
    });
    const held = (await quarantineOf(engine.target)).map(({ stage, key, code }) => `${stage} ${key} ${code}`);
    expect(predicted.sort()).toEqual(held.sort());
  });

  test('are exported, sampled, and tried again', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'deep-'));
    try {
      const exported = await exportSideTables(engine.target, plan, folder);
      const { length } = await quarantineOf(engine.target);
      expect(exported.find(({ file }) => file.endsWith('quarantine.ndjson'))!.entries).toBe(length);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
    for (const stage of plan.stages) {
      const samples = await sampleStage({ ...engine, stage }, run.runId, { count: 1_000 });
      expect(samples).toHaveLength(run.counters[stage.name]!.written);
    }
    const before = await quarantineOf(engine.target);
    const planned = await planRetry(engine.target, plan, run, { stage: null, code: null });
    for (const { stage } of planned.stages) {
      await engine.copy({ ...run, epoch: planned.epoch }, stage);
      expect(await engine.verify({ ...run, epoch: planned.epoch }, stage)).toEqual([]);
    }
    const shown = (all: typeof before) =>
      all.map(({ stage, key, code, state }) => `${stage} ${key} ${code} ${state}`).sort();
    expect(shown(await quarantineOf(engine.target))).toEqual(shown(before));
  });
});
