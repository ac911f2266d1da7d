import { readWorkerConfiguration } from '../../../../worker/configuration.ts';
import { bridgeTemporalLog, createLog } from '../../../../worker/logger.ts';
import { placeOf } from '../../../../worker/temporal/local-temporal.ts';
import { runWorkerProcess } from '../../../../worker/worker-process.ts';
import { keepLocalTemporal } from '../../connect/local-temporal.ts';
import { io } from '../../io.ts';

/** `worker`: as `npm run worker`, but where no Temporal is configured it keeps the local server as well. */
export async function worker(): Promise<number> {
  const environment = io().environment();
  const configuration = readWorkerConfiguration(environment);
  if (configuration.temporal.connection !== null) return runWorkerProcess(environment);
  bridgeTemporalLog(createLog(configuration.logLevel ?? 'info', { destination: io().out, pretty: true }));
  const kept = await keepLocalTemporal(configuration, (line) => io().err.write(`${line} …\n`));
  try {
    return await runWorkerProcess(environment, placeOf(kept, configuration.temporal));
  } finally {
    await kept.release();
  }
}
