import { limitedTo, perSecond } from '../../engine/messages/commands/screen.ts';
import { COLUMNS } from '../../engine/messages/report/columns.ts';
import { WORDS } from '../../engine/messages/report/words.ts';
import {
  catchUpProgress,
  downtimeEstimated,
  downtimeSoFar,
  inQuarantine,
  maintenanceStands,
  moves,
  noRunYet,
  nothingUnderWay,
  noWorker,
  otherWaysOn,
  phaseSince,
  refusedAt,
  retryPending,
  rollbackProgress,
  runAsOf,
  signalsWhileRunning,
  timeLeftAt,
} from '../../engine/messages/workflows/details.ts';
import type { Progress, StageProgress } from '../messages/definitions.ts';

/** The Markdown that Temporal's UI shows on the workflow's page: what it is of and the verdict first, then what to do, then the stages. */
export function renderDetails(progress: Progress): string {
  const title = [
    `**${progress.state}**`,
    ...(progress.dryRun ? [`(${WORDS.dryRun.en})`] : []),
    ...(progress.limit === null ? [] : [`(${limitedTo({ limit: progress.limit }).text})`]),
  ].join(' ');
  const rows = progress.stages.map(
    (stage) =>
      `| ${stage.name} | ${stage.state} | ${stage.read} / ${stage.total ?? '?'} | ${stage.rows} | ${stage.quarantined} | ${stage.findings} | ${rateOf(stage, progress)} |`,
  );
  return [
    ...identityLine(progress),
    title,
    ...waitingLine(progress),
    ...(progress.reason === null ? [] : [progress.reason]),
    ...(progress.verdict === undefined ? [] : [[progress.verdict.sentence, ...progress.verdict.reasons].join(' ')]),
    ...whatToDo(progress),
    ...quarantineLine(progress),
    ...rollbackLine(progress),
    ...catchUpLine(progress),
    ...downtimeLine(progress),
    [`| ${HEADS.map((name) => COLUMNS[name].en).join(' | ')} |`, `|${'---|'.repeat(HEADS.length)}`, ...rows].join('\n'),
    ...progress.refused.slice(-3).map(({ message, reason, at }) => refusedAt({ at, message, reason }).text),
    runAsOf({ run: progress.runId ?? noRunYet(), at: progress.asOf }).text,
  ].join('\n\n');
}

const HEADS = ['stage', 'state', 'documents', 'rows', 'quarantined', 'findings', 'rate'] as const;

/** What the run is of comes first: whoever has started it here may have meant another target. */
function identityLine({ identity }: Progress): string[] {
  if (identity === undefined) return [];
  const { source, target } = identity;
  return [moves({ source, target }).text];
}

function waitingLine({ waiting }: Progress): string[] {
  if (waiting === undefined) return [];
  const { since, source, target } = waiting;
  return [noWorker({ since, source, target }).text];
}

function rateOf({ rate, etaSeconds }: StageProgress, { state }: Progress): string {
  // What stands still has none.
  if (rate === null || state !== 'running') return '';
  const pace = perSecond({ rate: Math.round(rate) });
  return (etaSeconds === null ? pace : timeLeftAt({ rate: pace, seconds: etaSeconds })).text;
}

/** What can be sent from this page (Signal, or Update), where the reason does not say so itself. */
function whatToDo({ state, gate }: Progress): string[] {
  switch (state) {
    case 'running':
      return [signalsWhileRunning().text];
    case 'paused':
      return [nothingUnderWay().text];
    case 'blocked':
      return gate === null ? [otherWaysOn().text] : [];
    default:
      return [];
  }
}

/** What can be done about documents that could not move, or is about to be done. */
function quarantineLine({ state, retries, stages }: Progress): string[] {
  if (retries.length > 0) return [retryPending().text];
  const held = stages.reduce((sum, { quarantined }) => sum + quarantined, 0);
  if (held === 0 || !['running', 'paused', 'blocked'].includes(state)) return [];
  return [inQuarantine({ documents: held }).text];
}

function downtimeLine({ downtime }: Progress): string[] {
  if (downtime == null) return [];
  const { maintenance, phase, seconds, estimateSeconds } = downtime;
  const standing = [
    phase === null ? maintenance : phaseSince({ maintenance, phase: phase.name, at: phase.at }),
    ...(seconds === null ? [] : [downtimeSoFar({ seconds: Math.round(seconds) })]),
    ...(estimateSeconds === null ? [] : [downtimeEstimated({ seconds: Math.round(estimateSeconds) })]),
  ];
  return [maintenanceStands({ standing }).text];
}

function rollbackLine({ rollback }: Progress): string[] {
  if (rollback === null) return [];
  const { to, stage, deleted, left } = rollback;
  return [rollbackProgress({ to, stage, deleted, left: left ?? '?' }).text];
}

function catchUpLine({ catchUp }: Progress): string[] {
  if (catchUp === undefined) return [];
  const { pass, step, found, applied, verified, changedAgain } = catchUp;
  return [catchUpProgress({ pass, step, found, applied, verified, changedAgain }).text];
}
