import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import type { Document } from 'bson';
import type { mongo } from 'mongoose';
import { checkSource } from '../../engine/run/preflight.ts';
import { verifyTotals } from '../../engine/verify/totals/verify-totals.ts';
import { plan } from '../../stages/plan.ts';
import { writeDumpFolder } from '../support/data/dump-writer.ts';
import { type Engine, openEngine } from '../support/run-engine.ts';
import { openMongoEngine } from '../support/servers/mongodb-engine.ts';
import { expectOutcome, readAftermath } from './aftermath.ts';
import { type Case, type Changes, completed, readCases, type WholeRun } from './read-cases.ts';

const cases = readCases().flatMap((one) => (one.run === null ? [] : [{ ...one, run: one.run }]));

test.each(cases.filter(({ run }) => run.changes === undefined))('$name', async (one) => {
  const engine = await openDump(one);
  try {
    const { refused, missing = [] } = one.run;
    if (refused !== undefined) {
      await expect(checkSource(engine.source, plan)).rejects.toThrow(
        refused.replace('dump:<path>', engine.source.label),
      );
      return;
    }
    expect(await checkSource(engine.source, plan)).toEqual({ missing });
    const { differences } = await engine.migrate();
    expect(Object.values(differences).flat()).toEqual([]);
    await expectAll(engine, one);
  } finally {
    await engine.close();
  }
});

test.each(cases.filter(({ run }) => run.changes !== undefined))('$name', async (one) => {
  const documents = Object.fromEntries(plan.stages.map(({ collection }) => [collection, documentsOf(one, collection)]));
  const engine = await openMongoEngine(documents);
  try {
    const run = await engine.prepare();
    for (const { name } of plan.stages) await engine.copy(run, name);
    await expectAll(engine, one);
    for (const [collection, changes] of Object.entries(one.run.changes!)) {
      await change(engine.database.collection(collection), collection, changes);
    }
    const differences: string[] = [];
    const disagreeing: string[] = [];
    for (const { name } of plan.stages) {
      for (const { kind, where, legacyId } of await engine.verify(run, name)) {
        differences.push(`${name}: ${kind} ${where} ${legacyId}`);
      }
      const totals = await verifyTotals(engine, run.runId, name, { limited: false });
      for (const { agree, what, path } of totals) if (!agree) disagreeing.push(`${name}: ${what} ${path}`.trim());
    }
    expect(differences).toEqual(one.run.differences);
    expect(disagreeing).toEqual(expect.arrayContaining([...one.run.disagreeing!]));
  } finally {
    await engine.close();
  }
});

function documentsOf({ given }: Case, of: string): Document[] {
  return given.filter(({ collection }) => collection === of).map(({ document }) => document!);
}

async function openDump(one: Case & { run: WholeRun }): Promise<Engine> {
  const folder = await mkdtemp(join(tmpdir(), 'whole-run-'));
  try {
    const names = plan.stages.map(({ collection }) => collection);
    const there = names.filter((name) => documentsOf(one, name).length > 0);
    const collections = Object.fromEntries(there.map((name) => [name, documentsOf(one, name)]));
    await writeDumpFolder(folder, 'platform', collections, { kinds: one.run.kinds ?? {} });
    const engine = await openEngine({ dump: folder });
    return { ...engine, close: () => engine.close().finally(() => rm(folder, { recursive: true })) };
  } catch (error) {
    await rm(folder, { recursive: true });
    throw error;
  }
}

async function change(at: mongo.Collection, collection: string, changes: Changes): Promise<void> {
  for (const fields of changes.insert ?? []) await at.insertOne(completed(collection, fields, 'inserted'));
  for (const { _id, $set } of changes.update ?? []) await at.updateOne({ _id: _id as mongo.ObjectId }, { $set });
  for (const _id of changes.delete ?? []) await at.deleteOne({ _id: _id as mongo.ObjectId });
}

async function expectAll({ target }: Engine, { expected }: Case): Promise<void> {
  const after = await readAftermath(target);
  for (const one of expected) expectOutcome(after, one);
}
