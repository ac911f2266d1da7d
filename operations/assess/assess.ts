import { withReferences } from '../../engine/copy/limit-closure.ts';
import { planPartitions } from '../../engine/copy/partitions.ts';
import { keyName, type LegacyKey } from '../../engine/document/legacy-key.ts';
import { keysWillTake } from '../../engine/messages/commands/assessment.ts';
import type { Plan } from '../../engine/plan/stage.ts';
import { checkSource } from '../../engine/run/preflight.ts';
import type { KeySelection, Source } from '../../engine/source/source.ts';
import { assessStage, type Prediction, type StageAssessment } from './assess-stage.ts';
import { chooseSample } from './choose-sample.ts';
import { ASSUMED_ROWS_PER_SECOND, SIDE_BYTES_PER_ROW } from './estimate.ts';
import { MemoryRecords } from './memory-records.ts';

/** What a migration of a source would do, found out without a target. No value of a document is in it. */
export interface Assessment {
  readonly format: 1;
  /** `clean`: nothing that was assessed would be quarantined. */
  /** `blocked`: a migration would stop, since the plan has forgotten a field. */
  readonly verdict: 'clean' | 'quarantine' | 'blocked';
  readonly plan: string;
  /** The source, without credentials. */
  readonly source: string;
  /** Documents a collection that were chosen at random, and by which seed; null when all were assessed. */
  readonly sample: { readonly size: number; readonly seed: number } | null;
  readonly stages: readonly StageAssessment[];
  readonly estimate: Estimate;
  /** Bytes of memory that keys and unique values took. */
  readonly memoryBytes: number;
}

/** Estimates of the whole migration. */
export interface Estimate {
  readonly rows: number;
  /** Tables with their indexes, and the migration's side tables. */
  readonly tableBytes: number;
  readonly sideBytes: number;
  /** Reading, checking and transforming everything twice, for copying and for verifying: at the rate measured here. */
  readonly readSeconds: number;
  /** Writing the rows and reading them back, at the rate assumed. */
  readonly writeSeconds: number;
  readonly assumedRowsPerSecond: number;
}

export interface AssessOptions {
  readonly sample: { readonly size: number; readonly seed: number } | null;
  readonly signal: AbortSignal;
  readonly onProgress: (progress: AssessProgress) => void;
  /** Told every document that would be quarantined, stage by stage in `_id` order. */
  readonly onPrediction: (prediction: Prediction) => void | Promise<void>;
  /** Told what is worth knowing before the work begins, a sentence each. */
  readonly onNote: (note: string) => void;
}

/** How far an assessment has come. */
export interface AssessProgress {
  readonly stage: string;
  readonly doing: 'counting' | 'reading';
  readonly done: number;
  /** Null while it is being counted. */
  readonly total: number | null;
}

/**
 * Assesses a source: every document, or a sample of each collection with all that it refers to, goes through the
 * migration's own check and transform. Writes nothing, and needs no target.
 * @throws SourceUnavailable, SourceUnfit; the signal's reason
 */
export async function assess(source: Source, plan: Plan, options: AssessOptions): Promise<Assessment> {
  await checkSource(source, plan);
  const works = await (options.sample === null ? everything : sampled)(source, plan, options);
  noteSize(works, options);
  const records = new MemoryRecords(plan);
  const stages: StageAssessment[] = [];
  for (const stage of plan.stages) {
    const work = works.get(stage.name)!;
    let done = 0;
    const tell = () => options.onProgress({ stage: stage.name, doing: 'reading', done, total: work.selected });
    tell();
    const { signal, onPrediction } = options;
    const onBatch = (documents: number) => {
      done += documents;
      tell();
    };
    stages.push(await assessStage({ plan, stage, source, records }, { ...work, signal, onPrediction, onBatch }));
  }
  return {
    format: 1,
    verdict: verdictOf(stages),
    ...{ plan: plan.name, source: source.label, sample: options.sample, stages },
    estimate: estimateOf(stages, works),
    memoryBytes: stages.reduce((sum, { uniqueBytes }) => sum + uniqueBytes, records.bytes),
  };
}

function verdictOf(stages: readonly StageAssessment[]): Assessment['verdict'] {
  if (stages.some(({ forgotten }) => forgotten.length > 0)) return 'blocked';
  return stages.some(({ quarantined }) => quarantined > 0) ? 'quarantine' : 'clean';
}

/** Past so many documents, what the keys will take of memory is told. */
const MANY = 5_000_000;
/** Bytes of keys and unique values by document, as measured over the demo data; docs/assess.md says so. */
const MEMORY_PER_DOCUMENT = 110;

function noteSize(works: ReadonlyMap<string, Selected>, { sample, onNote }: AssessOptions): void {
  const documents = [...works.values()].reduce((sum, { selected }) => sum + selected, 0);
  if (sample !== null || documents <= MANY) return;
  const megabytes = Math.round((documents * MEMORY_PER_DOCUMENT) / 1e6);
  onNote(keysWillTake({ documents, megabytes }).text);
}

/** Which documents of a stage are read. */
interface Selected {
  readonly selections: readonly KeySelection[];
  /** Documents that are read: those of a sample and those that they refer to. */
  readonly selected: number;
  readonly total: number;
  readonly sample: ReadonlySet<string> | null;
}

async function everything(source: Source, plan: Plan, options: AssessOptions): Promise<Map<string, Selected>> {
  const works = new Map<string, Selected>();
  for (const { name, collection } of plan.stages) {
    const tick = counting(options, name);
    const parts = await planPartitions(source, collection, 1, () => tick(128));
    const total = parts.reduce((sum, part) => sum + part.total, 0);
    const selections = parts.map(({ selection }) => selection);
    works.set(name, { selections, selected: total, total, sample: null });
  }
  return works;
}

async function sampled(source: Source, plan: Plan, options: AssessOptions): Promise<Map<string, Selected>> {
  const { size, seed } = options.sample!;
  const chosen = new Map<string, readonly LegacyKey[]>();
  const totals = new Map<string, number>();
  for (const { name, collection } of plan.stages) {
    const tick = counting(options, name);
    const { keys, total } = await chooseSample(source, collection, size, seed, tick);
    chosen.set(name, keys);
    totals.set(name, total);
  }
  const closed = await withReferences(source, plan, chosen, () => options.signal.throwIfAborted());
  return new Map(
    [...closed].map(([name, keys]) => {
      const sample = new Set(chosen.get(name)!.map(keyName));
      return [name, { selections: [{ keys }], selected: keys.length, total: totals.get(name)!, sample }];
    }),
  );
}

function counting({ signal, onProgress }: AssessOptions, stage: string) {
  let done = 0;
  const tick = (more: number): void => {
    signal.throwIfAborted();
    done += more;
    onProgress({ stage, doing: 'counting', done, total: null });
  };
  tick(0);
  return tick;
}

function estimateOf(stages: readonly StageAssessment[], works: ReadonlyMap<string, Selected>): Estimate {
  const all = stages.flatMap(({ tables }) => tables);
  const rows = all.reduce((sum, table) => sum + table.rows, 0);
  const once = stages.reduce((sum, { name, total, readSeconds, transformSeconds }) => {
    const { selected } = works.get(name)!;
    return selected === 0 ? sum : sum + ((readSeconds + transformSeconds) * total) / selected;
  }, 0);
  return {
    rows,
    tableBytes: all.reduce((sum, { bytes }) => sum + bytes, 0),
    sideBytes: rows * SIDE_BYTES_PER_ROW,
    readSeconds: once * 2,
    writeSeconds: rows / ASSUMED_ROWS_PER_SECOND,
    assumedRowsPerSecond: ASSUMED_ROWS_PER_SECOND,
  };
}
