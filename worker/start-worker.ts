import { GracefulShutdownPeriodExpiredError, Worker, type WorkflowBundleOption } from '@temporalio/worker';
import type { ActivityDependencies } from '../activities/dependencies.ts';
import { createActivities } from '../activities/index.ts';
import { withPolicies } from '../engine/define-plan.ts';
import { BESIDE_POOL, readDatabaseUrl } from '../prisma/database-url.ts';
import type { TargetTimeouts } from '../prisma/session-settings.ts';
import { plan } from '../stages/plan.ts';
import { tellPlace } from './activity-place.ts';
import type { WorkerConfiguration } from './configuration.ts';
import { type Connections, openConnections } from './connections.ts';
import { TASK_QUEUE } from './settings.ts';
import {
  clientOf,
  connectTemporal,
  dataConverterOf,
  isWorkflowOpen,
  namespaceIdOf,
  type TemporalPlace,
} from './temporal.ts';
import { tracing } from './tracing.ts';
import { workflowBundle } from './workflow-bundle.ts';

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
 * Starts a worker in this process, of the task queue `mongo-to-prisma` unless another one is given.
 * @throws TemporalUnavailable when Temporal or the namespace is not there
 */
export async function startWorker(configuration: WorkerConfiguration, options: WorkerOptions): Promise<RunningWorker> {
  const { temporal, log, announce } = options;
  const connection = await connectTemporal(temporal);
  const connections = options.connections ?? openConnections(configuration, undefined, options.patience?.target);
  const close = async () => {
    await connection.close();
    if (options.connections === undefined) await connections.close();
  };
  try {
    const traces = tracing();
    const client = clientOf(connection, temporal);
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
      isWorkflowOpen: (workflowId) => isWorkflowOpen(client, workflowId),
      log,
      announce,
    };
    const worker = await Worker.create({
      connection,
      namespace: temporal.namespace,
      dataConverter: dataConverterOf(temporal),
      taskQueue: options.taskQueue ?? TASK_QUEUE,
      workflowBundle: options.workflowBundle ?? (await workflowBundle(traces !== null)),
      activities: createActivities(dependencies),
      interceptors: { activity: [...(traces?.activity ?? []), tellPlace] },
      ...(traces && { sinks: traces.sinks }),
      maxConcurrentActivityTaskExecutions: activitiesAtOnce(configuration.databaseUrl),
      maxHeartbeatThrottleInterval: HEARTBEAT_THROTTLE,
      defaultHeartbeatThrottleInterval: HEARTBEAT_THROTTLE,
      shutdownGraceTime: SHUTDOWN_GRACE,
      shutdownForceTime: SHUTDOWN_FORCE,
      ...(options.patience && { stickyQueueScheduleToStartTimeout: options.patience.stickyMs }),
    });
    const run = worker.run().finally(close);
    // Whoever waits for it later hears of it then.
    run.catch(() => {});
    return {
      run,
      stop: async () => {
        if (worker.getState() === 'RUNNING') worker.shutdown();
        await run.catch((error: unknown) => {
          // An activity that did not answer in time is left behind its fence; the next attempt goes on without it.
          if (!(error instanceof GracefulShutdownPeriodExpiredError)) throw error;
        });
      },
    };
  } catch (error) {
    await close();
    throw error;
  }
}
