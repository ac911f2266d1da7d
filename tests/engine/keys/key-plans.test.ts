import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { objectIdKey } from '../../../engine/document/legacy-key.ts';
import { changesAmong, deleteChanges, noteChanges, readChanges } from '../../../engine/state/documents/changes.ts';
import { deleteDocuments } from '../../../engine/state/documents/delete-documents.ts';
import { mappingsOf, resolveMapping, upsertIdMap } from '../../../engine/state/documents/id-map.ts';
import { knownAmong, knownBetween } from '../../../engine/state/documents/known-documents.ts';
import { causesOf, insertQuarantine, noteTried } from '../../../engine/state/documents/quarantine.ts';
import { heldByKey } from '../../../engine/state/documents/quarantine-pages.ts';
import { readHeld } from '../../../engine/sync/apply/held-documents.ts';
import { leaveQuarantine } from '../../../engine/sync/apply/replace-documents.ts';
import type { Query } from '../../../engine/target/query.ts';
import type { Execute, Target } from '../../../engine/target/target.ts';
import { compareObjects } from '../../../engine/verify/references/compare-references.ts';
import { compareGone } from '../../../engine/verify/rows/compare-batch.ts';
import { readReferences } from '../../../engine/verify/second-reader/held.ts';
import { readNotes } from '../../../engine/verify/second-reader/notes.ts';
import { shapeOf } from '../../../engine/verify/second-reader/shape.ts';
import { nextEntries } from '../../../operations/monitor/entries.ts';
import { plan } from '../../../stages/plan.ts';
import { type Engine, openEngine } from '../../support/run-engine.ts';
import { stageNamed } from '../small-platform.ts';

let engine: Engine;
beforeAll(async () => {
  engine = await openEngine({ collections: { users: [] } });
  const { runId } = await engine.prepare();
  for (const sql of FILLED) await engine.target.query(sql.replaceAll('$run', `'${runId}'::uuid`), []);
});
afterAll(() => engine.close());

const KEY = `decode('07' || lpad(to_hex(n), 24, '0'), 'hex')`;
const MANY = `generate_series(1, 60000) AS n`;
const FILLED = [
  `INSERT INTO migration_id_map (collection, parent_key, legacy_key, path, occurrence, prisma_id, run_id)
   SELECT 'project', '', ${KEY}, '', 0, gen_random_uuid(), $run FROM ${MANY}`,
  `INSERT INTO migration_id_map (collection, parent_key, legacy_key, path, occurrence, prisma_id, run_id)
   SELECT 'projectTask', ${KEY}, ${KEY}, 'tasks', 0, gen_random_uuid(), $run FROM ${MANY}`,
  `INSERT INTO migration_quarantine (run_id, stage, legacy_key, document, code) SELECT $run, 'project', ${KEY}, '', 'required' FROM ${MANY}`,
  `INSERT INTO migration_finding (run_id, stage, legacy_key, path, code) SELECT $run, 'project', ${KEY}, 'a', 'tooLong' FROM ${MANY}`,
  `INSERT INTO migration_leftover (run_id, collection, legacy_key, path, value) SELECT $run, 'projects', ${KEY}, 'a', '' FROM ${MANY}`,
  `INSERT INTO migration_change (run_id, stage, legacy_key, found_by) SELECT $run, 'project', ${KEY}, 'feed' FROM ${MANY}`,
];

/** Statistics as PostgreSQL takes them by itself between two stages: no sub-document is there yet. */
async function analyzeBeforeChildren(): Promise<void> {
  const { query } = engine.target;
  await query('CREATE TABLE children AS SELECT * FROM migration_id_map WHERE octet_length(parent_key) > 0', []);
  await query('DELETE FROM migration_id_map WHERE octet_length(parent_key) > 0', []);
  await query('VACUUM ANALYZE', []);
  await query('INSERT INTO migration_id_map SELECT * FROM children', []);
  await query('DROP TABLE children', []);
}

/** Nodes of a plan that go through all of a table with keys. */
const scansOf = (text: string) => text.match(/Seq Scan on migration_(?!run).*/g) ?? [];

/** A target that tells, in place of each statement's answer, which tables PostgreSQL would go through. */
function explaining(scans: string[]): Target {
  const explain = async (sql: string, params: readonly unknown[]) => {
    const lines = await engine.target.query(`EXPLAIN ${sql}`, params);
    scans.push(...lines.flatMap(([line]) => scansOf(line!)));
  };
  const query: Query = async (sql, params) => {
    await explain(sql, params);
    return [];
  };
  const execute: Execute = Object.assign(
    async (sql: string, ...params: unknown[]) => {
      await explain(sql, params);
      return 1;
    },
    { copy: async () => {}, query },
  );
  return { ...engine.target, query, each: explain, transaction: (work) => work(execute) };
}

const project = stageNamed('project');
const key = objectIdKey(Buffer.alloc(12, 1));
const NOBODY = '00000000-0000-4000-8000-000000000001';
const entry = { ...{ id: NOBODY, collection: 'project', parent: Buffer.alloc(0), key, path: '', occurrence: 0 } };
const raw = { key, bytes: Buffer.alloc(5) };
const refused = {
  ...{ kind: 'refused', raw, code: 'required', path: null, message: null, cause: null },
  sqlstate: null,
  constraint: null,
};
const followers = {
  table: 'ProjectTask',
  collection: 'projectTask',
  path: 'tasks',
  columns: [{ column: 'projectId', name: '_id', collection: 'project', home: 'projects', within: 'document' }],
} as const;
const text = `\\x${key.toString('hex')}`;
const referring = { root: text, key: text, occurrence: 0, led: [[{ key: text, within: text }]] };

/** Every statement that looks keys up, or pages over them. */
const STATEMENTS: readonly (readonly [string, (target: Target) => unknown])[] = [
  ['resolveMapping', ({ query }) => resolveMapping(query, [{ collection: 'project', parent: Buffer.alloc(0), key }])],
  ['upsertIdMap', (target) => target.transaction((execute) => upsertIdMap(execute, NOBODY, [entry]))],
  ['mappingsOf', ({ query }) => mappingsOf(query, 'project', key)],
  [
    'knownBetween',
    ({ query }) => knownBetween(query, project, { after: Buffer.of(7), before: Buffer.of(8) }, 100).catch(String),
  ],
  ['knownAmong', ({ query }) => knownAmong(query, project, [key]).catch(String)],
  ['compareGone', (target) => compareGone({ plan, stage: project, target, skipExisting: false }, [key])],
  ['compareObjects', ({ query }) => compareObjects(query, project, followers, [referring]).catch(String)],
  ['nextEntries', ({ query }) => nextEntries(query, project, [NOBODY], key, 10)],
  ['causesOf', ({ query }) => causesOf(query, [{ stage: project, key }])],
  [
    'insertQuarantine',
    (target) => target.transaction((execute) => insertQuarantine(execute, NOBODY, 'project', [refused as never])),
  ],
  [
    'noteTried',
    (target) => target.transaction((execute) => noteTried(execute, NOBODY, 'project', [{ key, moved: true }])),
  ],
  ['heldByKey', ({ query }) => heldByKey(query, 'project', key)],
  ['readChanges', ({ query }) => readChanges(query, NOBODY, 'project', 'found', 10, key)],
  ['changesAmong', ({ query }) => changesAmong(query, NOBODY, 'project', [key])],
  [
    'noteChanges',
    (target) => target.transaction((execute) => noteChanges(execute, NOBODY, 'project', [key], 'found', 'feed')),
  ],
  ['deleteChanges', (target) => target.transaction((execute) => deleteChanges(execute, NOBODY, 'project', [key]))],
  ['readHeld', ({ query }) => readHeld(query, project, NOBODY, [key])],
  [
    'leaveQuarantine',
    (target) => target.transaction((execute) => leaveQuarantine(execute, { plan, stage: project }, NOBODY, [key])),
  ],
  ['readNotes', ({ each }) => readNotes(each, shapeOf(project), [text])],
  ['readReferences', ({ query }) => readReferences(query, [{ collection: 'project', parent: '', key: text }])],
  ['deleteDocuments', (target) => target.transaction((execute) => deleteDocuments(execute, project, [key]))],
];

describe.each([['without statistics'], ['with statistics from before the sub-documents'], ['with statistics']])(
  'keys are found by an index, %s:',
  (state) => {
    beforeAll(async () => {
      if (state === 'with statistics') await engine.target.query('ANALYZE', []);
      if (state.endsWith('sub-documents')) await analyzeBeforeChildren();
    });

    test.each(STATEMENTS)('%s', async (_, ask) => {
      const scans: string[] = [];
      await ask(explaining(scans));
      expect(scans).toEqual([]);
    });
  },
);
