import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { EJSON, serialize } from 'bson';
import { type Change, type Churn, churnedDocuments } from '../../../scripts/demo/data/churn/churn.ts';
import { demoDocuments } from '../../../scripts/demo/data/demo-documents.ts';
import { COLLECTIONS, type DemoOptions } from '../../../scripts/demo/data/options.ts';
import type { DumpOptions } from '../../../scripts/demo/data/write-dump.ts';
import { openEngine } from '../../support/run-engine.ts';

const DATA: DemoOptions = { scale: 0.5, seed: 4, bad: false };

/** All bytes after a churn, by `_id`, and what was told of it. */
function churned(churn: Churn, options = DATA) {
  const changes: Change[] = [];
  const documents = churnedDocuments(options, churn, (change) => changes.push(change));
  const bytes = new Map<string, string>();
  for (const name of COLLECTIONS) for (const one of documents[name]) bytes.set(`${name}/${one['_id']}`, hashOf(one));
  return { changes, bytes };
}

function original(options = DATA): Map<string, string> {
  const documents = demoDocuments(options);
  return new Map(
    COLLECTIONS.flatMap((name) => [...documents[name]].map((one) => [`${name}/${one['_id']}`, hashOf(one)])),
  );
}

const hashOf = (document: object) => createHash('sha256').update(serialize(document)).digest('hex');

describe('the demo platform after some more of its life', () => {
  test.each([DATA, { ...DATA, bad: true }, { ...DATA, rich: true }])('tells just what has changed: %j', (options) => {
    const { changes, bytes } = churned({ share: 0.1 }, options);
    const before = original(options);
    const told = new Map(changes.map(({ collection, id, kind }) => [`${collection}/${id}`, kind]));
    expect(told.size).toBe(changes.length);
    for (const name of new Set([...before.keys(), ...bytes.keys()])) {
      const [old, now] = [before.get(name), bytes.get(name)];
      const kind = old === now ? undefined : old === undefined ? 'inserted' : now === undefined ? 'deleted' : 'updated';
      expect([name, told.get(name)]).toEqual([name, kind]);
    }
    expect(changes.length / before.size).toBeGreaterThan(0.07);
    expect(changes.length / before.size).toBeLessThan(0.13);
    expect(new Set(told.values())).toEqual(new Set(['inserted', 'updated', 'deleted']));
  });

  test('is the same for the same seed, and another for another', () => {
    const [one, again, other] = [churned({ share: 0.05 }), churned({ share: 0.05 }), churned({ share: 0.05, seed: 2 })];
    expect(again).toEqual(one);
    expect(other.changes).not.toEqual(one.changes);
  });

  test('without a share is what it was', () => {
    expect(churned({ share: 0 }).bytes).toEqual(original());
  });

  test('stays whole: a dump of it migrates without a document in quarantine, and lists its changes', async () => {
    const demo: DumpOptions = { ...DATA, churn: { share: 0.2 } };
    const engine = await openEngine({ demo });
    try {
      const { differences } = await engine.migrate();
      expect(Object.values(differences).flat()).toEqual([]);
      expect(await engine.target.query('SELECT code, path FROM migration_quarantine', [])).toEqual([]);
      const lines = (await readFile(join(engine.folder, 'dump', 'changes.ndjson'), 'utf8')).trim().split('\n');
      const listed = lines.map((line) => EJSON.parse(line) as { collection: string; _id: unknown });
      const { changes } = churned({ share: 0.2 });
      expect(listed.map(({ collection, _id }) => `${collection}/${_id}`)).toEqual(
        changes.map(({ collection, id }) => `${collection}/${id}`),
      );
    } finally {
      await engine.close();
    }
  });
});
