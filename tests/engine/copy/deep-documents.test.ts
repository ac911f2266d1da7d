import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { serialize } from 'bson';
import { closeUnderReferences } from '../../../engine/copy/limit-closure.ts';
import { boxOf } from '../../../engine/document/bson/box.ts';
import { exportSideTables } from '../../../engine/report/exports/export-side-tables.ts';
import { sampleStage } from '../../../engine/report/sample/sample.ts';
import { planRetry } from '../../../engine/run/retry-quarantine.ts';
import { assess } from '../../../operations/assess/assess.ts';
import { plan } from '../../../stages/plan.ts';
import { PlatformDocuments } from '../../support/data/platform-documents.ts';
import { type Engine, type Migration, openEngine, quarantineOf } from '../../support/run-engine.ts';
import { collectionsOf } from '../small-platform.ts';

/** A value of type 3 or 4 that is nested so deep. */
function nested(levels: number, type: 3 | 4, name: string): Buffer {
  const size = 4 + 1 + name.length + 1;
  const heads = Array.from({ length: levels }, (_, level) => {
    const head = Buffer.alloc(size);
    head.writeInt32LE(5 + (size + 1) * (levels - level));
    head[4] = type;
    head.write(name, 5);
    return head;
  });
  return Buffer.concat([...heads, Buffer.from('0500000000', 'hex'), Buffer.alloc(levels)]);
}

/** A document with an element that the BSON library cannot write. */
function withElement(document: object, type: number, name: string, payload: Buffer): Buffer {
  const bytes = Buffer.concat([serialize(document).subarray(0, -1), boxOf(type, payload, name).subarray(4)]);
  bytes.writeInt32LE(bytes.length);
  return bytes;
}

const PLACES = [
  ['payments', 'metadata', 3, 'a'],
  ['payments', 'backerId', 3, '_id'],
  ['payments', 'projectId', 3, '$id'],
  ['payments', 'amount', 3, 'a'],
  ['projects', 'artist', 3, '_id'],
  ['projects', 'tasks', 4, '0'],
  ['projects', 'tags', 4, '0'],
  ['users', 'name', 3, 'a'],
  ['users', '_id', 3, 'a'],
  ['users', 'unknown', 3, 'a'],
] as const;

const make = new PlatformDocuments();
make.project({ title: 'sound' });
const collections: Record<string, unknown[]> = collectionsOf(make.all);
for (const levels of [3_000, 100_000]) {
  for (const [collection, name, type, inner] of PLACES) {
    const { document } = {
      users: () => make.user({}),
      projects: () => make.project({}),
      payments: () => make.payment({}),
    }[collection]();
    const { [name]: _, ...rest } = document;
    collections[collection]!.push(withElement(rest, type, name, nested(levels, type, inner)));
  }
}

let engine: Engine;
let run: Migration;
beforeAll(async () => {
  engine = await openEngine({ collections: collections as never });
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
