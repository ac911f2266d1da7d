export interface RunFacts {
  readonly id: string;
  readonly workflowId: string;
  readonly workflowRunId: string;
  readonly plan: string;
  readonly formatVersion: number;
  readonly options: Readonly<Record<string, unknown>>;
  readonly source: string;
  readonly sourceFingerprint: string;
  readonly transformHashes: Readonly<Record<string, string>>;
  readonly state: string;
  readonly startedAt: string;
  readonly endedAt: string | null;
  /** Until now while the run goes on. */
  readonly seconds: number;
}
