import type { Phase, PhaseName } from '../../activities/run/run-record.ts';

/** Phases that are kept: a run that is rolled back over and over begins to forget its first ones. */
const MOST_PHASES = 200;

/** Notes that a phase has begun, which ends the one before it; nothing when it is the one that lasts already. */
export function beginPhase(phases: Phase[], name: PhaseName, now: number): void {
  if (phases.at(-1)?.name === name) return;
  phases.push({ name, at: new Date(now).toISOString() });
  phases.splice(0, Math.max(0, phases.length - MOST_PHASES));
}

/**
 * Seconds from the first action that stopped the platform's writes until the last one that let them come again.
 * @returns null when the platform was not in maintenance, or (without `now`) still is
 */
export function downtimeSeconds(
  { onSince, offAt }: { readonly onSince: string | null; readonly offAt: string | null },
  now: number | null = null,
): number | null {
  const end = offAt === null ? now : Date.parse(offAt);
  if (onSince === null || end === null) return null;
  return Math.round((end - Date.parse(onSince)) / 100) / 10;
}
