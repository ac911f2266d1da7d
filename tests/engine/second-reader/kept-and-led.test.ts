import { hash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Decimal128, Long, type ObjectId } from 'bson';
import { readHeld } from '../../../engine/verify/second-reader/held.ts';
import { notKept, type Read, secondReading } from '../../../engine/verify/second-reader/second-reading.ts';
import { shapeOf } from '../../../engine/verify/second-reader/shape.ts';
import { byteaText } from '../../../engine/verify/second-reader/values/key.ts';
import { PlatformDocuments } from '../../support/data/platform-documents.ts';
import { type Engine, type Migration, openEngine, quarantineOf } from '../../support/run-engine.ts';
import { collectionsOf, stageNamed } from '../small-platform.ts';
import { type Damage, keepTables } from '../verify/damage.ts';

const make = new PlatformDocuments();
const approver = make.user({}).document['_id'] as ObjectId;
const dbRef = (database: string) => ({ $ref: 'users', $id: approver, $db: database });
make.project({ title: 'here', approvedBy: dbRef('platform') });
make.project({ title: 'elsewhere', approvedBy: dbRef('another') });
make.profile({ socialLinks: { fax: 'the same' }, 'socialLinks.fax': 'the same' });
make.profile({ socialLinks: { pager: 'nested' }, 'socialLinks.pager': 'dotted' });
make.user({ _id: { a: 1, b: 'x' } });
make.user({ _id: Decimal128.fromString('5.00') });
make.project({ title: 'compound', artist: { a: Long.fromNumber(1), b: 'x' } });
make.project({ title: 'decimal', artist: 5 });
make.funding({
  rewards: [{ _id: { n: 7 }, title: 'CD', description: 'Signed', amount: 10_000 }],
  backers: [{ user: make.backer, amount: 10_000, reward: { n: Decimal128.fromString('7.0') } }],
});
make.user({ name: null });

let engine: Engine;
let run: Migration;
let damage: Damage['damage'];
let mend: Damage['mend'];

beforeAll(async () => {
  engine = await openEngine({ collections: collectionsOf(make.all) });
  run = await engine.migrate();
  const tables = ['migration_finding', 'migration_leftover', 'migration_quarantine', 'Project', 'Pledge'];
  ({ damage, mend } = await keepTables(engine.target, tables));
});
afterAll(() => engine.close());

/** What the second reader alone says of a stage: `table.column`. */
async function told(name: string): Promise<string[]> {
  const stage = stageNamed(name);
  const { query } = engine.target;
  const lying = new Set((await quarantineOf(engine.target)).map(({ key }) => key));
  const all: Read[] = [];
  for await (const raw of engine.source.read(stage.collection, { type: 'objectId', after: null, upTo: null }, null))
    all.push({ ...raw, legacyId: raw.key.toString('hex') });
  const [held, moved] = [true, false].map((is) => all.filter(({ legacyId }) => lying.has(legacyId) === is));
  const keys = moved!.map(({ key }) => byteaText(key));
  const roots = await query(`SELECT prisma_id FROM migration_id_map WHERE collection = $1 AND parent_key = ''`, [
    stage.idCollection,
  ]);
  const there = await readHeld(
    engine.target.each,
    shapeOf(stage),
    keys,
    roots.map(([id]) => id!),
  );
  const sources = new Map(engine.plan.stages.map(({ idCollection, collection }) => [idCollection, collection]));
  const differences = [
    ...(await secondReading(engine.target, shapeOf(stage), sources, there, moved!)),
    ...(await notKept(query, run.runId, stage.name, held!, (bytes) => hash('sha256', bytes, 'hex'))),
  ];
  return differences.map(({ where }) => where);
}

const DAMAGES: readonly (readonly [what: string, stage: string, sql: readonly string[], where: string])[] = [
  [
    'a reference into this database, taken for one into another',
    'project',
    [
      `UPDATE migration_finding SET code = 'referenceElsewhere' WHERE path = 'approvedBy'`,
      `INSERT INTO migration_leftover (run_id, collection, legacy_key, path, value)
         SELECT run_id, 'projects', legacy_key, path, old_value FROM migration_finding WHERE path = 'approvedBy'
         AND legacy_key = (SELECT legacy_key FROM migration_id_map JOIN "Project" ON id = prisma_id WHERE title = 'here')`,
      `UPDATE "Project" SET "approvedById" = NULL`,
    ],
    'Project.approvedById',
  ],
  [
    'a reference into another database, followed all the same',
    'project',
    [
      `UPDATE migration_finding SET code = 'referenceForm' WHERE path = 'approvedBy'`,
      `UPDATE "Project" SET "approvedById" = (SELECT max("approvedById"::text)::uuid FROM "Project")`,
    ],
    'Project.approvedById',
  ],
  ['a dotted leftover beside the same nested one', 'artist', [dropped('fax', true)], 'Artist.socialLinks'],
  ['a nested leftover beside the same dotted one', 'artist', [dropped('fax', false)], 'Artist.socialLinks'],
  [
    'a dotted leftover beside another nested one',
    'artist',
    [dropped('pager', true)],
    'migration_leftover.socialLinks.pager',
  ],
  [
    'leftovers that changed places',
    'artist',
    [`UPDATE migration_leftover SET name = CASE WHEN name IS NULL THEN path END WHERE path = 'socialLinks.pager'`],
    'Artist.socialLinks',
  ],
  [
    'a pledge of another reward than the one of an equal key',
    'fundingProject',
    [
      `UPDATE "Pledge" SET "rewardId" = (SELECT prisma_id FROM migration_id_map
         WHERE collection = 'fundingReward' AND legacy_key = '\\x0765000000000000000000aaaa') WHERE "rewardId" IS NOT NULL`,
    ],
    'Pledge.rewardId',
  ],
  [
    'a document in quarantine that has lost its last byte',
    'user',
    [`UPDATE migration_quarantine SET document = substr(document, 1, octet_length(document) - 1)`],
    'migration_quarantine.document',
  ],
];

function dropped(name: string, dotted: boolean): string {
  return `DELETE FROM migration_leftover WHERE path = 'socialLinks.${name}' AND name IS ${dotted ? 'NOT ' : ''}NULL`;
}

describe('the second reader', () => {
  test('takes numbers of other types for the same key, in compound ones, too', async () => {
    expect(Object.values(run.differences).flat()).toEqual([]);
    const moved = await engine.target.query(`SELECT title FROM "Project" ORDER BY title`, []);
    expect(moved.flat()).toEqual(['compound', 'decimal', 'elsewhere', 'here']);
    const [linked] = await engine.target.query(`SELECT count("rewardId") FROM "Pledge"`, []);
    expect(linked).toEqual(['1']);
  });

  test.each(DAMAGES)('finds %s', async (_, stage, sql, where) => {
    expect(await told(stage)).toEqual([]);
    for (const one of sql) await damage(one);
    try {
      expect(new Set(await told(stage))).toEqual(new Set([where]));
    } finally {
      await mend();
    }
  });
});
