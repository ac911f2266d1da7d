import { tenths } from '../../../engine/common/figures.ts';
import type { Facts } from '../../../engine/report/facts/facts.ts';

/** What production is expected to take, by what a rehearsal took. */
export interface Prediction {
  /** Whose documents were counted: those of the live source, or those of the dump that was rehearsed. */
  readonly basis: 'live' | 'dump';
  readonly stages: readonly StagePrediction[];
  /** Preflight, planning and reports, which are taken to last as long as they did. */
  readonly otherSeconds: number;
  readonly seconds: number;
  /** Seconds during which nobody may write when maintenance lasts throughout: all of them. */
  readonly downtimeSeconds: number;
}

/** One stage: what was measured, and what follows from it. */
export interface StagePrediction {
  readonly stage: string;
  readonly rehearsed: Measured;
  /** Documents a second, copied, settled and verified. */
  readonly rate: number | null;
  readonly predicted: Measured;
}

interface Measured {
  readonly documents: number;
  readonly seconds: number;
  readonly quarantined: number;
}

/**
 * Scales each stage's time and its quarantine by the documents that the live source holds: a stage's steps each go once
 * over its documents.
 * @param live documents of each collection now; null when the live source was not to be asked
 */
export function predict({ run, stages }: Facts, live: ReadonlyMap<string, number> | null): Prediction {
  const measured = stages.map((stage): StagePrediction => {
    const { name, collection, total: documents, quarantined } = stage;
    const seconds = stage.seconds ?? 0;
    const now = live?.get(collection) ?? documents;
    const factor = documents === 0 ? 1 : now / documents;
    return {
      stage: name,
      rehearsed: { documents, seconds, quarantined },
      rate: seconds > 0 ? Math.round(documents / seconds) : null,
      predicted: {
        documents: now,
        seconds: tenths(seconds * factor),
        quarantined: Math.round(quarantined * factor),
      },
    };
  });
  const staged = measured.reduce((sum, { rehearsed }) => sum + rehearsed.seconds, 0);
  const otherSeconds = tenths(Math.max(0, run.seconds - staged));
  const seconds = tenths(measured.reduce((sum, { predicted }) => sum + predicted.seconds, otherSeconds));
  return { basis: live === null ? 'dump' : 'live', stages: measured, otherSeconds, seconds, downtimeSeconds: seconds };
}
