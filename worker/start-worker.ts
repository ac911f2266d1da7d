import { Worker, type WorkflowBundleOption } from '@temporalio/worker';
import type { ActivityDependencies } from '../activities/dependencies.ts';
import { createActivities } from '../activities/index.ts';
import { workerTakesSteps } from '../engine/messages/worker/log.ts';
import { withPolicies } from '../engine/plan/check/define-plan.ts';
import { type Identity, identify } from '../engine/state/run/identity.ts';
import { BESIDE_POOL, readDatabaseUrl } from '../prisma/connection/database-url.ts';
import type { TargetTimeouts } from '../prisma/connection/session-settings.ts';
import { plan } from '../stages/plan.ts';
import { tellPlace } from './activity-place.ts';
import { attendAlways } from './attend.ts';
import type { WorkerConfiguration } from './configuration.ts';
import { type Connections, openConnections } from './connections.ts';
import { PolledQueues } from './polled-queues.ts';
import { TASK_QUEUE } from './settings.ts';
import {
  clientOf,
  connectTemporal,
  dataConverterOf,
  isWorkflowOpen,
  namespaceIdOf,
  type TemporalPlace,
  wordsOf,
} from './temporal/connect.ts';
import { tracing } from './temporal/tracing.ts';
import { workflowBundle } from './temporal/workflow-bundle.ts';

/** Activities are told of the shutdown at once: they end at their next batch boundary and answer what they have done. */
const SHUTDOWN_GRACE = '0s';
/** After this the process goes even if an activity does not answer; its fence keeps what it might still do harmless. */
const SHUTDOWN_FORCE = '30s';
/** Segments share one thread of JavaScript: more at a time would only take longer to come back. */
const ACTIVITIES_AT_ONCE = 8;
/** Each has a transaction, and asks beside it: two connections stay free for that. */
function activitiesAtOnce(databaseUrl: string): number {
  const { connectionLimit } = readDatabaseUrl(databaseUrl);
  if (connectionLimit === null) return ACTIVITIES_AT_ONCE;
  return Math.max(1, Math.min(ACTIVITIES_AT_ONCE, connectionLimit - BESIDE_POOL - 2));
}

/** The server hears of a batch, and the worker of a cancellation, within this time. */
const HEARTBEAT_THROTTLE = '500ms';

/** How long the servers wait for a worker that does not answer any more. Shorter ones fit a run whose heartbeats are closer. */
export interface WorkerPatience {
  /** How long PostgreSQL lets its transactions be. */
  readonly target: TargetTimeouts;
  /** How long Temporal keeps the next step of a workflow for the worker that has its state at hand, in milliseconds. */
  readonly stickyMs: number;
}

export interface WorkerOptions {
  readonly temporal: TemporalPlace;
  readonly log: ActivityDependencies['log'];
  /** Told when a sample comparison is ready to be read. */
  readonly announce: (text: string) => void;
  /** The task queue, where it is not `mongo-to-prisma`: what comes through it is for this worker alone. */
  readonly taskQueue?: string;
  /** How soon it is taken for dead, where other than usual. */
  readonly patience?: WorkerPatience;
  /** The workflows’ code, where it has been bundled already. */
  readonly workflowBundle?: WorkflowBundleOption;
  /** Databases that are open already; without them the worker opens, and closes, its own. */
  readonly connections?: Connections;
}

/** A worker at work. */
export interface RunningWorker {
  /** Settles when the worker has ended: fulfilled after `stop`, rejected when it cannot go on. */
  readonly run: Promise<void>;
  /** Takes no more work, lets activities end at their next batch boundary, closes every connection. */
  stop(): Promise<void>;
}

/**
 * Starts a worker in this process: it carries workflows out and answers preflight from the task queue `mongo-to-prisma`,
 * and takes the steps of its own source and target from a queue that only workers of these poll. A worker of another
 * queue takes everything from that one.
 * @throws TemporalUnavailable when Temporal or the namespace is not there
 */
export async function startWorker(configuration: WorkerConfiguration, options: WorkerOptions): Promise<RunningWorker> {
  const { temporal, log, announce } = options;
  const connection = await connectTemporal(temporal);
  const connections = options.connections ?? openConnections(configuration, { timeouts: options.patience?.target });
  const close = async () => {
    await connection.close();
    if (options.connections === undefined) await connections.close();
  };
  try {
    const traces = tracing();
    const client = clientOf(connection, temporal);
    const isOnlyOne = options.taskQueue !== undefined;
    const own = async () => identify(configuration.databaseUrl, await connections.source());
    const attend = async (identity: Identity) => {
      if (queues.polls(identity.queue)) return;
      await queues.poll(identity.queue);
      const { queue, source, target } = identity;
      log.info({ queue, source, target }, workerTakesSteps().text);
    };
    const dependencies: ActivityDependencies = {
      plan: withPolicies(plan, configuration.policies),
      source: connections.source,
      target: connections.target,
      closeTarget: connections.closeTarget,
      sourceUri: configuration.sourceUri,
      databaseUrl: configuration.databaseUrl,
      reportsFolder: configuration.reportsFolder,
      backupsFolder: configuration.backupsFolder,
      changeFeed: configuration.changeFeed,
      maintenance: configuration.maintenance,
      smokeTestsFile: configuration.smokeTestsFile,
      monitor: configuration.monitor,
      namespaceId: await namespaceIdOf(connection, temporal),
      isWorkflowOpen: (workflowId, runId) => isWorkflowOpen(client, workflowId, runId),
      temporal: wordsOf(temporal),
      ...(!isOnlyOne && { attend }),
      log,
      announce,
    };
    const activities = createActivities(dependencies);
    const bundle = options.workflowBundle ?? (await workflowBundle(traces !== null));
    const mainQueue = options.taskQueue ?? TASK_QUEUE;
    const queues = new PolledQueues((taskQueue) =>
      Worker.create({
        ...{
          connection,
          namespace: temporal.namespace,
          dataConverter: dataConverterOf(temporal),
          taskQueue,
          activities,
        },
        // Workflows are carried out from one queue: they do not ask which source and target theirs is.
        ...(taskQueue === mainQueue && { workflowBundle: bundle }),
        interceptors: { activity: [...(traces?.activity ?? []), tellPlace] },
        ...(traces && { sinks: traces.sinks }),
        maxConcurrentActivityTaskExecutions: activitiesAtOnce(configuration.databaseUrl),
        maxHeartbeatThrottleInterval: HEARTBEAT_THROTTLE,
        defaultHeartbeatThrottleInterval: HEARTBEAT_THROTTLE,
        shutdownGraceTime: SHUTDOWN_GRACE,
        shutdownForceTime: SHUTDOWN_FORCE,
        ...(options.patience && { stickyQueueScheduleToStartTimeout: options.patience.stickyMs }),
      }),
    );
    await queues.poll(mainQueue);
    const ending = new AbortController();
    const attending = isOnlyOne ? Promise.resolve() : attendAlways(own, attend, log, ending.signal);
    const run = queues.run.finally(async () => {
      ending.abort();
      await attending;
      await close();
    });
    // Whoever waits for it later hears of it then.
    run.catch(() => {});
    return {
      run,
      stop: async () => {
        ending.abort();
        await queues.stop().catch(() => {});
        await run;
      },
    };
  } catch (error) {
    await close();
    throw error;
  }
}
