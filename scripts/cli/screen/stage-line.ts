import {
  differencesFound,
  heldBack,
  leftOver,
  movedEarlier,
  perSecond,
  rollbackLeaves,
  rollbackSoFar,
  rowsWritten,
  takenOut,
  timeLeft,
  tookTime,
} from '../../../engine/messages/commands/screen.ts';
import { RUN_STATES, STAGE_STATES } from '../../../engine/messages/report/words.ts';
import type { Progress, RollbackProgress, StageProgress } from '../../../workflows/messages/definitions.ts';
import { duration, grouped } from './figures.ts';

/** How much of a stage's present work is done: of copying, or of verifying once that goes on. */
export function doneOf(stage: StageProgress): { readonly done: number; readonly total: number | null } {
  if (stage.state === 'complete') return { done: stage.total ?? 0, total: stage.total ?? 0 };
  return { done: stage.state === 'verifying' ? stage.verified : stage.read, total: stage.total };
}

const STANDING = ['paused', 'blocked', 'pausing', 'aborting'] as const;
const isStanding = (phase: string): phase is (typeof STANDING)[number] =>
  (STANDING as readonly string[]).includes(phase);

/** `copying`, and while nothing moves why not. */
export function stateOf(stage: StageProgress, phase: Progress['state']): string {
  const isUnderWay = !['pending', 'complete'].includes(stage.state);
  if (isUnderWay && isStanding(phase)) return RUN_STATES[phase].en;
  // Before a rollback deletes anything, it looks for rows that others have changed.
  if (isUnderWay && phase === 'rollingBack' && stage.state !== 'rollingBack') return STAGE_STATES.stopped.en;
  return STAGE_STATES[stage.state].en;
}

/** What of a run bears on the lines of its stages. */
export type Standing = Pick<Progress, 'state' | 'rollback'>;

/** What is worth saying of a stage beside its numbers: `4,500/s`, `ETA 12s`, `3 quarantined`. */
export function remarksOf(stage: StageProgress, { state, rollback }: Standing): string[] {
  const isMoving = state === 'running' && (stage.state === 'copying' || stage.state === 'verifying');
  const goes = rollback?.stage === stage.name ? rollback : null;
  return [
    goes === null ? '' : takenOut({ documents: goes.deleted }).text,
    goes === null || goes.left === null ? '' : leftOver({ documents: goes.left }).text,
    isMoving && stage.rate ? perSecond({ rate: Math.round(stage.rate) }).text : '',
    isMoving && stage.etaSeconds !== null ? timeLeft({ time: duration(stage.etaSeconds) }).text : '',
    stage.differences > 0 ? differencesFound({ differences: stage.differences }).text : '',
    stage.quarantined > 0 ? heldBack({ documents: stage.quarantined }).text : '',
    stage.skipped > 0 ? movedEarlier({ documents: stage.skipped }).text : '',
    stage.state === 'complete' ? rowsWritten({ rows: stage.rows }).text : '',
    stage.state === 'complete' ? took(stage) : '',
  ].filter((remark) => remark !== '');
}

function took({ startedAt, endedAt }: StageProgress): string {
  if (startedAt === null || endedAt === null) return '';
  return tookTime({ time: duration((Date.parse(endedAt) - Date.parse(startedAt)) / 1000) }).text;
}

/** How far a rollback has come. */
export function rollbackLine({ to, stage, deleted, left }: RollbackProgress): string {
  const about = { to, stage, documents: deleted };
  return (left === null ? rollbackSoFar(about) : rollbackLeaves({ ...about, left })).text;
}

/** The longest stage name’s. */
export const NAME_WIDTH = 'fundingProject'.length;

/**
 * One stage on one line that fits the width: name, bar, count, state, remarks. What does not fit is left out, the bar
 * first, then the remarks from the end.
 */
export function stageLine(stage: StageProgress, standing: Standing, width: number): string {
  const { done, total } = doneOf(stage);
  const share = total === null ? 0 : total === 0 ? 1 : Math.min(1, done / total);
  const name = stage.name.padEnd(NAME_WIDTH);
  const percent = `${Math.floor(share * 100)}%`.padStart(4);
  const count = total === null ? '' : `${grouped(done)}/${grouped(total)}`;
  const state = stateOf(stage, standing.state);
  const remarks = remarksOf(stage, standing);
  // The last column stays free: some terminals wrap as soon as it is filled.
  const room = Math.max(20, width - 1);
  const barWidth = width >= 100 ? 24 : width >= 70 ? 12 : 0;
  const parts = [name, ...(barWidth > 0 ? [bar(share, barWidth)] : []), percent, count.padStart(15), state.padEnd(9)];
  let line = (width >= 70 ? parts : [name, percent, count, state]).join(' ');
  for (const remark of remarks) {
    const longer = `${line.trimEnd()}${line.endsWith(' ') ? ' ' : ''} · ${remark}`;
    if (longer.length > room) break;
    line = longer;
  }
  return line.slice(0, room).trimEnd();
}

/** A bar of blocks, the share of it full. */
export function bar(share: number, width: number): string {
  const full = Math.round(share * width);
  return `${'█'.repeat(full)}${'░'.repeat(width - full)}`;
}
