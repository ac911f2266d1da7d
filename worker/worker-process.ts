import { ConfigurationError, MigrationError } from '../engine/common/errors.ts';
import { HEADINGS } from '../engine/messages/report/headings.ts';
import { workerAtWork, workerEnded, workerEnds } from '../engine/messages/worker/log.ts';
import { noLocalForWorker } from '../engine/messages/worker/temporal.ts';
import { type Configuration, readWorkerConfiguration } from './configuration.ts';
import { type Environment, readEnvironment } from './environment.ts';
import { bridgeTemporalLog, createLog, exportMetrics } from './logger.ts';
import { startWorker, type WorkerOptions } from './start-worker.ts';
import type { TemporalPlace } from './temporal/connect.ts';
import { findLocalTemporal, placeOf } from './temporal/local-temporal.ts';

/**
 * Runs a worker until SIGINT or SIGTERM, which drain it; a second one ends the process at once.
 * @param place where Temporal is; without it the environment says, else the local server that a command keeps
 * @param special what of the worker is other than usual
 * @returns the exit code: 0 after a signal, 1 when the worker could not go on, 2 for a wrong configuration
 */
export async function runWorkerProcess(
  environment: Environment = readEnvironment(),
  place: TemporalPlace | null = null,
  special: Pick<WorkerOptions, 'patience' | 'workflowBundle'> = {},
): Promise<number> {
  try {
    const configuration = readWorkerConfiguration(environment);
    const log = createLog(configuration.logLevel ?? 'info', {
      destination: process.stdout,
      pretty: process.stdout.isTTY === true,
    });
    bridgeTemporalLog(log);
    if (configuration.metricsAddress !== null) exportMetrics(configuration.metricsAddress);
    const { connection, ...rest } = configuration.temporal;
    const temporal = place ?? (connection ? { connection, ...rest } : await localPlace(configuration));
    const announce = (text: string) => {
      if (process.stdout.isTTY) process.stdout.write(`${text}\n`);
      else log.info({ report: text }, HEADINGS.samples.en);
    };
    const worker = await startWorker(configuration, { temporal, log, announce, ...special });
    log.info({ address: temporal.connection.address, namespace: temporal.namespace }, workerAtWork().text);
    let asked = false;
    const onSignal = () => {
      if (asked) process.exit(1);
      asked = true;
      log.info({}, workerEnds().text);
      worker.stop().catch(() => {});
    };
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, onSignal);
    try {
      await worker.run;
    } catch (error) {
      if (!asked) throw error;
    }
    log.info({}, workerEnded().text);
    return 0;
  } catch (error) {
    if (!(error instanceof MigrationError)) throw error;
    process.stderr.write(`${error.message}\n`);
    return error instanceof ConfigurationError ? 2 : 1;
  }
}

async function localPlace(configuration: Configuration): Promise<TemporalPlace> {
  const local = await findLocalTemporal(configuration);
  if (local !== null) return placeOf(local, configuration.temporal);
  throw new ConfigurationError([noLocalForWorker()]);
}
