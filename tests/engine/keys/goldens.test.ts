import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { collectFacts } from '../../../engine/report/facts/facts.ts';
import { transformHash } from '../../../engine/state/run/run.ts';
import { type Engine, type Migration, openEngine } from '../../support/run-engine.ts';
import { project } from '../../support/scripts.ts';

/**
 * What must never change by itself: ids with what they are made of, the hash of each stage, and what a report says of a
 * small run. `RECORD_GOLDENS=1 npm test -- tests/engine/keys/goldens` writes it anew, for a change that is meant.
 */
const FILE = join(project, 'tests/fixtures/goldens.json');

let engine: Engine;
let run: Migration;
beforeAll(async () => {
  engine = await openEngine({ demo: { scale: 0.1 } });
  run = await engine.migrate();
});
afterAll(() => engine.close());

/** Five entries of each collection of the ID map, the lowest keys first. */
async function ids(): Promise<unknown> {
  const rows = await engine.target.query(
    `SELECT collection, encode(parent_key, 'hex'), encode(legacy_key, 'hex'), path, occurrence::text, prisma_id::text
     FROM (SELECT *, row_number() OVER (PARTITION BY collection ORDER BY parent_key, legacy_key, path, occurrence) AS n
           FROM migration_id_map) AS numbered
     WHERE n <= 5 ORDER BY collection, n`,
    [],
  );
  return rows.map(([collection, parent, key, path, occurrence, id]) => ({
    collection,
    parent,
    key,
    path,
    occurrence,
    id,
  }));
}

/** Facts without what is another in every run: its id, moments, durations and versions. */
async function facts(): Promise<unknown> {
  // When a stage was at which step is another in every run, too.
  await engine.target.query(`UPDATE migration_run SET stages = '{}'`, []);
  const { made: _, course: __, downtime: ___, ...found } = await collectFacts(engine.target, engine.plan, run.runId);
  return JSON.parse(JSON.stringify(found), (name, value: unknown) =>
    /(At|Seconds|^seconds|^rate|^runId|^id|^source|^sourceFingerprint|^server|^workflow\w*)$/.test(name) ? '…' : value,
  );
}

/** Sentences are the catalogue's, which has a snapshot of its own. */
const withoutSentences = (text: string) =>
  JSON.parse(text, (name, value: unknown) =>
    /^(sentence|reasons|meaning)$/.test(name) ? (Array.isArray(value) ? value.length : '…') : value,
  );

test('ids, transforms and facts are byte for byte what they were', async () => {
  const now = {
    transforms: Object.fromEntries(engine.plan.stages.map((stage) => [stage.name, transformHash(stage)])),
    ids: await ids(),
    facts: await facts(),
  };
  const text = `${JSON.stringify(now, null, 1)}\n`;
  if (process.env['RECORD_GOLDENS']) await writeFile(FILE, text);
  const then = await readFile(FILE, 'utf8');
  expect(JSON.stringify(withoutSentences(text), null, 1)).toBe(JSON.stringify(withoutSentences(then), null, 1));
});
