import { readConfiguration } from '../../../worker/configuration.ts';
import { bridgeTemporalLog, createLog } from '../../../worker/logger.ts';
import { io } from '../io.ts';
import { openTemporal, type TemporalAccess } from './temporal-access.ts';

/**
 * Does something with the Temporal that is there; none is started for it.
 * @throws ConfigurationError, TemporalUnavailable
 */
export async function withTemporal<T>(work: (temporal: TemporalAccess) => Promise<T>): Promise<T> {
  const configuration = readConfiguration(io().environment());
  const level = configuration.logLevel ?? 'error';
  bridgeTemporalLog(createLog(level, { destination: io().err, pretty: io().err.isTTY === true }));
  const temporal = await openTemporal(configuration, { start: false, report: () => {} });
  try {
    return await work(temporal);
  } finally {
    await temporal.close();
  }
}
