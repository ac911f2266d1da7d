import { RUN_STATES } from '../../../engine/messages/report/words.ts';
import { moves, noWorker } from '../../../engine/messages/workflows/details.ts';
import type { Progress } from '../../../workflows/messages/definitions.ts';

/** Where a run stands in words: `running`, `paused: lunch`, `rolling back to user`. */
export function standingOf({ state, reason }: { readonly state: string; readonly reason: string | null }): string {
  const word = Object.hasOwn(RUN_STATES, state) ? RUN_STATES[state as keyof typeof RUN_STATES].en : state;
  if (reason === null || state === 'running') return word;
  const why = reason.replace(/\.$/, '');
  return why.startsWith(word) ? why : `${word}: ${why}`;
}

/** How a gate is approved, for a shell. */
export function approveCommand(gate: string): string {
  return `mongo-to-prisma approve ${/^[\w.-]+$/.test(gate) ? gate : `'${gate.replaceAll("'", "'\\''")}'`}`;
}

/** Which source and target a run is of; null where nobody has told yet. */
export function identityLine({ identity }: Pick<Progress, 'identity'>): string | null {
  return identity === undefined ? null : moves({ source: identity.source, target: identity.target }).text;
}

/** What a worker has to be set to while none takes the run's steps; null while one does. */
export function waitingLine({ waiting }: Pick<Progress, 'waiting'>): string | null {
  if (waiting === undefined) return null;
  const { since, source, target } = waiting;
  return noWorker({ since, source, target }).text;
}
