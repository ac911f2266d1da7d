import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import type { MigrationInput } from '../../../workflows/messages/definitions.ts';
import type { Tuning } from '../../../workflows/state/snapshot.ts';
import { filledTarget } from '../../support/engine-alone.ts';
import type { Played } from '../../support/histories.ts';
import {
  type Handle,
  type MigrationTarget,
  type Platform,
  slowDown,
  tuned,
  untilMoved,
  untilProgress,
} from '../../support/migration.ts';
import { compressed } from '../../support/monitoring.ts';

/** @param tuning how executions are cut; the usual way without */
type Scenario = (target: MigrationTarget, platform: Platform, tuning?: Partial<Tuning>) => Promise<Played>;

/** Three steps at most: whatever needs more of them between two things that are remembered never ends. */
export const SHORT: Partial<Tuning> = { historyEvents: 20 };

/**
 * The flow takes every stage by the same steps. A run that shows something else than all five has these, the later of which
 * refers to the earlier.
 */
const TWO: MigrationInput = { stages: ['user', 'artist'] };

/** What an operator can do to a run: each of these leaves histories that every later build must be able to replay. */
export const SCENARIOS: Readonly<Record<string, Scenario>> = {
  'start-finish': async (target, _, tuning) => finished(await begin(target, {}, tuning)),

  'pause-resume': async (target, _, tuning) => {
    const handle = await inStage(target, 'User', 'user', { batchSize: 5, ...TWO }, tuning);
    await handle.signal('pause', { reason: 'a look around' });
    await untilProgress(handle, ({ state }) => state === 'paused');
    await handle.signal('pause');
    await handle.executeUpdate('setBatchSize', { args: [50] });
    await handle.executeUpdate('resume');
    return finished(handle);
  },

  rollback: async (target, _, tuning) => {
    const handle = await atLastGate(target, tuning);
    await target.sql(`UPDATE "Artist" SET location = 'changed' WHERE id = (SELECT min(id::text)::uuid FROM "Artist")`);
    await handle.signal('rollbackToStage', 'user');
    await untilProgress(handle, ({ state, gate }) => state === 'blocked' && gate === null);
    await handle.signal('rollbackToStage', { stage: 'artist', then: 'pause', force: true });
    await untilProgress(handle, ({ state }) => state === 'paused');
    await handle.signal('resume');
    return approved(handle);
  },

  blocked: async (target, _, tuning) => {
    await refuseWrites(target, 'Artist', '53100');
    const handle = await begin(target, TWO, tuning);
    await untilProgress(handle, ({ state }) => state === 'blocked');
    await target.sql('DROP TRIGGER refuse_writes ON "Artist"');
    await handle.signal('resume');
    return finished(handle);
  },

  'continue-as-new': async (target, _, tuning) => {
    const handle = await begin(target, {}, { historyEvents: 60, ...tuning });
    return finished(handle);
  },

  retry: async (target, _, tuning) => {
    const handle = await atLastGate(target, tuning);
    await handle.executeUpdate('retryQuarantine', { args: [{ stage: 'user' }] });
    await untilProgress(handle, ({ gate, retries }) => gate === 'complete' && retries.length === 0);
    await handle.signal('pause');
    await handle.signal('retryQuarantine', { code: 'required' });
    await handle.signal('resume');
    await handle.signal('retryQuarantine', { code: 'noSuchCode' });
    await untilProgress(handle, ({ refused }) => refused.length > 0);
    return approved(handle);
  },

  'abort-rollback': async (target, _, tuning) => {
    const handle = await inStage(target, 'Artist', 'artist', { batchSize: 10, ...TWO }, tuning);
    await handle.executeUpdate('abort', { args: [{ rollback: true }] });
    await handle.result().catch(() => {});
    return handle;
  },

  cancel: async (target, _, tuning) => {
    const handle = await inStage(target, 'User', 'user', { batchSize: 10 }, tuning);
    await handle.cancel();
    await handle.result().catch(() => {});
    return handle;
  },

  switch: async (target, _, tuning) => {
    const gates = { 'maintenance-on': 'manual', complete: 'manual' } as const;
    const handle = await begin(target, { maintenance: 'switch', smokeTests: true, gates, ...TWO }, tuning);
    await untilProgress(handle, ({ gate }) => gate === 'maintenance-on');
    await handle.signal('approve', 'maintenance-on');
    return approved(handle);
  },

  reconcile: async (target, _, tuning) => finished(await begin(target, { reconcile: 'fingerprint' }, tuning)),

  monitor: async (target, platform, tuning) => {
    const handle = await platform.client.workflow.start('monitor', {
      taskQueue: target.taskQueue,
      workflowId: `monitor-${target.taskQueue}`,
      args: compressed({ samples: 5, hours: 1, every: 10 }, { minuteMs: 50, historyEvents: 60, ...tuning }),
    });
    await handle.result();
    return handle;
  },
};

/** These begin where everything has been moved. */
const FILLED = ['reconcile', 'monitor'];

/** A target for one of them: its workers have what puts the platform into maintenance. */
export function openScene(platform: Platform, scenario: string): Promise<MigrationTarget> {
  const flag = { name: 'flag', kind: 'flagFile', path: join(platform.folder, randomUUID()), content: '' } as const;
  const maintenance = { on: [flag], off: [flag] };
  return FILLED.includes(scenario) ? filledTarget(platform, { maintenance }) : platform.target({ maintenance });
}

/** One that is not cut otherwise than usual is given nothing but its input, as people give it. */
function begin(target: MigrationTarget, input: MigrationInput, tuning: Partial<Tuning> = {}): Promise<Handle> {
  return target.start(Object.keys(tuning).length === 0 ? [input] : tuned(input, tuning));
}

async function finished(handle: Handle): Promise<Handle> {
  await handle.result();
  return handle;
}

async function atLastGate(target: MigrationTarget, tuning: Partial<Tuning> = {}): Promise<Handle> {
  const handle = await target.start(tuned({ gates: { complete: 'manual' }, ...TWO }, tuning));
  await untilProgress(handle, ({ gate }) => gate === 'complete');
  return handle;
}

async function approved(handle: Handle): Promise<Handle> {
  await untilProgress(handle, ({ gate }) => gate === 'complete');
  await handle.executeUpdate('approve', { args: [{ gate: 'complete' }] });
  return finished(handle);
}

/** A run in the middle of a stage, whose writes take long. */
async function inStage(
  target: MigrationTarget,
  table: string,
  stage: string,
  input: MigrationInput,
  tuning: Partial<Tuning> = {},
): Promise<Handle> {
  await slowDown(target, table, 0.05);
  const handle = await begin(target, input, tuning);
  await untilMoved(target, stage, 10);
  return handle;
}

/** Has PostgreSQL refuse every write of a table as it would for a reason of its own. */
export async function refuseWrites(target: MigrationTarget, table: string, sqlstate: string): Promise<void> {
  await target.sql(`CREATE FUNCTION refuse_writes() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION 'no' USING ERRCODE = '${sqlstate}'; END $$`);
  await target.sql(`CREATE TRIGGER refuse_writes BEFORE INSERT ON "${table}" EXECUTE FUNCTION refuse_writes()`);
}
