/** Which source a run reads and which target it writes. */
export interface RunIdentity {
  /** Where its steps are taken from; null when that is the workflow's own task queue. */
  readonly queue: string | null;
  readonly place: string;
  readonly source: string;
  readonly target: string;
}
