import { SourceUnfit } from '../../engine/common/errors.ts';
import { NO_PARENT } from '../../engine/document/id-map-entry.ts';
import { collectionsChangedSince } from '../../engine/messages/operations/monitor.ts';
import { comparedColumns } from '../../engine/plan/columns/compared-columns.ts';
import { ruleOf } from '../../engine/plan/rules.ts';
import { codecOf } from '../../engine/plan/stage-tables.ts';
import { longRead } from '../../engine/target/long-read.ts';
import { derive, type Watch } from './derive.ts';
import { countEntries, nextEntries } from './entries.ts';
import { countBackdated, noTallies, standingOf, type Tallies, withRows } from './tallies.ts';

/** What of a stage was moved, derived from the source when the monitoring begins: later rounds are measured by it. */
export interface Baseline {
  /** Runs whose documents are watched. */
  readonly runs: readonly string[];
  readonly moved: Tallies;
  /** Rows of nobody in the ID map that were there already, by table. */
  readonly foreign: Readonly<Record<string, number>>;
  /** Those of them that say they are older than the switch. */
  readonly backdated: Readonly<Record<string, number>>;
  /** Entries of the ID map by collection. */
  readonly entries: Readonly<Record<string, number>>;
  readonly source: SourceFigures;
}

/** What the source's own engine says of a collection. */
export interface SourceFigures {
  readonly documents: number;
  /** By path. */
  readonly sums: Readonly<Record<string, string>>;
}

const PAGE = 500;

/**
 * Reads every document of the stage once, derives its rows and adds them up; what the target holds is only counted.
 * @throws SourceUnfit when a document has changed in the source since it was moved
 */
export async function takeBaseline(
  watch: Watch,
  runs: readonly string[],
  switchedAt: Date,
  onProgress: () => void,
  signal: AbortSignal,
): Promise<Baseline> {
  const { stage, target, rules } = watch;
  const begun = new Date();
  let moved = noTallies(stage);
  let after = NO_PARENT;
  for (;;) {
    signal.throwIfAborted();
    const page = await nextEntries(target.query, stage, runs, after, PAGE);
    if (page.length === 0) break;
    for (const one of await derive(watch, page)) {
      if (one.due !== null) moved = withRows(stage, moved, one.due.rows);
      else if (one.because === 'sourceChanged') {
        const collections = stage.collection;
        throw new SourceUnfit(collectionsChangedSince({ since: begun.toISOString(), collections }));
      }
    }
    after = page.at(-1)!.key;
    onProgress();
  }
  return longRead(
    target,
    async (query) => {
      const foreign: Record<string, number> = {};
      const backdated: Record<string, number> = {};
      for (const one of stage.tables) {
        foreign[one.table] = (await standingOf(query, stage, one, runs, switchedAt)).added.rows;
        const { born } = ruleOf(rules, one.table);
        if (born !== null)
          backdated[one.table] = await countBackdated(query, codecOf(stage, one.table), born, switchedAt);
      }
      const entries = Object.fromEntries(await countEntries(query, stage, runs));
      return { runs, moved, foreign, backdated, entries, source: await sourceFigures(watch) };
    },
    signal,
  );
}

/** Documents of the collection, and the sums of its numbers. */
export async function sourceFigures({ stage, source }: Watch): Promise<SourceFigures> {
  const sums = comparedColumns(stage).filter(({ kind, column }) => kind === 'number' && column.kind === 'decimal');
  const request = { collection: stage.collection, arrays: [], sums: sums.map(({ path }) => path) };
  const { documents, sums: found } = await source.totals(request, null);
  return { documents, sums: found };
}
