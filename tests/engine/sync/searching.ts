import type { Plan } from '../../../engine/plan/stage.ts';
import type { PreparedRun } from '../../../engine/run/prepared-run.ts';
import type { ChangeFeed } from '../../../engine/source/feed/change-feed.ts';
import { UpdatedAtFeed } from '../../../engine/source/feed/updated-at-feed.ts';
import type { Source } from '../../../engine/source/source.ts';
import { findChanges, type How, type SearchProgress } from '../../../engine/sync/find/find-changes.ts';
import type { Engine } from '../../support/run-engine.ts';

/** How a test searches. */
export interface Searching {
  readonly how?: How;
  /** By `updatedAt` without a margin unless given. */
  readonly feed?: ChangeFeed;
  /** What is searched; the engine's own source unless given. */
  readonly source?: Source;
  /** Length of a stretch; 0 ends it after every page. */
  readonly milliseconds?: number;
  readonly pageSize?: number;
}

/** What searches through all stages have come to. */
export interface Searched {
  /** How far each stage's search came, the last word. */
  readonly stages: Readonly<Record<string, SearchProgress>>;
  /** Calls that it took. */
  readonly calls: number;
}

/** A position before every write. */
export const feedOf = (source: Source) => new UpdatedAtFeed(source, 0);

let sequence = 100;
/** Calls are counted over all searches. */
export const nextSequence = () => ++sequence;

/** Searches every stage to its end. */
export async function search(engine: Engine, run: PreparedRun, searching: Searching = {}): Promise<Searched> {
  const { how = 'fingerprint', source = engine.source, milliseconds = 60_000, pageSize } = searching;
  const { feed = feedOf(source) } = searching;
  const stages: Record<string, SearchProgress> = {};
  let calls = 0;
  for (const stage of engine.plan.stages) {
    const context = { stage, source, target: engine.target, feed, ...(pageSize !== undefined && { pageSize }) };
    do {
      calls++;
      const fence = { epoch: run.epoch, sequence: nextSequence(), attempt: 1 };
      const limits = { milliseconds, signal: new AbortController().signal };
      stages[stage.name] = await findChanges(context, run.runId, fence, how, limits);
    } while (!stages[stage.name]!.done);
  }
  return { stages, calls };
}

/** Every document that was noted as `<stage> <key>`, sorted. */
export async function noted(engine: Engine): Promise<string[]> {
  const rows = await engine.target.query(
    `SELECT stage || ' ' || encode(legacy_key, 'hex') FROM migration_change WHERE state = 'found'`,
    [],
  );
  return rows.map(([line]) => line!).sort();
}

/** By which ways documents were found, and how many. */
export async function waysOf(engine: Engine): Promise<Record<string, number>> {
  const rows = await engine.target.query(`SELECT found_by, count(*) FROM migration_change GROUP BY found_by`, []);
  return Object.fromEntries(rows.map(([way, count]) => [way, Number(count)]));
}

/** Forgets what was noted. */
export async function forget(engine: Engine): Promise<void> {
  await engine.target.query('DELETE FROM migration_change', []);
}

/** What differs between two sources, told by reading both whole: `<stage> <key>`, sorted. */
export async function truth(plan: Plan, before: Source, after: Source): Promise<string[]> {
  const differing: string[] = [];
  for (const { name, collection } of plan.stages) {
    const [old, now] = [await bytesByKey(before, collection), await bytesByKey(after, collection)];
    for (const key of new Set([...old.keys(), ...now.keys()])) {
      if (old.get(key) !== now.get(key)) differing.push(`${name} ${key}`);
    }
  }
  return differing.sort();
}

async function bytesByKey(source: Source, collection: string): Promise<Map<string, string>> {
  const documents = new Map<string, string>();
  for await (const { key, bytes } of source.readFields(collection, [], null)) {
    documents.set(key.toString('hex'), Buffer.from(bytes).toString('latin1'));
  }
  return documents;
}
