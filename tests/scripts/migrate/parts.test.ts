import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Document, ObjectId } from 'bson';
import { runHasFailed } from '../../../engine/messages/commands/screen.ts';
import { demoDocuments } from '../../../scripts/demo/data/demo-documents.ts';
import { saying } from '../../engine/messages/saying.ts';
import { type CommandTarget, type Desk, openDesk } from '../../support/command-line.ts';
import { type Content, contentOf } from '../../support/data/content.ts';
import { fill } from '../../support/engine-alone.ts';

const DATA = { scale: 0.02, bad: false };

let desk: Desk;
let whole: Content;

beforeAll(async () => {
  desk = await openDesk(DATA);
  const target = await desk.target();
  await fill(target.databaseUrl, `dump:${desk.dump}`);
  whole = await contentOf(target);
});

afterAll(() => desk.close());

/** Rows of the tables that documents themselves become. */
async function documentsIn(target: CommandTarget): Promise<Record<string, number>> {
  const [row] = await target.sql(`SELECT (SELECT count(*) FROM "User"), (SELECT count(*) FROM "Artist"),
    (SELECT count(*) FROM "Project"), (SELECT count(*) FROM "FundingProject"), (SELECT count(*) FROM "Payment")`);
  const [users, artists, projects, fundingprojects, payments] = row!.map(Number);
  return {
    users: users!,
    artists: artists!,
    projects: projects!,
    fundingprojects: fundingprojects!,
    payments: payments!,
  };
}

describe('--stages', () => {
  test('is refused when earlier stages are not there, and goes on over what an earlier run moved', async () => {
    const target = await desk.target();
    const refused = await desk.run(['run', '--stages', 'payment'], target.environment);
    expect(refused.out).toMatch(saying(runHasFailed, { migration: 'mongo-to-prisma' }));
    expect(refused.code).toBe(1);
    expect(await documentsIn(target)).toMatchObject({ users: 0, payments: 0 });
    const earlier = await desk.run(['run', '--stages=user,artist,project,fundingProject'], target.environment);
    expect(earlier.code).toBe(0);
    expect(await documentsIn(target)).toMatchObject({ users: 40, payments: 0 });
    const { code } = await desk.run(['run', '--stages', 'payment'], target.environment);
    expect(code).toBe(0);
    expect(await contentOf(target)).toEqual(whole);
  });
});

describe('--limit', () => {
  test('moves the first documents of each collection and all that they refer to, and a whole run the rest', async () => {
    const target = await desk.target();
    const { code } = await desk.run(['run', '--limit=3'], target.environment);
    expect(code).toBe(0);
    expect(await documentsIn(target)).toEqual(closure(3));
    const rest = await desk.run(['run', '--json'], target.environment);
    expect(rest.code).toBe(0);
    const { stages } = JSON.parse(rest.out) as { stages: { name: string; skipped: number; written: number }[] };
    expect(stages.map(({ skipped }) => skipped)).toEqual(Object.values(closure(3)));
    expect(await contentOf(target)).toEqual(whole);
  });
});

/** How many documents the first n of each collection are, with those that they refer to. */
function closure(n: number): Record<string, number> {
  const all = demoDocuments(DATA);
  const chosen: Record<string, Document[]> = {};
  let wanted = new Set<string>();
  for (const name of ['payments', 'fundingprojects', 'projects', 'artists', 'users'] as const) {
    chosen[name] = [...all[name]].filter((document, place) => place < n || wanted.has(String(document['_id'])));
    wanted = new Set([...wanted, ...chosen[name].flatMap(idsIn)]);
  }
  return Object.fromEntries(Object.keys(all).map((name) => [name, chosen[name]!.length]));
}

function idsIn(value: unknown): string[] {
  if (value instanceof ObjectId) return [value.toHexString()];
  if (typeof value !== 'object' || value === null || value instanceof Date) return [];
  return Object.values(value).flatMap(idsIn);
}
