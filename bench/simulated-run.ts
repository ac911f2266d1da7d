import type { Activities } from '../activities/index.ts';
import type { SegmentRef, SegmentReport } from '../activities/stage/segment.ts';
import { NO_COUNTERS } from '../engine/state/run/checkpoint.ts';
import { plan } from '../stages/plan.ts';

/** Parts of 1 by stage, as the demo data is mixed. */
const SHARES: Readonly<Record<string, number>> = {
  user: 0.4,
  artist: 0.1,
  project: 0.1,
  fundingProject: 0.05,
  payment: 0.35,
};

export interface Simulated {
  readonly documents: number;
  /** Documents that a partition deals with in a second. */
  readonly rate: number;
  readonly parallelism: number;
}

type Kind = 'copied' | 'verified';

/** A run whose activities answer at once what their time would have been spent on, and note when they were called. */
export class SimulatedRun {
  readonly #simulated: Simulated;
  readonly #read = new Map<string, number>();
  readonly #ended = new Map<string, number>();
  readonly #gaps: number[] = [];
  #segments = 0;
  #workSeconds = 0;

  constructor(simulated: Simulated) {
    this.#simulated = simulated;
  }

  /** Those that the flow of a run without incidents calls. */
  activities(): Partial<{ [name in keyof Activities]: (ref: never) => Promise<unknown> }> {
    const stages = plan.stages.map(({ name }) => name);
    const run = { runId: '0b9f1f00-0000-4000-8000-000000000001', schema: null, epoch: 1 };
    const verdict = { state: 'verified', sentence: '', reasons: [], held: 0 };
    return {
      preflight: async () => ({ run, resumed: false, stages, reached: [], missing: [], droppedLeftovers: [] }),
      planStage: async ({ stage }: SegmentRef) => ({ partitions: this.#planned(stage), skipExisting: false }),
      copySegment: async (ref: SegmentRef) => this.#segment('copied', ref),
      settleStage: async () => ({ settled: 0, report: { ...this.#report(0, 0), done: true } }),
      planStageVerification: async ({ stage }: SegmentRef) => this.#planned(stage),
      verifyTotals: async () => ({ compared: 1, disagree: [] }),
      verifySegment: async (ref: SegmentRef) => this.#segment('verified', ref),
      sampleStage: async () => {},
      concludeRun: async () => ({ ended: { epoch: 2, verdict }, reasons: [], stale: [] }),
      writeReports: async () => 'reports',
      endRun: async () => {},
    };
  }

  /** Milliseconds between two segments of a partition, and how much work the segments stood for. */
  figures() {
    const gaps = [...this.#gaps].sort((a, b) => a - b);
    const at = (share: number) => Math.round(gaps[Math.min(gaps.length - 1, Math.floor(gaps.length * share))] ?? 0);
    const p50 = at(0.5);
    return {
      segments: this.#segments,
      workHours: this.#workSeconds / 3600 / this.#simulated.parallelism,
      gaps: { p50, p99: at(0.99), most: at(1) },
      gapShare: p50 / 10_000,
    };
  }

  #totalOf(stage: string): number {
    return Math.ceil((this.#simulated.documents * SHARES[stage]!) / this.#simulated.parallelism);
  }

  #planned(stage: string): SegmentReport[] {
    const total = this.#totalOf(stage);
    return Array.from({ length: this.#simulated.parallelism }, () => this.#report(0, total));
  }

  #report(read: number, total: number): SegmentReport {
    const counters = { ...NO_COUNTERS, read, written: read, rows: read };
    return { counters, total, done: read === total, position: null };
  }

  #segment(kind: Kind, { stage, partition, seconds }: SegmentRef): SegmentReport {
    const name = `${kind} ${stage} ${partition}`;
    const now = performance.now();
    const ended = this.#ended.get(name);
    if (ended !== undefined) this.#gaps.push(now - ended);
    const total = this.#totalOf(stage);
    const before = this.#read.get(name) ?? 0;
    const read = Math.min(total, before + this.#simulated.rate * seconds);
    this.#read.set(name, read);
    this.#segments += 1;
    this.#workSeconds += (read - before) / this.#simulated.rate;
    this.#ended.set(name, performance.now());
    return this.#report(read, total);
  }
}
