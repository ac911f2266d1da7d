import type { Cause, RefusalCode } from '../../engine/document/findings/refusal.ts';
import { keyName, type LegacyKey, showKey } from '../../engine/document/legacy-key.ts';
import { FINDING_CODES } from '../../engine/messages/labels/findings.ts';
import { REFUSAL_CODES } from '../../engine/messages/labels/refusals.ts';
import { type Home, homeOf } from '../../engine/plan/columns/homes.ts';
import { actionFor } from '../../engine/plan/policy/policies.ts';
import type { Plan, Stage } from '../../engine/plan/stage.ts';
import { type CensusFacts, describeCensus, type PathFacts } from '../../engine/report/facts/census-facts.ts';
import { batches } from '../../engine/source/batches.ts';
import type { KeySelection, RawDocument, Source } from '../../engine/source/source.ts';
import type { Moved, Refused } from '../../engine/state/documents/outcome.ts';
import { withSuffixes } from '../../engine/transform/duplicate-suffix.ts';
import { type TransformContext, transformBatch } from '../../engine/transform/prepare-batch.ts';
import { Census } from '../../engine/verify/census.ts';
import { SizeEstimate, type TableEstimate } from './estimate.ts';
import { overfillsIndex } from './index-room.ts';
import type { MemoryRecords } from './memory-records.ts';
import { type Reason, Reasons } from './reasons.ts';
import { type Taken, UniqueValues } from './unique-values.ts';

/** A document that a migration would put into quarantine. */
export interface Prediction {
  readonly stage: string;
  readonly key: LegacyKey;
  readonly code: RefusalCode;
  readonly path: string | null;
  readonly cause: Cause | null;
}

/** What a stage's documents would become. */
export interface StageAssessment {
  readonly name: string;
  readonly collection: string;
  /** Documents in the collection. */
  readonly total: number;
  /** Documents that were assessed: all of them, or the sample. */
  readonly documents: number;
  readonly bytes: number;
  readonly moved: number;
  readonly quarantined: number;
  readonly reasons: readonly Reason[];
  readonly findings: readonly Reason[];
  readonly census: CensusFacts;
  /** Fields that the plan does not know and that a column has the name of: a migration would stop at the first document. */
  readonly forgotten: readonly Forgotten[];
  /** Rows and bytes of the whole collection, scaled up from a sample. */
  readonly tables: readonly TableEstimate[];
  readonly readSeconds: number;
  readonly transformSeconds: number;
  /** Bytes of memory that the unique values took. */
  readonly uniqueBytes: number;
}

/** A field that the plan has most likely forgotten, and how many documents have it. */
export interface Forgotten extends Home {
  readonly path: string;
  readonly documents: number;
}

export interface StageContext {
  readonly plan: Plan;
  readonly stage: Stage;
  readonly source: Source;
  readonly records: MemoryRecords;
}

export interface StageWork {
  /** In `_id` order. */
  readonly selections: readonly KeySelection[];
  /** Documents in the collection. */
  readonly total: number;
  /** The sample, by `keyName`; null when every document counts. Others are looked at only for the sake of references. */
  readonly sample: ReadonlySet<string> | null;
  readonly signal: AbortSignal;
  readonly onBatch: (documents: number) => void;
  readonly onPrediction: (prediction: Prediction) => void | Promise<void>;
}

const BATCH = 500;

/**
 * Checks and transforms a stage's documents as a migration would, and counts what would become of them.
 * @throws SourceUnavailable; the signal's reason
 */
export async function assessStage(context: StageContext, work: StageWork): Promise<StageAssessment> {
  const { source, stage, plan, records } = context;
  const tally = new StageTally(context, work);
  const transforming: TransformContext = { plan, stage, skipExisting: false };
  const seconds = { read: 0, transform: 0 };
  let since = performance.now();
  const lap = () => {
    const now = performance.now();
    const taken = (now - since) / 1000;
    since = now;
    return taken;
  };
  for (const selection of work.selections) {
    for await (const batch of batches(source.read(stage.collection, selection, null), BATCH)) {
      seconds.read += lap();
      work.signal.throwIfAborted();
      for (const outcome of await transformBatch(transforming, records, batch)) {
        tally.count(outcome.raw);
        if (outcome.kind === 'moved') tally.move(outcome);
        else if (outcome.kind === 'refused') tally.refuse(outcome.raw, outcome);
      }
      seconds.transform += lap();
      for (const prediction of tally.predictions.splice(0)) await work.onPrediction(prediction);
      since = performance.now();
      work.onBatch(batch.length);
    }
  }
  return tally.assessment(seconds);
}

/** The growing counts of one stage. */
class StageTally {
  /** Those that nobody was told yet. */
  readonly predictions: Prediction[] = [];
  readonly #context: StageContext;
  readonly #work: StageWork;
  readonly #census: Census;
  readonly #uniques: UniqueValues;
  readonly #reasons = new Reasons(REFUSAL_CODES);
  readonly #findings = new Reasons(FINDING_CODES);
  readonly #sizes = new SizeEstimate();
  #moved = 0;
  #quarantined = 0;

  constructor(context: StageContext, work: StageWork) {
    this.#context = context;
    this.#work = work;
    this.#census = new Census(context.stage.fields);
    this.#uniques = new UniqueValues(context.stage);
  }

  #counts(key: LegacyKey): boolean {
    return this.#work.sample === null || this.#work.sample.has(keyName(key));
  }

  count(raw: RawDocument): void {
    if (this.#counts(raw.key)) this.#census.count(raw.bytes);
  }

  /** Takes in a document that can move, unless another one has its unique values. */
  move(outcome: Moved): void {
    const { stage, records } = this.#context;
    if (overfillsIndex(stage, outcome)) {
      this.refuse(outcome.raw, { code: 'refused', path: null, cause: null });
      return;
    }
    const row = outcome.rows.get(stage.tables[0]!.table)!.at(0)!;
    const number = records.countMoved(stage);
    const { lost, suffixed } = this.#uniques.take(outcome.raw.key, row, number);
    if (lost !== null) {
      this.#lose(outcome.raw, lost);
      return;
    }
    const moved = suffixed.length === 0 ? outcome : this.#withSuffixes(outcome, suffixed);
    records.addMoved(stage, moved);
    for (const alike of this.#uniques.alike(row, number)) {
      const key = records.movedKey(stage, alike.number);
      if (this.#counts(key)) this.#findings.add('notNormalised', alike.path, () => showKey(key));
    }
    if (!this.#counts(moved.raw.key)) return;
    this.#moved += 1;
    this.#census.note(moved.findings);
    for (const { code, path, times } of moved.findings)
      this.#findings.add(code, path, () => showKey(moved.raw.key), null, times);
    for (const [table, rows] of moved.rows) for (const one of rows) this.#sizes.add(stage, table, one);
  }

  #withSuffixes(moved: Moved, taken: readonly Taken[]): Moved {
    const suffixed = taken.map(({ unique, holder }) => ({ field: unique.fields[0]!, winner: this.#shown(holder) }));
    return withSuffixes(this.#context.stage, moved, suffixed);
  }

  #shown(number: number): string {
    return showKey(this.#context.records.movedKey(this.#context.stage, number));
  }

  /** Another document has the value: quarantined, or left out where a policy says so. */
  #lose(raw: RawDocument, { unique, holder }: Taken): void {
    const { stage, records } = this.#context;
    const path = unique.fields.join(', ');
    const cause = { collection: stage.collection, legacyId: this.#shown(holder), code: 'duplicate' };
    if (actionFor(stage.policies, 'duplicate', unique.fields.join(',')) !== 'skip') {
      this.refuse(raw, { code: 'duplicate', path, cause });
      return;
    }
    records.addHeld(stage, raw.key, 'duplicate', cause);
    if (this.#counts(raw.key)) this.#findings.add('duplicate=skip', path, () => showKey(raw.key));
  }

  refuse({ key }: RawDocument, { code, path, cause }: Pick<Refused, 'code' | 'path' | 'cause'>): void {
    const { stage, records } = this.#context;
    records.addHeld(stage, key, code, cause);
    if (!this.#counts(key)) return;
    this.#quarantined += 1;
    if (code !== 'duplicate') this.#census.refuse(path, code);
    this.#reasons.add(code, path, () => showKey(key), cause);
    this.predictions.push({ stage: stage.name, key, code, path, cause });
  }

  async assessment(seconds: { readonly read: number; readonly transform: number }): Promise<StageAssessment> {
    const { stage } = this.#context;
    const { total } = this.#work;
    const census = await describeCensus(stage, this.#census.record());
    const factor = census.documents === 0 ? 0 : total / census.documents;
    return {
      ...{ name: stage.name, collection: stage.collection, total, documents: census.documents, bytes: census.bytes },
      ...{ moved: this.#moved, quarantined: this.#quarantined },
      reasons: this.#reasons.list(),
      findings: this.#findings.list(),
      census,
      forgotten: census.paths.flatMap((path) => forgottenAt(stage, path)),
      tables: this.#sizes.of(
        stage.tables.map(({ table }) => table),
        factor,
      ),
      ...{ readSeconds: seconds.read, transformSeconds: seconds.transform, uniqueBytes: this.#uniques.bytes },
    };
  }
}

function forgottenAt(stage: Stage, { path, documents, to }: PathFacts): Forgotten[] {
  const home = to.kind === 'leftover' ? homeOf(stage, path) : null;
  return home === null ? [] : [{ path, documents, ...home }];
}
