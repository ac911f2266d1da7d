import type { Progress, StageProgress } from './messages.ts';

/** The Markdown that Temporal's UI shows on the workflow's page: the verdict first, then what to do, then the stages. */
export function renderDetails(progress: Progress): string {
  const title = `**${progress.state}**${progress.dryRun ? ' (dry run)' : ''}${progress.limit === null ? '' : ` (limit ${progress.limit})`}`;
  const rows = progress.stages.map(
    (stage) =>
      `| ${stage.name} | ${stage.state} | ${stage.read} / ${stage.total ?? '?'} | ${stage.rows} | ${stage.quarantined} | ${stage.findings} | ${rateOf(stage)} |`,
  );
  return [
    title,
    ...(progress.reason === null ? [] : [progress.reason]),
    [
      '| stage | state | documents | rows | quarantined | findings | rate |',
      '|---|---|---|---|---|---|---|',
      ...rows,
    ].join('\n'),
    ...progress.refused.slice(-3).map(({ message, reason, at }) => `Refused at ${at}: ${message}: ${reason}`),
    `Run ${progress.runId ?? '(none yet)'}, as of ${progress.asOf}`,
  ].join('\n\n');
}

function rateOf({ rate, etaSeconds }: StageProgress): string {
  if (rate === null) return '';
  return `${Math.round(rate)}/s${etaSeconds === null ? '' : `, ${etaSeconds} s left`}`;
}
