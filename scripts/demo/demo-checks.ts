import type { Document } from 'bson';
import { Decimal } from 'decimal.js';
import mongoose from 'mongoose';
import type pg from 'pg';
import { generalPath } from '../../engine/document/findings/path.ts';
import { parseKey, showKey } from '../../engine/document/legacy-key.ts';
import { bytesOfBytea } from '../../engine/target/bytea.ts';
import { connectTarget, schemaOf } from '../../prisma/connection/target.ts';
import { expectations } from './data/demo-documents.ts';
import type { Expectation } from './data/flaws/flaw.ts';
import { COLLECTIONS, type CollectionName, type DemoOptions } from './data/options.ts';

/** One thing that was compared, and whether it is as it should be. */
export interface Check {
  readonly what: string;
  readonly expected: string;
  readonly found: string;
  readonly isRight: boolean;
}

/** Where each table's rows come from; null is the document itself. Written down apart from the plan, to check it. */
const TABLES: readonly (readonly [table: string, collection: CollectionName, path: string | null])[] = [
  ['User', 'users', null],
  ['Artist', 'artists', null],
  ['ArtistAchievement', 'artists', 'achievements'],
  ['Project', 'projects', null],
  ['ProjectTask', 'projects', 'tasks'],
  ['ProjectMilestone', 'projects', 'milestones'],
  ['ProjectTeamMember', 'projects', 'team'],
  ['ProjectNote', 'projects', 'notes'],
  ['FundingProject', 'fundingprojects', null],
  ['FundingProjectExecutionPlan', 'fundingprojects', null],
  ['FundingProjectStage', 'fundingprojects', 'executionPlan.stages'],
  ['FundingProjectExpenseRecord', 'fundingprojects', 'expenseRecords'],
  ['FundingProjectDistribution', 'fundingprojects', 'revenueDistribution.distributions'],
  ['FundingProjectReward', 'fundingprojects', 'rewards'],
  ['Pledge', 'fundingprojects', 'backers'],
  ['FundingProjectUpdate', 'fundingprojects', 'updates'],
  ['Payment', 'payments', null],
];

const SUMS: readonly (readonly [table: string, collection: CollectionName, path: string | null])[] = [
  ['Payment', 'payments', null],
  ['Pledge', 'fundingprojects', 'backers'],
];

const STAGE_OF: Readonly<Record<CollectionName, string>> = {
  users: 'user',
  artists: 'artist',
  projects: 'project',
  fundingprojects: 'fundingProject',
  payments: 'payment',
};

/**
 * Compares what a run left in PostgreSQL with MongoDB and with the demo data's own expectations, by code that shares
 * nothing with the migration's: rows of every table with documents and array elements, sums of money, and every
 * document that was spoiled on purpose.
 */
export async function checkDemo(
  { mongodbUri, databaseUrl, runId }: { mongodbUri: string; databaseUrl: string; runId: string },
  data: DemoOptions,
): Promise<Check[]> {
  const database = await connectTarget(databaseUrl, schemaOf(databaseUrl));
  try {
    const expected = expectations(data);
    const quarantined = new Set(expected.filter((one) => one.expected === 'quarantine').map(nameOf));
    return [
      ...(await checkFigures(await sourceFigures(mongodbUri, quarantined), database)),
      ...(await checkExpectations(expected, database, runId)),
    ];
  } finally {
    await database.end();
  }
}

const nameOf = ({ collection, id }: Pick<Expectation, 'collection' | 'id'>) => `${collection}/${id.toHexString()}`;

interface Figures {
  readonly rows: Map<string, number>;
  readonly sums: Map<string, Decimal>;
}

/** Counts and adds up what is in MongoDB, without the documents that belong in quarantine. */
async function sourceFigures(uri: string, quarantined: ReadonlySet<string>): Promise<Figures> {
  const rows = new Map(TABLES.map(([table]) => [table, 0]));
  const sums = new Map(SUMS.map(([table]) => [table, new Decimal(0)]));
  const client = new mongoose.mongo.MongoClient(uri);
  try {
    for (const collection of COLLECTIONS) {
      for await (const document of client.db().collection(collection).find()) {
        if (quarantined.has(`${collection}/${document._id.toHexString()}`)) continue;
        for (const [table, from, path] of TABLES) {
          if (from === collection) rows.set(table, rows.get(table)! + elementsOf(document, path).length);
        }
        for (const [table, from, path] of SUMS) {
          if (from !== collection) continue;
          for (const { amount } of elementsOf(document, path)) sums.set(table, sums.get(table)!.plus(money(amount)));
        }
      }
    }
  } finally {
    await client.close();
  }
  return { rows, sums };
}

/** The elements at a path: a single value counts as one, nothing as none. */
function elementsOf(document: Document, path: string | null): Document[] {
  if (path === null) return [document];
  const value = path.split('.').reduce<unknown>((at, step) => (at as Document | undefined)?.[step], document);
  return [value].flat().filter((element): element is Document => element !== undefined && element !== null);
}

/** Doubles with rounding noise mean the two decimals that they are closest to. */
function money(amount: unknown): Decimal {
  return new Decimal(String(amount)).toDecimalPlaces(2);
}

async function checkFigures({ rows, sums }: Figures, database: pg.Client): Promise<Check[]> {
  const checks: Check[] = [];
  for (const [table, count] of rows) {
    const found = await single(database, `SELECT count(*)::text AS value FROM "${table}"`);
    checks.push(check(`rows of ${table}`, `${count}`, found));
  }
  for (const [table, sum] of sums) {
    const found = await single(database, `SELECT coalesce(sum(amount), 0)::text AS value FROM "${table}"`);
    checks.push(check(`sum of ${table}.amount`, sum.toFixed(2), new Decimal(found).toFixed(2)));
  }
  return checks;
}

async function single(database: pg.Client, sql: string): Promise<string> {
  const { rows } = await database.query<{ value: string }>(sql);
  return rows[0]!.value;
}

/** Every spoiled document has met its fate, and no other document went to quarantine. */
async function checkExpectations(
  expected: readonly Expectation[],
  database: pg.Client,
  runId: string,
): Promise<Check[]> {
  const held = await quarantineOf(database, runId);
  const noticed = await findingsOf(database, runId);
  const checks = expected.map((one) => {
    const { collection, path, code, why } = one;
    const name = nameOf(one);
    const what = `${collection} ${one.id.toHexString()} (${why})`;
    const place = path === null ? '' : ` at ${path}`;
    if (one.expected === 'finding') {
      const isThere = noticed.has(path === null ? `${name} ${code}` : `${name} ${code} ${generalPath(path)}`);
      return check(what, `finding ${code}${place}`, isThere ? `finding ${code}${place}` : 'no such finding');
    }
    const found = held.get(name);
    held.delete(name);
    const cause = one.cause === undefined ? null : nameOf(one.cause);
    const wanted = `quarantine ${code}${place}${cause === null ? '' : ` because of ${cause}`}`;
    return check(what, wanted, found === undefined ? 'not in quarantine' : `quarantine ${found.shown(path, cause)}`);
  });
  const unexpected = [...held].map(([name, found]) => check(name, 'migrated', `quarantine ${found.code}`));
  return [...checks, ...unexpected];
}

interface Held {
  readonly code: string;
  /** As the expectation words it: path and cause only where it has them. */
  shown(path: string | null, cause: string | null): string;
}

async function quarantineOf(database: pg.Client, runId: string): Promise<Map<string, Held>> {
  const { rows } = await database.query<{
    stage: string;
    key: string;
    code: string;
    path: string | null;
    cause: { collection: string; legacyId: string } | null;
  }>(
    `SELECT stage, legacy_key::text AS key, code, path, cause FROM migration_quarantine
     WHERE run_id = $1 AND state = 'open'`,
    [runId],
  );
  return new Map(
    rows.map(({ stage, key, code, path, cause }) => {
      const because = cause === null ? 'nothing' : `${cause.collection}/${showKey(parseKey(cause.legacyId))}`;
      const shown = (wantedPath: string | null, wantedCause: string | null) =>
        `${code}${wantedPath === null ? '' : ` at ${path}`}${wantedCause === null ? '' : ` because of ${because}`}`;
      return [`${collectionOf(stage)}/${showKey(bytesOfBytea(key))}`, { code, shown }];
    }),
  );
}

/** Array places are taken out of the paths: findings that are only counted are kept without them. */
async function findingsOf(database: pg.Client, runId: string): Promise<Set<string>> {
  const kept = await database.query<Noticed>(
    'SELECT stage, legacy_key::text AS key, NULL AS shown, code, path FROM migration_finding WHERE run_id = $1',
    [runId],
  );
  const sampled = await database.query<Noticed>(
    `SELECT stage, NULL AS key, value ->> 'legacyId' AS shown, value ->> 'code' AS code, value ->> 'path' AS path
     FROM migration_partition, jsonb_array_elements(samples) AS sample (value)
     WHERE run_id = $1 AND value ? 'code'`,
    [runId],
  );
  return new Set(
    [...kept.rows, ...sampled.rows].flatMap(({ stage, key, shown, code, path }) => {
      const name = `${collectionOf(stage)}/${key === null ? shown : showKey(bytesOfBytea(key))}`;
      return [`${name} ${code}`, `${name} ${code} ${generalPath(path)}`];
    }),
  );
}

interface Noticed {
  readonly stage: string;
  readonly key: string | null;
  readonly shown: string | null;
  readonly code: string;
  readonly path: string;
}

function collectionOf(stage: string): string {
  return Object.entries(STAGE_OF).find(([, name]) => name === stage)?.[0] ?? stage;
}

function check(what: string, expected: string, found: string): Check {
  return { what, expected, found, isRight: expected === found };
}
