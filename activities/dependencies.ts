import type { Plan } from '../engine/plan/stage.ts';
import type { FeedSettings } from '../engine/source/feed/open-change-feed.ts';
import type { Source } from '../engine/source/source.ts';
import type { Identity } from '../engine/state/run/identity.ts';
import type { Target } from '../engine/target/target.ts';
import type { MaintenanceActions } from '../operations/maintenance/action.ts';
import type { MonitorSettings } from '../operations/monitor/settings.ts';

/** What a worker gives its activities; made once per worker process, closed by the worker. */
export interface ActivityDependencies {
  readonly plan: Plan;
  /** The source that this worker is configured to read; opened on first use and shared. */
  readonly source: () => Promise<Source>;
  /** How this worker was told to learn of changes in the source. */
  readonly changeFeed: FeedSettings;
  /** The target, or another schema of its database (the scratch schema of a dry run); opened on first use and shared. */
  readonly target: (schema: string | null) => Target;
  /** Closes the connections to a scratch schema before it is dropped, or (null) to the target before it is restored. */
  readonly closeTarget: (schema: string | null) => Promise<void>;
  /** DATABASE_URL, for what goes on beside the connections (migrations, scratch schemas). Never logged. */
  readonly databaseUrl: string;
  /** The source's URI, or `dump:…`, for what connects to it by itself (smoke tests). Never logged. */
  readonly sourceUri: string;
  /** Where report files go on this host. */
  readonly reportsFolder: string;
  /** Where backups lie on this host. */
  readonly backupsFolder: string;
  /** How the platform is put into maintenance and taken out of it; null when this worker has no file that says so. */
  readonly maintenance: MaintenanceActions | null;
  /** A module of smoke tests beside the shipped ones; null for none. */
  readonly smokeTestsFile: string | null;
  /** What the monitoring checks beside the databases, and whom it alerts. */
  readonly monitor: MonitorSettings;
  /** Identity of the Temporal namespace that this worker polls, as the server tells it. */
  readonly namespaceId: string;
  /** Whether a workflow of this namespace is still open; null when the server does not know it. */
  readonly isWorkflowOpen: (workflowId: string, runId?: string) => Promise<boolean | null>;
  /** Where that namespace's Temporal is, in words, for whoever is refused the target; null where nobody knows. */
  readonly temporal?: string | null;
  /**
   * Has this worker take steps of an identity from its own task queue. Missing in a worker that polls one queue only: its
   * runs then go on where they were begun.
   */
  readonly attend?: (identity: Identity) => Promise<void>;
  readonly log: Log;
  /** Told when a stage's sample comparison is ready to be read by people: rendered, masked text. */
  readonly announce: (text: string) => void;
}

/** The part of pino's interface that is used. */
export interface Log {
  info(facts: object, message: string): void;
  warn(facts: object, message: string): void;
  error(facts: object, message: string): void;
}
