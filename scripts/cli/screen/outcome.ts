import type { Verdict } from '../../../activities/run/run-steps.ts';
import type { StageProgress } from '../../../workflows/messages/definitions.ts';

/** How a migration stands when a command stops watching it. */
export interface Outcome {
  readonly workflowId: string;
  readonly runId: string | null;
  readonly state: 'complete' | 'failed' | 'aborted' | 'blocked' | 'detached';
  /** Why, unless it is complete. */
  readonly reason: string | null;
  readonly dryRun: boolean;
  readonly quarantined: number;
  /** As the run's row has it; null before its end, and of runs that an older build has ended. */
  readonly verdict: Verdict | null;
  readonly stages: readonly StageProgress[];
  /** Folder of the report files on the worker's host. */
  readonly reports: string | null;
}
