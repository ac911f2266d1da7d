/** What became of the platform’s typical queries, put to Prisma Client and to Mongoose (runbook, section 6). */
export interface SmokeFacts {
  readonly at: string;
  /** The same seed draws the same inputs. */
  readonly seed: number;
  readonly samples: number;
  /** Prisma’s median may be so many times Mongoose’s before a question counts as slow. */
  readonly slowFrom: number;
  /** Somebody has approved going on with answers that differ. */
  readonly waived: boolean;
  readonly questions: readonly SmokeQuestion[];
}

/** One question, over all its inputs. */
export interface SmokeQuestion {
  readonly name: string;
  readonly description: string;
  /** The models that were not moved, which is why it was not asked; empty when it was. */
  readonly missing: readonly string[];
  readonly asked: number;
  /** Inputs whose answers are equal, or differ only as findings say. */
  readonly equal: number;
  /** Values that differ and that no finding explains. */
  readonly different: number;
  /** Values that differ as a finding says. */
  readonly explained: number;
  /** Documents that were left out on both sides, by why. */
  readonly leftOut: { readonly quarantined: number; readonly notMoved: number; readonly restated: number };
  /** The first differences that nothing explains. */
  readonly first: readonly SmokeDifference[];
  /** Milliseconds of the queries of one input; null where no server was asked. */
  readonly latency: { readonly mongoose: SmokeLatency | null; readonly prisma: SmokeLatency | null };
  readonly slow: boolean;
}

export interface SmokeLatency {
  readonly median: number;
  readonly worst: number;
}

/** One value that differs, as it may be shown: masked, harmless, shortened. */
export interface SmokeDifference {
  /** Of the root document; null when the source has none there. */
  readonly legacyId: string | null;
  readonly prismaId: string | null;
  /** Empty for the whole answer. */
  readonly path: string;
  readonly legacy: string;
  readonly prisma: string;
}
