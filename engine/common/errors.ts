import { notComplete } from '../messages/engine/verdict.ts';
import { eachOnALine } from '../messages/lines.ts';
import type { Message } from '../messages/message.ts';
import { actionFailed } from '../messages/operations/maintenance.ts';

/**
 * Every error that the engine throws on purpose. The message is a sentence for the operator: it names stage,
 * collection, `_id` and path where they are known, never a document's values, personal data or a secret.
 */
export class MigrationError extends Error {
  override readonly name: string = 'MigrationError';
  /** What it says, as data. */
  readonly said: Message;
  constructor(said: Message, options?: ErrorOptions) {
    super(said.text, options);
    this.said = said;
  }
}

/** Thrown when a setting or an option is missing or wrong; `problems` holds every one of them. */
export class ConfigurationError extends MigrationError {
  override readonly name = 'ConfigurationError';
  readonly problems: readonly Message[];
  constructor(problems: readonly Message[]) {
    super(eachOnALine(problems));
    this.problems = problems;
  }
}

/** Thrown when the source cannot be reached, refuses the login, or (a dump) is damaged. */
export class SourceUnavailable extends MigrationError {
  override readonly name = 'SourceUnavailable';
}

/** Thrown when what stands in the source cannot be migrated as it is: a view under a collection's name, say. */
export class SourceUnfit extends MigrationError {
  override readonly name = 'SourceUnfit';
}

/** Thrown when a feed of changes does not tell all that has changed since it was last read: documents are compared instead. */
export class FeedLost extends MigrationError {
  override readonly name = 'FeedLost';
}

/** Thrown when PostgreSQL cannot be reached or refuses the login. */
export class TargetUnavailable extends MigrationError {
  override readonly name = 'TargetUnavailable';
}

/** Thrown when the target's schema is not the one this build writes, or holds rows of somebody else. */
export class TargetUnfit extends MigrationError {
  override readonly name = 'TargetUnfit';
}

/** Thrown when the target's disk, or the worker's own, has no room left. */
export class DiskFull extends MigrationError {
  override readonly name = 'DiskFull';
}

/** Thrown when a folder of a worker's host cannot be written: not a folder, or not this user's. */
export class FolderUnfit extends MigrationError {
  override readonly name = 'FolderUnfit';
}

/** Thrown when a local server that is needed cannot be found, built or started; the message says what to install. */
export class ServerMissing extends MigrationError {
  override readonly name = 'ServerMissing';
}

/** Thrown when a newer attempt has claimed the partition or the run: this one must stop and can commit nothing more. */
export class Fenced extends MigrationError {
  override readonly name = 'Fenced';
}

/** Thrown when another workflow holds the target. */
export class LeaseHeld extends MigrationError {
  override readonly name = 'LeaseHeld';
}

/** Thrown when a worker reads another source than the run was started on. */
export class SourceMismatch extends MigrationError {
  override readonly name = 'SourceMismatch';
}

/** Thrown when a worker writes another target than the run's. */
export class TargetMismatch extends MigrationError {
  override readonly name = 'TargetMismatch';
}

/** Thrown when somebody has to say that it is meant so, by approving the gate of this name. */
export class Unconfirmed extends MigrationError {
  override readonly name: string = 'Unconfirmed';
  readonly gate: string;
  constructor(gate: string, said: Message) {
    super(said);
    this.gate = gate;
  }
}

/** Thrown when the target is a copy of the one that its side tables were written in. */
export class TargetCopied extends Unconfirmed {
  override readonly name = 'TargetCopied';
}

/** Thrown when a checkpoint was written by a build with another format, or by another version of a stage's transform. */
export class PlanChanged extends MigrationError {
  override readonly name = 'PlanChanged';
}

/** Thrown when the plan does not say what becomes of something that stands in the source. */
export class PlanIncomplete extends MigrationError {
  override readonly name = 'PlanIncomplete';
}

/** Thrown when the chosen stages cannot run: an earlier one is not complete, say. */
export class StagesUnfit extends MigrationError {
  override readonly name = 'StagesUnfit';
}

/** Thrown when a backup cannot be made whole, or does not hold what it should: nothing may rely on it. */
export class BackupUnfit extends MigrationError {
  override readonly name = 'BackupUnfit';
}

/** Thrown when the target cannot be brought back as it was asked: nothing of it has been changed. */
export class RestoreRefused extends MigrationError {
  override readonly name = 'RestoreRefused';
}

/** Thrown when a maintenance action did not do what it should; it may do so when it is tried again. */
export class MaintenanceFailed extends MigrationError {
  override readonly name: string = 'MaintenanceFailed';
  /** @param why continues after a colon, holds no secret, and ends the sentence */
  constructor(action: string, why: Message) {
    super(actionFailed({ action, why }));
  }
}

/** Thrown when a maintenance action cannot work as it stands in the worker's file. */
export class MaintenanceUnfit extends MaintenanceFailed {
  override readonly name = 'MaintenanceUnfit';
}

/** Thrown when a plan's declarations cannot hold: a policy that makes no sense, say; `problems` holds every one of them. */
export class InvalidPlan extends MigrationError {
  override readonly name = 'InvalidPlan';
  readonly problems: readonly Message[];
  constructor(problems: readonly Message[]) {
    super(eachOnALine(problems));
    this.problems = problems;
  }
}

/** Thrown when a run is to be complete and is not; nothing has been changed. */
export class VerdictRefused extends MigrationError {
  override readonly name = 'VerdictRefused';
  readonly reasons: readonly Message[];
  /** Stages of which only totals and references have to be compared once more. */
  readonly stale: readonly string[];
  /** Stages of which only rows have to be compared. */
  readonly uncompared: readonly string[];
  constructor(found: {
    readonly verdict: { readonly reasons: readonly Message[] };
    readonly stale: readonly string[];
    readonly uncompared: readonly string[];
  }) {
    super(notComplete({ reasons: found.verdict.reasons }));
    this.reasons = found.verdict.reasons;
    this.stale = found.stale;
    this.uncompared = found.uncompared;
  }
}
