import type { ActivityDependencies } from '../activities/dependencies.ts';
import { SourceUnavailable } from '../engine/common/errors.ts';
import { workerShuttingDown } from '../engine/messages/worker/temporal.ts';
import type { SpoolProgress } from '../engine/source/dump/spool/spool.ts';
import { openSource } from '../engine/source/open-source.ts';
import type { Source } from '../engine/source/source.ts';
import { openTarget, type Target } from '../engine/target/target.ts';
import type { TargetTimeouts } from '../prisma/connection/session-settings.ts';
import { plan } from '../stages/plan.ts';
import type { WorkerConfiguration } from './configuration.ts';

/** The databases of one process: opened on first use, shared, closed together. */
export type Connections = Pick<ActivityDependencies, 'source' | 'target' | 'closeTarget'> & {
  close(): Promise<void>;
};

interface ConnectionOptions {
  /** Told while a dump is unpacked. */
  readonly onSpool?: SpoolProgress;
  /** Where a dump is unpacked, if not in the usual place. */
  readonly spoolFolder?: string;
  /** Other than usual. */
  readonly timeouts?: TargetTimeouts | undefined;
}

export function openConnections(
  { sourceUri, databaseUrl }: Pick<WorkerConfiguration, 'sourceUri' | 'databaseUrl'>,
  { onSpool, spoolFolder, timeouts }: ConnectionOptions = {},
): Connections {
  let source: Promise<Source> | null = null;
  let closed = false;
  const targets = new Map<string | null, Target>();
  const closeTarget = async (schema: string | null) => {
    const open = targets.get(schema);
    targets.delete(schema);
    await open?.close();
  };
  return {
    source: () => {
      if (closed) return Promise.reject(new SourceUnavailable(workerShuttingDown()));
      source ??= openSource(sourceUri, {
        collections: plan.stages.map(({ collection }) => collection),
        ...(spoolFolder !== undefined && { spoolFolder }),
        ...(onSpool && { onProgress: onSpool }),
      });
      // A source that could not be opened is tried anew by the next who asks.
      source.catch(() => {
        source = null;
      });
      return source;
    },
    target: (schema) => {
      const open =
        targets.get(schema) ??
        openTarget(databaseUrl, { ...(schema !== null && { schema }), ...(timeouts && { timeouts }) });
      targets.set(schema, open);
      return open;
    },
    closeTarget,
    close: async () => {
      closed = true;
      await Promise.all([...targets.keys()].map(closeTarget));
      await source?.then((open) => open.close()).catch(() => {});
    },
  };
}
