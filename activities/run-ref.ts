/** Which run an activity works for; `schema` is null for the target's own. */
export interface RunRef {
  readonly runId: string;
  readonly schema: string | null;
  readonly epoch: number;
  /** The id of the target that the run was begun in, and what is known of its place without it; missing in runs of older builds. */
  readonly target?: string;
  readonly place?: string;
  /** Gates that somebody has approved: what they are about is meant so. */
  readonly confirmed?: readonly string[];
  /** The number of the step, which counts up over the run; missing in steps that an older build has scheduled. */
  readonly sequence?: number;
}
