import { setTimeout as sleep } from 'node:timers/promises';
import { parts } from '../../engine/common/parts.ts';
import { NO_PARENT } from '../../engine/document/id-map-entry.ts';
import { ruleOf } from '../../engine/plan/rules.ts';
import { codecOf } from '../../engine/plan/stage-tables.ts';
import { longRead } from '../../engine/target/long-read.ts';
import { rowsHash } from '../../engine/target/row-codec.ts';
import { readDocumentRows } from '../../engine/verify/rows/read-rows.ts';
import { type Baseline, sourceFigures } from './baseline.ts';
import { type Derived, derive, type Watch } from './derive.ts';
import {
  countEntries,
  drawnEntries,
  type Entry,
  entriesOf,
  goneEntries,
  halvedEntries,
  nextEntries,
  touchedEntries,
} from './entries.ts';
import { type Damage, findShifts, type Judged, judge, type Moment, shownId, type Verdict } from './judge.ts';
import {
  countBackdated,
  less,
  noTallies,
  plus,
  rowsAlsoIn,
  type Standing,
  standingOf,
  type Tallies,
  withRows,
} from './tallies.ts';
import { collectionOf, ofNobody, wrongSums } from './wrong-sums.ts';

/** What one round compares of a stage. */
export interface RoundRequest {
  /** Documents drawn at random, beside all that the platform has written since the switch. */
  readonly samples: number;
  /** A UUID. */
  readonly seed: string;
  /** Root rows of documents that were damaged in an earlier round. */
  readonly recheck: readonly string[];
  /** Look for the documents behind a sum that is wrong: every row of the stage is read for that. */
  readonly locate: boolean;
  readonly moment: Moment;
}

/** One money column: what was moved, what the platform has changed and added, and what is there; exact decimals. */
export interface Term {
  readonly where: string;
  readonly moved: string;
  readonly changed: string;
  readonly added: string;
  readonly now: string;
}

/** What one round has found of a stage. */
export interface StageComparison {
  readonly stage: string;
  /** Documents that were compared. */
  readonly compared: number;
  /** Those of them that the platform has written since the switch. */
  readonly written: number;
  /** Rows that the platform has changed, deleted and added since the switch. */
  readonly changed: number;
  readonly deleted: number;
  readonly added: number;
  readonly damages: readonly Damage[];
  readonly terms: readonly Term[];
}

const PAGE = 200;
/** A document whose rows were read while the platform wrote them is looked at again after so long. */
const AGAIN_MS = 250;

/**
 * Compares a stage's documents with the source once: those drawn, those written since the switch, those with rows that
 * are gone; then counts and sums of all. Writes nothing.
 */
export async function compareStage(
  watch: Watch,
  baseline: Baseline,
  request: RoundRequest,
  onProgress: () => void,
  signal: AbortSignal,
): Promise<StageComparison> {
  const { stage, target } = watch;
  const { runs } = baseline;
  const found = await lookOver(watch, baseline, new Date(request.moment.switchedAt), signal);
  const drawn = await drawnEntries(target.query, stage, runs, request.seed, request.samples);
  const again = await entriesOf(target.query, stage, runs, request.recheck);
  const examination = new Examination(watch, request.moment);
  const account = [...found.touched, ...found.gone];
  await examination.examine(account, true, onProgress, signal);
  await examination.examine([...found.halved, ...drawn, ...again], false, onProgress, signal);
  const wrong = () => (examination.isCertain ? wrongSums(watch, baseline, found, examination) : []);
  let sums = wrong();
  if (request.locate && sums.some(({ follows }) => !follows)) {
    await locate(examination, runs, onProgress, signal);
    sums = wrong();
  }
  const damages = [
    ...examination.damages,
    ...sums,
    ...found.damages,
    ...changedFigures(stage.collection, baseline.source, await sourceFigures(watch)),
  ];
  const added = stage.tables.reduce(
    (sum, { table }) => sum + Math.max(0, found.standings[table]!.added.rows - (baseline.foreign[table] ?? 0)),
    0,
  );
  return {
    stage: stage.name,
    compared: examination.count,
    written: found.touched.length,
    ...{ changed: examination.changed, deleted: examination.deleted, added },
    damages: findShifts(damages),
    terms: termsOf(baseline.moved, found.standings, examination.old),
  };
}

interface Overview {
  readonly touched: readonly Entry[];
  readonly gone: readonly Entry[];
  readonly halved: readonly Entry[];
  readonly standings: Readonly<Record<string, Standing>>;
  /** Entries of the ID map that are gone, by collection. */
  readonly lost: ReadonlyMap<string, number>;
  readonly damages: readonly Damage[];
}

/** What concerns all rows, in one snapshot: the platform writes meanwhile. */
function lookOver({ stage, target, rules }: Watch, baseline: Baseline, switchedAt: Date, signal: AbortSignal) {
  const { runs } = baseline;
  return longRead(
    target,
    async (query): Promise<Overview> => {
      const standings: Record<string, Standing> = {};
      const damages: Damage[] = [];
      const lost = new Map<string, number>();
      for (const [collection, entries] of await countEntries(query, stage, runs)) {
        const count = (baseline.entries[collection] ?? 0) - entries;
        if (count > 0) damages.push(ofNobody('idMap', collection));
        lost.set(collection, count);
      }
      for (const one of stage.tables) {
        standings[one.table] = await standingOf(query, stage, one, runs, switchedAt);
        const { born } = ruleOf(rules, one.table);
        if (born === null) continue;
        const backdated =
          (await countBackdated(query, codecOf(stage, one.table), born, switchedAt)) -
          (baseline.backdated[one.table] ?? 0);
        // Without its entry a row that was moved is nobody's.
        if (backdated > 0) {
          damages.push(ofNobody('backdated', one.table, backdated === lost.get(collectionOf(stage, one.table))));
        }
      }
      const halved: Entry[] = [];
      for (const child of stage.children) halved.push(...(await halvedEntries(query, stage, runs, child)));
      const touched = await touchedEntries(query, stage, runs, switchedAt);
      return { touched, gone: await goneEntries(query, stage, runs), halved, standings, lost, damages };
    },
    signal,
  );
}

/** Gathers what comparing documents one by one finds. */
class Examination {
  readonly damages: Damage[] = [];
  /** What the documents that were written since the switch, and those that are gone, came to before. */
  old: Tallies;
  /** What damaged documents that nobody seems to have written should come to, and what their rows come to. */
  due: Tallies;
  there: Tallies;
  /** False when that cannot be known, because a document has changed in the source. */
  isCertain = true;
  changed = 0;
  deleted = 0;
  readonly watch: Watch;
  readonly #moment: Moment;
  readonly #seen = new Set<string>();

  constructor(watch: Watch, moment: Moment) {
    this.watch = watch;
    this.#moment = moment;
    this.old = this.due = this.there = noTallies(watch.stage);
  }

  get count(): number {
    return this.#seen.size;
  }

  /** @param isAccounted their rows do not count among those that nobody has changed */
  async examine(
    entries: readonly Entry[],
    isAccounted: boolean,
    onProgress: () => void,
    signal: AbortSignal,
  ): Promise<void> {
    const unseen = entries.filter(({ id }) => !this.#seen.has(id) && this.#seen.add(id));
    for (const page of parts(unseen, PAGE)) {
      signal.throwIfAborted();
      await this.#examinePage(page, isAccounted);
      onProgress();
    }
  }

  async #examinePage(page: readonly Entry[], isAccounted: boolean): Promise<void> {
    const { stage } = this.watch;
    const derived = await derive(this.watch, page);
    for (const one of derived) {
      if (one.due !== null) {
        if (isAccounted) this.old = withRows(stage, this.old, one.due.rows);
        continue;
      }
      if (isAccounted) this.isCertain = false;
      const legacyId = shownId(one.entry.key);
      this.damages.push({ kind: one.because, where: stage.collection, legacyId, rootId: one.entry.id });
    }
    let verdicts = await this.#judge(derived);
    const doubtful = derived.filter(({ entry }) => (verdicts.get(entry.id)?.damages.length ?? 0) > 0);
    if (doubtful.length > 0) {
      await sleep(AGAIN_MS);
      verdicts = new Map([...verdicts, ...(await this.#judge(doubtful))]);
    }
    for (const { changed, deleted, damages, expected, found } of verdicts.values()) {
      this.changed += changed;
      this.deleted += deleted;
      this.damages.push(...damages);
      if (damages.length === 0 || isAccounted) continue;
      this.due = withRows(stage, this.due, expected);
      this.there = withRows(stage, this.there, rowsAlsoIn(stage, found, expected));
    }
  }

  async #judge(derived: readonly Derived[]): Promise<Map<string, Verdict & Pick<Judged, 'expected' | 'found'>>> {
    const { stage, rules, target } = this.watch;
    const due = derived.flatMap((one) => (one.due === null ? [] : [one]));
    const ids = due.map(({ entry }) => entry.id);
    const rows = await readDocumentRows(target.query, stage, ids);
    return new Map(
      due.map(({ entry: { key, id, rowsHash: written }, due: { rows: expected } }) => {
        const found = rows.get(id)!;
        const isUntouched = rowsHash(stage.target, found).equals(written);
        const verdict = judge(stage, rules, { key, rootId: id, expected, found, isUntouched }, this.#moment);
        return [id, { ...verdict, expected, found }];
      }),
    );
  }
}

/** Reads all rows of the stage, and examines documents whose rows are not those that were written. */
async function locate(
  examination: Examination,
  runs: readonly string[],
  onProgress: () => void,
  signal: AbortSignal,
): Promise<void> {
  const { stage, target } = examination.watch;
  let after = NO_PARENT;
  for (;;) {
    signal.throwIfAborted();
    const page = await nextEntries(target.query, stage, runs, after, PAGE);
    if (page.length === 0) return;
    const rows = await readDocumentRows(
      target.query,
      stage,
      page.map(({ id }) => id),
    );
    const altered = page.filter(({ id, rowsHash: written }) => !rowsHash(stage.target, rows.get(id)!).equals(written));
    await examination.examine(altered, false, onProgress, signal);
    after = page.at(-1)!.key;
    onProgress();
  }
}

/** The old database is frozen: whatever of it has changed was written by somebody who has not switched. */
function changedFigures(collection: string, before: Baseline['source'], now: Baseline['source']): Damage[] {
  const paths = Object.keys(before.sums).filter((path) => before.sums[path] !== now.sums[path]);
  return [
    ...(before.documents === now.documents ? [] : [ofNobody('sourceChanged', collection)]),
    ...paths.map((path) => ofNobody('sourceChanged', `${collection}.${path}`)),
  ];
}

function termsOf(moved: Tallies, standings: Overview['standings'], old: Tallies): Term[] {
  return Object.entries(standings).flatMap(([table, { untouched, touched, added }]) =>
    Object.keys(untouched.sums).map((field) => ({
      where: `${table}.${field}`,
      moved: moved[table]!.sums[field]!,
      changed: less(touched.sums[field]!, old[table]!.sums[field]!),
      added: added.sums[field]!,
      now: plus(untouched.sums[field]!, touched.sums[field]!, added.sums[field]!),
    })),
  );
}
