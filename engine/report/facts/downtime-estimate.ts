/** How long copying and verifying everything would take, by what an earlier run of the same source has measured. */
export interface DowntimeEstimate {
  readonly seconds: number;
  readonly from: { readonly runId: string; readonly startedAt: string; readonly dryRun: boolean };
  readonly stages: readonly {
    readonly stage: string;
    /** In the source now. */
    readonly documents: number;
    /** Documents a second from the stage's begin to its end, verification included. */
    readonly perSecond: number;
  }[];
}

/** Writes that have reached a collection of the source although they should be stopped. */
export interface WritesSeen {
  readonly collection: string;
  /** Inserted, deleted or changed documents, as far as they leave a trace: at least so many. */
  readonly documents: number;
}
