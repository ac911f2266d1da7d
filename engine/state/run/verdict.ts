/**
 * How a run has ended. `verified`: everything chosen is in the target and proved equal. `quarantined`: the same, but for
 * documents in quarantine. `different`: source and target disagree somewhere. `incomplete`: not everything was copied or
 * compared, or the run was ended before.
 */
export interface Verdict {
  readonly state: 'verified' | 'quarantined' | 'different' | 'incomplete';
  readonly sentence: string;
  /** What keeps it from being `verified`, one sentence each; of a `verified` one what somebody has approved. */
  readonly reasons: readonly string[];
  /** Documents in quarantine that count as open cases. */
  readonly held: number;
}
