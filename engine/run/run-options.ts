import type { RetryFilter } from './retry-quarantine.ts';

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

/** The run that goes on from here. */
export interface PreparedRun {
  readonly runId: string;
  readonly epoch: number;
  readonly resumed: boolean;
}
