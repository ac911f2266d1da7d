import {
  keptByOther,
  localAt,
  localAtWithPage,
  localStopped,
  noLocalRuns,
} from '../../../../engine/messages/commands/starting.ts';
import { readConfiguration } from '../../../../worker/configuration.ts';
import { bridgeTemporalLog, createLog } from '../../../../worker/logger.ts';
import { keepLocalTemporal, stopLocalTemporal } from '../../connect/local-temporal.ts';
import { EXIT } from '../../exit-codes.ts';
import { io } from '../../io.ts';
import { heedSignals } from '../../signals.ts';

/** `temporal`: keeps the local Temporal server up, or (`--stop`) ends the one that another command keeps. */
export async function temporal({ stop }: { stop?: boolean }): Promise<number> {
  const configuration = readConfiguration(io().environment());
  bridgeTemporalLog(createLog(configuration.logLevel ?? 'error', { destination: io().err, pretty: true }));
  if (stop) {
    const ended = await stopLocalTemporal(configuration);
    say((ended ? localStopped() : noLocalRuns()).text);
    return EXIT.done;
  }
  const kept = await keepLocalTemporal(configuration, (line) => say(`${line} …`));
  const { address, uiUrl } = kept;
  say((uiUrl === null ? localAt({ address }) : localAtWithPage({ address, url: uiUrl })).text);
  if (!kept.isOwn) {
    say(keptByOther().text);
    return EXIT.done;
  }
  const leaving = heedSignals(() => {});
  // The server must not keep this process alive, so something else has to until a signal comes.
  const alive = setInterval(() => {}, 60_000);
  if (!leaving.signal.aborted) await new Promise((left) => leaving.signal.addEventListener('abort', left));
  clearInterval(alive);
  await kept.release();
  leaving.release();
  return EXIT.done;
}

function say(line: string): void {
  io().out.write(`${line}\n`);
}
