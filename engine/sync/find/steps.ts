import type { LegacyKey } from '../../document/legacy-key.ts';
import type { ChangeFeed, FeedPosition } from '../../source/feed/change-feed.ts';
import type { FoundBy } from '../../state/documents/changes.ts';
import { readCheckpoints } from '../../state/run/checkpoint.ts';
import type { Target } from '../../target/target.ts';
import {
  type Compared,
  changedAmong,
  compareChosen,
  compareObjectIds,
  compareOtherTypes,
  findGoneOfOtherTypes,
  type Sides,
} from './compare-documents.ts';

/** What a search works with. */
export type SearchContext = Sides & { readonly target: Target; readonly feed: ChangeFeed };

/** The steps of a search; each goes over all of the collection, or all of the feed. */
type Step = 'chosen' | 'feed' | 'objectIds' | 'otherTypes' | 'gone';

/** Where a search stands, beside the last key. */
export interface Standing {
  readonly step: Step;
  /** What the steps over the collection compare. */
  readonly compared: Compared;
  /** From where on the feed is read, by this search or, after its step, by the next one. */
  readonly feed: FeedPosition;
}

/** A stretch of a search. */
export interface StepPage {
  readonly found: readonly LegacyKey[];
  readonly foundBy: FoundBy;
  readonly examined: number;
  readonly standing: Standing;
  readonly lastKey: LegacyKey | null;
  /** Whether a search that ends here goes on from here. */
  readonly isBoundary: boolean;
}

const OVER_COLLECTION = ['objectIds', 'otherTypes', 'gone'] as const;

/** What is left of a search from where it stands, page by page. */
export async function* stepsFrom(
  context: SearchContext,
  runId: string,
  start: Standing,
  lastKey: LegacyKey | null,
): AsyncGenerator<StepPage> {
  let standing = start;
  if (standing.step === 'chosen') {
    yield* overChosen(context, runId, standing, lastKey);
    return;
  }
  if (standing.step === 'feed') {
    for await (const page of overFeed(context, standing)) {
      ({ standing } = page);
      yield page;
    }
    if (context.feed.isLog) return;
  }
  for (const step of OVER_COLLECTION.slice(OVER_COLLECTION.indexOf(standing.step as 'gone'))) {
    const here = { ...standing, step };
    yield* overCollection(context, here, step === start.step ? lastKey : null);
  }
}

async function* overCollection(
  context: SearchContext,
  standing: Standing,
  from: LegacyKey | null,
): AsyncGenerator<StepPage> {
  const { step, compared } = standing;
  const pages =
    step === 'objectIds'
      ? compareObjectIds(context, compared, from)
      : step === 'otherTypes'
        ? compareOtherTypes(context, compared, from)
        : findGoneOfOtherTypes(context, from);
  const foundBy = compared === 'keys' ? 'keys' : 'fingerprint';
  for await (const page of pages) yield { ...page, foundBy, standing, isBoundary: true };
}

/** What a feed names need not be news: a position is older than the first document that was read after it. */
async function* overFeed(context: SearchContext, standing: Standing): AsyncGenerator<StepPage> {
  const { feed, stage } = context;
  const foundBy = feed.kind === 'updatedAt' ? 'updatedAt' : 'feed';
  for await (const { keys, position, isLast } of feed.changesSince(stage.collection, standing.feed)) {
    const found = keys.length === 0 ? [] : await changedAmong(context, keys);
    const step = isLast && !feed.isLog ? 'objectIds' : 'feed';
    const reached = { ...standing, step, feed: position } as const;
    const isBoundary = isLast || feed.isLog;
    yield { found, foundBy, examined: keys.length, standing: reached, lastKey: null, isBoundary };
  }
}

async function* overChosen(
  context: SearchContext,
  runId: string,
  standing: Standing,
  from: LegacyKey | null,
): AsyncGenerator<StepPage> {
  const chosen = await chosenKeys(context.target, runId, context.stage.name);
  for await (const page of compareChosen(context, chosen, from)) {
    yield { ...page, foundBy: 'fingerprint', standing, isBoundary: true };
  }
}

/** The documents that a run is limited to. */
async function chosenKeys(target: Target, runId: string, stage: string): Promise<LegacyKey[]> {
  const partitions = await readCheckpoints(target, runId, stage);
  return partitions.flatMap(({ selection, isRetry }) => ('keys' in selection && !isRetry ? [...selection.keys] : []));
}
