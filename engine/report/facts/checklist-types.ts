/** An item of the runbook's checklist (section 7) and what this tool has seen of it. */
export interface ChecklistItem {
  readonly item: 'dryRun' | 'migrated' | 'backup' | 'verified' | 'downtime' | 'informed';
  /** `seen`: facts prove all of it. `partly`: some of it, or the rest is for people to do. `notSeen`: nothing of it. */
  readonly state: 'seen' | 'partly' | 'notSeen';
  readonly evidence: readonly Evidence[];
}

/** One thing that can be seen in the facts. */
export interface Evidence {
  readonly what:
    | 'dryRun'
    | 'quarantineEmpty'
    | 'rehearsed'
    | 'backup'
    | 'allCopied'
    | 'totals'
    | 'rows'
    | 'samples'
    | 'idMapping'
    | 'approved'
    | 'smokeTests';
  readonly seen: boolean;
  /** How many were seen, and of how many; null where nothing is counted. */
  readonly count: number | null;
  readonly of: number | null;
  /** An earlier run, by its id, and its verdict. */
  readonly run: Rehearsal | null;
  /** Whoever has confirmed the item, of `approved` only. */
  readonly approval?: Approval;
}

/** An earlier dry run of the same source, as its own report tells it. */
export interface Rehearsal {
  readonly runId: string;
  readonly startedAt: string;
  readonly verdict: string;
}

/** What people confirm of the runbook's checklist (section 7), since no fact shows it. */
export const APPROVABLE = ['dryRun', 'downtime', 'informed'] as const satisfies readonly ChecklistItem['item'][];

/** Somebody's word that an item is done. */
export interface Approval {
  readonly item: (typeof APPROVABLE)[number];
  /** User and host. */
  readonly by: string;
  /** ISO 8601. */
  readonly at: string;
}

/** A whole migration of a backup into a target of its own, as the reports of later runs tell it. */
export interface FullRehearsal {
  /** Its folder's name among the reports. */
  readonly name: string;
  readonly runId: string;
  readonly startedAt: string;
  readonly verdict: string;
  readonly approvals: readonly Approval[];
}
