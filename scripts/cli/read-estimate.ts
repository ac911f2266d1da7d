import type { DowntimeEstimate } from '../../engine/report/facts/downtime-estimate.ts';
import { estimateDowntime } from '../../engine/report/rehearsals/estimate-downtime.ts';
import { hasSideTables } from '../../engine/state/run/run.ts';
import { plan } from '../../stages/plan.ts';
import type { Connections } from '../../worker/connections.ts';

/** How long a run may take, by what the target and the reports on this host know of earlier ones. */
export async function readEstimate(
  { source, target }: Pick<Connections, 'source' | 'target'>,
  reportsFolder: string,
): Promise<DowntimeEstimate | null> {
  const opened = target(null);
  const isMigrated = await hasSideTables(opened.query);
  return estimateDowntime(await source(), isMigrated ? opened : null, plan, reportsFolder);
}
