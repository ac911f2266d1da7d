import type { RunIdentity } from '../run/identity.ts';

/** What the first step has found out. */
export interface Begun {
  readonly runId: string;
  readonly switchedAt: string;
  /** The newest backup from before the migration; null when this worker's host has none. */
  readonly backup: string | null;
  /** Which source and target are watched, and where the rounds' worker is; missing in monitorings of older builds. */
  readonly identity?: RunIdentity;
  readonly target?: string;
}
