/** Which documents of the quarantine are tried again: those of a stage, with a code; null is any. */
export interface RetryFilter {
  readonly stage: string | null;
  readonly code: string | null;
}

/** The options that make two runs the same migration, as the run's row keeps them. */
export interface RunOptions {
  readonly dryRun: boolean;
  readonly limit: number | null;
  readonly stages: readonly string[] | null;
  /** Only documents that lie in quarantine; the run's row then names their stages. Missing is none. */
  readonly retry?: RetryFilter | null;
  /** Changes of the source since an earlier run filled the target: that run goes on. Missing is no. */
  readonly reconcile?: 'feed' | 'fingerprint' | null;
}

/** What a run's row keeps, as JSON text; what it lacks is what nobody asked for. */
export function runOptionsOf(json: string): RunOptions {
  return { dryRun: false, limit: null, stages: null, ...JSON.parse(json) };
}

/** Whether such a run moves selected documents only: those of a limit, or of a retry. */
export function isSelective({ limit, retry }: RunOptions): boolean {
  return limit !== null || Boolean(retry);
}
