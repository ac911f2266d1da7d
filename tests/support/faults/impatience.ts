import type { WorkerPatience } from '../../../worker/start-worker.ts';
import type { Tuning } from '../../../workflows/state/snapshot.ts';

/** A run's heartbeats for workers that are `IMPATIENT`: in the same order as in production, but closer. */
export const CLOSE_HEARTBEATS: Partial<Tuning> = { heartbeatSeconds: 3, segmentSeconds: 2 };

/** For a worker that stands still as long as a loaded machine takes: it gives no connection up when it wakes. */
export const PATIENT: WorkerPatience = {
  target: { idleInTransaction: 300_000, lock: 300_000, transaction: 300_000, look: 300_000 },
  stickyMs: 1_000,
};

/** Every timeout in the database ends before the heartbeat's. */
export const IMPATIENT: WorkerPatience = {
  target: { idleInTransaction: 1_000, lock: 2_000, transaction: 2_500, look: 1_000 },
  stickyMs: 1_000,
};
