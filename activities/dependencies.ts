import type { Source } from '../engine/source/source.ts';
import type { Plan } from '../engine/stage.ts';
import type { Target } from '../engine/target.ts';

/** What a worker gives its activities; made once per worker process, closed by the worker. */
export interface ActivityDependencies {
  readonly plan: Plan;
  /** The source that this worker is configured to read; opened on first use and shared. */
  readonly source: () => Promise<Source>;
  /** The target, or another schema of its database (the scratch schema of a dry run); opened on first use and shared. */
  readonly target: (schema: string | null) => Target;
  /** Closes the connections to a scratch schema before it is dropped. */
  readonly closeTarget: (schema: string) => Promise<void>;
  /** Where the source is, for a backup of it. Never logged. */
  readonly sourceUri: string;
  /** DATABASE_URL, for what goes on beside the connections (migrations, scratch schemas). Never logged. */
  readonly databaseUrl: string;
  /** Where report files go on this host. */
  readonly reportsFolder: string;
  /** Where backups lie on this host. */
  readonly backupsFolder: string;
  /** Identity of the Temporal namespace that this worker polls, as the server tells it. */
  readonly namespaceId: string;
  /** Whether a workflow of this namespace is still open; null when the server does not know it. */
  readonly isWorkflowOpen: (workflowId: string) => Promise<boolean | null>;
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
