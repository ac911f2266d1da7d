/** The run that goes on from here. */
export interface PreparedRun {
  readonly runId: string;
  readonly epoch: number;
  readonly resumed: boolean;
}
