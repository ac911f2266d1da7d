import { FeedLost } from '../../common/errors.ts';
import type { LegacyKey } from '../../document/legacy-key.ts';
import { feedNotMarked } from '../../messages/engine/source.ts';
import { type FoundBy, noteChanges } from '../../state/documents/changes.ts';
import {
  advance,
  type Checkpoint,
  type Counters,
  claimPartition,
  type Fence,
  insertPartitions,
  NO_COUNTERS,
  type PartitionRef,
} from '../../state/run/checkpoint.ts';
import { readRun } from '../../state/run/run.ts';
import { touching } from '../../state/run/run-writer.ts';
import { readFeedPosition, saveFeedPosition } from './feed-position.ts';
import { type SearchContext, type Standing, type StepPage, stepsFrom } from './steps.ts';

/** Which way changes are looked for: by what the feed names, or by comparing every document. */
export type How = 'feed' | 'fingerprint';

/** When a stretch of a search ends: at the first page after so many milliseconds, or on the signal. */
export interface SearchLimits {
  readonly milliseconds: number;
  readonly signal: AbortSignal;
}

/** How far a search has come, in documents. */
export interface SearchProgress {
  /** Those that were inserted, changed or deleted since they were moved; one that is found twice counts twice. */
  readonly found: number;
  readonly done: boolean;
  /** Those of the source that were looked at. */
  readonly examined: number;
  /** Why all documents are compared although the feed was asked for; null when that is not so. */
  readonly lost: string | null;
}

/** The stage name under which the search for a stage's changes keeps its checkpoint. */
const searchOf = (stage: string) => `find:${stage}`;

/** One partition holds a whole search; the range has no meaning. */
const WHOLE = { selection: { type: 'objectId', after: null, upTo: null }, total: 0 } as const;

/** A page that finds nothing leaves nothing but the checkpoint: what an interruption makes it compare again costs little. */
const SAVE_EVERY_MS = 1_000;
/** Found documents that wait for the next commit at most. */
const MOST_UNSAVED = 5_000;

/**
 * Searches a stage's collection for documents that were inserted, changed or deleted since they were moved, and notes
 * their keys in `migration_change`. A call goes on where the one before has ended; after a search is done, the next
 * call begins another. When the feed is lost, all documents are compared.
 * @throws Fenced
 */
export async function findChanges(
  context: SearchContext,
  runId: string,
  fence: Fence,
  how: How,
  limits: SearchLimits,
  onPage: (examined: number) => void = () => {},
): Promise<SearchProgress> {
  const search = await Search.open(context, runId, fence, how);
  if (search.isRepeated) return search.progress(true);
  const deadline = Date.now() + limits.milliseconds;
  for (;;) {
    try {
      let isOver = false;
      for await (const page of search.pages()) {
        // Only now it is known that something is left to be done.
        if (isOver) return await search.pause();
        search.take(page);
        onPage(search.progress(false).examined);
        if (limits.signal.aborted) return await search.pause();
        isOver = page.isBoundary && Date.now() >= deadline;
        await search.saveWhenDue();
      }
      await search.finish();
      return search.progress(true);
    } catch (error) {
      if (!(error instanceof FeedLost)) throw error;
      await search.giveUpFeed(error.message);
    }
  }
}

/** What a search keeps in its partition's row beside counters and last key. */
interface Kept extends Standing {
  readonly how: How;
  readonly epoch: number;
  /** Of the call that wrote this. */
  readonly sequence: number;
  readonly lost: string | null;
}

/** A search under way: where it stands, and what it has found since its last commit. */
class Search {
  readonly #context: SearchContext;
  readonly #at: PartitionRef;
  readonly #stage: string;
  readonly #fence: Fence;
  /** Whether the call before was this one, and has ended the search: its answer was lost. */
  readonly isRepeated: boolean;
  #kept: Kept;
  #lastKey: LegacyKey | null;
  #counters: Counters;
  #saved: LegacyKey | null;
  /** By the way in which they were found. */
  readonly #unsaved = new Map<FoundBy, LegacyKey[]>();
  #due = Date.now() + SAVE_EVERY_MS;

  private constructor(context: SearchContext, at: PartitionRef, fence: Fence, start: Checkpoint, begun: Kept | null) {
    this.#context = context;
    this.#at = at;
    this.#stage = context.stage.name;
    this.#fence = fence;
    this.isRepeated = start.done && begun === null;
    this.#kept = begun ?? keptIn(start)!;
    this.#lastKey = begun === null ? start.lastKey : null;
    this.#counters = begun === null ? start.counters : NO_COUNTERS;
    this.#saved = start.lastKey;
  }

  static async open(context: SearchContext, runId: string, fence: Fence, how: How): Promise<Search> {
    const { target, stage } = context;
    const at = { runId, stage: searchOf(stage.name), partition: 0 };
    await insertPartitions(touching(target.query), runId, at.stage, [WHOLE]);
    const start = await claimPartition(target, at, fence);
    const kept = keptIn(start);
    // After a rollback the epoch is another one, and what was compared before has no meaning.
    const goesOn = kept?.epoch === fence.epoch && (start.done ? kept.sequence === fence.sequence : kept.how === how);
    return new Search(context, at, fence, start, goesOn ? null : await begin(context, runId, fence, how));
  }

  pages(): AsyncGenerator<StepPage> {
    return stepsFrom(this.#context, this.#at.runId, this.#kept, this.#lastKey);
  }

  take({ standing, lastKey, found, foundBy, examined }: StepPage): void {
    this.#kept = { ...this.#kept, ...standing };
    this.#lastKey = lastKey;
    if (found.length > 0) this.#unsaved.set(foundBy, [...(this.#unsaved.get(foundBy) ?? []), ...found]);
    const { read, written } = this.#counters;
    this.#counters = { ...this.#counters, read: read + examined, written: written + found.length };
  }

  async saveWhenDue(): Promise<void> {
    const unsaved = [...this.#unsaved.values()].reduce((sum, keys) => sum + keys.length, 0);
    if (Date.now() >= this.#due || unsaved >= MOST_UNSAVED) await this.save(false);
  }

  async save(done: boolean): Promise<void> {
    const { target } = this.#context;
    const samples = [{ ...this.#kept, sequence: this.#fence.sequence }];
    const to = { from: this.#saved, lastKey: this.#lastKey, counters: this.#counters, samples, done };
    await target.transaction(async (execute) => {
      await advance(execute, this.#at, this.#fence, to);
      for (const [foundBy, keys] of this.#unsaved) {
        await noteChanges(execute, this.#at.runId, this.#stage, keys, 'found', foundBy);
      }
    });
    this.#saved = this.#lastKey;
    this.#unsaved.clear();
    this.#due = Date.now() + SAVE_EVERY_MS;
  }

  async pause(): Promise<SearchProgress> {
    await this.save(false);
    return this.progress(false);
  }

  /** The position comes last: a feed that is read twice from the same one names nothing new. */
  async finish(): Promise<void> {
    await this.save(true);
    const marked = { kind: this.#context.feed.kind, position: this.#kept.feed };
    const writer = { runId: this.#at.runId, ...this.#fence };
    await saveFeedPosition(this.#context.target, writer, this.#stage, marked);
  }

  async giveUpFeed(lost: string): Promise<void> {
    const feed = await this.#context.feed.position(this.#context.stage.collection);
    this.#kept = { ...this.#kept, step: 'objectIds', compared: 'documents', feed, lost };
    this.#lastKey = null;
  }

  progress(done: boolean): SearchProgress {
    return { found: this.#counters.written, done, examined: this.#counters.read, lost: this.#kept.lost };
  }
}

function keptIn({ samples }: Checkpoint): Kept | undefined {
  return samples[0] as Kept | undefined;
}

/** A search that begins. By fingerprints, the feed goes on from before its first document. */
async function begin({ target, stage, feed }: SearchContext, runId: string, fence: Fence, how: How): Promise<Kept> {
  const { epoch, sequence } = fence;
  const marked = how === 'feed' ? await readFeedPosition(target.query, runId, stage.name, feed.kind) : null;
  const { limit = null, retry = null } = (await readRun(target.query, runId))?.options ?? {};
  const isLimited = limit !== null || retry !== null;
  const usesFeed = marked !== null && !isLimited;
  return {
    how,
    epoch,
    sequence,
    step: isLimited ? 'chosen' : usesFeed ? 'feed' : 'objectIds',
    compared: usesFeed ? 'keys' : 'documents',
    feed: marked ?? (await feed.position(stage.collection)),
    lost: how === 'feed' && marked === null ? feedNotMarked().text : null,
  };
}
