import { EXIT } from './exit-codes.ts';
import { io } from './io.ts';

/** The operator's wish to leave. */
export interface Leaving {
  /** Aborted by the first Ctrl-C (or SIGTERM, SIGHUP). */
  readonly signal: AbortSignal;
  /** Restores what signals do otherwise. */
  release(): void;
}

/** How long this process may outlive what it was asked to leave. */
const LINGER_MS = 1_000;

/** Until released, the first signal only asks to leave; a second one ends the process at once. */
export function heedSignals(onFirst: () => void): Leaving {
  const controller = new AbortController();
  const { out, signals: source, exit } = io();
  const onSignal = () => {
    if (controller.signal.aborted) {
      // A cursor hidden by progress lines must come back.
      if (out.isTTY) out.write('\u001b[?25h\n');
      exit(EXIT.interrupted);
    }
    controller.abort();
    onFirst();
  };
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  for (const signal of signals) source.on(signal, onSignal);
  return {
    signal: controller.signal,
    release: () => {
      // Whatever holds on to this process by now has been told to let go.
      if (controller.signal.aborted) setTimeout(() => exit(), LINGER_MS).unref();
      for (const signal of signals) source.off(signal, onSignal);
    },
  };
}
