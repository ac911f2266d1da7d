import { setTimeout as sleep } from 'node:timers/promises';
import { MigrationError } from '../../engine/common/errors.ts';
import { letGo } from '../../engine/run/lease.ts';
import { leaseHolder, readRuns } from '../../engine/state/run/run.ts';
import { openTarget, type Target } from '../../engine/target/target.ts';
import { readManifest } from '../../operations/backup/manifest.ts';
import { restoreBackup } from '../../operations/backup/restore/restore.ts';
import { plan } from '../../stages/plan.ts';
import { type Done, type Fault, type Scene, slowDown } from './fault.ts';

const STAGES = ['user', 'artist', 'project', 'fundingProject', 'payment'];

/** Sends something as an operator does; a server that is away, or a run that has ended, does not take it. */
const send = (what: string, sending: Promise<unknown>): Done => ({ what, done: sending.catch(() => {}) });

export const pause: Fault = (_, { handle }, dice) => {
  const ms = dice.int(200, 3_000);
  const resumed = async () => {
    await handle.signal('pause', {});
    await sleep(ms);
    await handle.signal('resume');
  };
  return send(`pause, and resume after ${ms} ms`, resumed());
};

export const rollback: Fault = (_, { handle }, dice) => {
  const stage = dice.pick(STAGES);
  return send(`roll back to ${stage}`, handle.signal('rollbackToStage', stage));
};

export const batchSize: Fault = (_, { handle }, dice) => {
  const size = dice.int(1, 60);
  return send(`set the batch size to ${size}`, handle.signal('setBatchSize', size));
};

export const parallelism: Fault = (_, { handle }, dice) => {
  const lanes = dice.int(1, 4);
  return send(`set the parallelism to ${lanes}`, handle.signal('setParallelism', lanes));
};

export const retry: Fault = (_, { handle }, dice) => {
  const filter = dice.chance(0.5) ? {} : { stage: dice.pick(STAGES) };
  return send(`retry the quarantine ${JSON.stringify(filter)}`, handle.signal('retryQuarantine', filter));
};

/**
 * A restore while the run holds the target: it is refused, and harms nothing. Before a run has taken the target, a restore
 * would rightly bring back the backup.
 */
export const restore: Fault = ({ ground, backup }) => ({
  what: 'try to restore the target',
  done: onTarget(ground.databaseUrl, ({ query }) => leaseHolder(query))
    .then((holder) => holder && restored(ground.databaseUrl, backup))
    .catch((error: Error) => {
      // PostgreSQL may be away, as for everybody.
      if (!(error instanceof MigrationError) && !('code' in error)) throw error;
    }),
});

/** Somebody gives the migration up, brings the target back, and begins over. */
export const beginOver: Fault = (scene, running) => ({
  what: 'terminate the workflow, bring the target back, and begin over',
  holds: true,
  done: bringBack(scene).then(async () => {
    running.handle = await scene.ground.startAgain(running.input, { tuning: running.tuning });
  }),
});

async function bringBack(scene: Scene): Promise<void> {
  const { ground, backup } = scene;
  await ground.vacate();
  await release(ground.databaseUrl);
  await restored(ground.databaseUrl, backup);
  await slowDown(scene);
  await ground.addWorker();
}

/** As `mongo-to-prisma release` does: a workflow that was terminated has let go of nothing. */
function release(databaseUrl: string): Promise<void> {
  return onTarget(databaseUrl, async (target) => {
    const holder = (await readRuns(target.query)).find(({ lease }) => lease);
    if (holder !== undefined) await letGo(target, plan, holder);
  });
}

async function onTarget<T>(databaseUrl: string, work: (target: Target) => Promise<T>): Promise<T> {
  const target = openTarget(databaseUrl, { connections: 2 });
  try {
    return await work(target);
  } finally {
    await target.close();
  }
}

async function restored(databaseUrl: string, folder: string): Promise<void> {
  const { postgres } = await readManifest(folder);
  await restoreBackup(databaseUrl, folder, postgres!);
}
