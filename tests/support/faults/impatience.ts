import type { WorkerPatience } from '../../../worker/start-worker.ts';
import type { Tuning } from '../../../workflows/state/snapshot.ts';

/** A run's heartbeats for workers that are `IMPATIENT`: in the same order as in production, but closer. */
export const CLOSE_HEARTBEATS: Partial<Tuning> = { heartbeatSeconds: 3, segmentSeconds: 2 };

/** Every timeout in the database ends before the heartbeat's. */
export const IMPATIENT: WorkerPatience = {
  target: { idleInTransaction: 1_000, lock: 2_000, transaction: 2_500, look: 1_000 },
  stickyMs: 1_000,
};
