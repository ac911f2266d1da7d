import { join, resolve } from 'node:path';
import { BackupUnfit } from '../../engine/common/errors.ts';
import { stampOf } from '../../engine/common/private-file.ts';
import { withoutPostgres } from '../../engine/messages/operations/backup.ts';
import { alertNotTaken } from '../../engine/messages/operations/monitor.ts';
import { maintenanceLine } from '../../engine/messages/worker/log.ts';
import { exportSideTables } from '../../engine/report/exports/export-side-tables.ts';
import { hasSideTables } from '../../engine/state/run/run.ts';
import { type PostgresBackup, readManifest } from '../../operations/backup/manifest.ts';
import { restoreBackup } from '../../operations/backup/restore/restore.ts';
import type { Direction } from '../../operations/maintenance/action.ts';
import { turnByHand } from '../../operations/maintenance/turn-by-hand.ts';
import { type Alert, postAlert } from '../../operations/monitor/alert.ts';
import type { Term } from '../../operations/monitor/compare-stage.ts';
import { readTerms } from '../../operations/monitor/kept.ts';
import type { ActivityDependencies } from '../dependencies.ts';
import { working } from '../failures.ts';
import { alertMeter } from '../metrics.ts';
import { requirePlace } from '../open-run.ts';
import type { AlertMessage, Course } from './course.ts';
import { writeMonitoringReport } from './report.ts';

/** Alerts that are to be told now. */
export interface AlertsRef {
  readonly workflowId: string;
  /** Makes their ids unique among monitorings of one workflow id. */
  readonly execution: string;
  readonly runId: string;
  readonly alerts: readonly AlertMessage[];
}

/**
 * Sends alerts to the log and to the webhook of MONITOR_FILE.
 * @returns numbers of those that the webhook has not taken; only monitorings of older builds send them again
 */
export function sendAlerts(deps: ActivityDependencies) {
  return (ref: AlertsRef): Promise<{ left: readonly number[] }> =>
    working(async (signal) => {
      const left: number[] = [];
      for (const message of ref.alerts) {
        const alert = alertOf(ref, message);
        const { kind, stage, where, count } = alert.problem;
        const facts = { monitor: ref.workflowId, run: ref.runId, event: alert.event, kind, stage, where, count };
        deps.log[alert.event === 'resolved' ? 'info' : 'error'](facts, alert.text);
        alertMeter(alert.event);
        const { webhook } = deps.monitor;
        const reason = webhook === null ? null : await postAlert(webhook, alert, signal);
        if (reason === null) continue;
        deps.log.warn({ alert: alert.id }, alertNotTaken({ reason }).text);
        left.push(message.id);
      }
      return { left };
    });
}

function alertOf({ workflowId, execution, runId }: AlertsRef, message: AlertMessage): Alert {
  const { id, event, at, round, text, problem } = message;
  const { kind, stage, where, count, documents, since } = problem;
  return {
    id: `${execution}/${id}`,
    ...{ event, at, workflowId, runId, round, text },
    problem: { kind, stage, where, count, documents, since },
  };
}

/**
 * Brings the target back to a backup, as `mongo-to-prisma restore` does: the platform is put into maintenance, where the
 * worker knows how, and stays in it; what the migration knows is exported.
 * @returns under which name what was there is kept
 * @throws TargetMismatch, BackupUnfit, RestoreRefused, LeaseHeld, TargetUnavailable, MaintenanceFailed; the target is then as it was,
 * and the platform out of maintenance
 */
export function restoreTarget(deps: ActivityDependencies) {
  return (ref: { readonly backup: string; readonly place?: string }): Promise<{ replaced: string }> =>
    working(async () => {
      await requirePlace(deps, ref.place);
      const folder = resolve(ref.backup);
      const { postgres } = await readManifest(folder);
      if (postgres === null) throw new BackupUnfit(withoutPostgres({ folder: ref.backup }));
      try {
        await turnMaintenance(deps, 'on');
        return await bringBack(deps, folder, postgres);
      } catch (error) {
        await turnMaintenance(deps, 'off').catch(({ message }: Error) => deps.log.error({}, message));
        throw error;
      }
    });
}

async function bringBack(deps: ActivityDependencies, folder: string, backup: PostgresBackup) {
  const target = deps.target(null);
  if (await hasSideTables(target.query)) {
    await exportSideTables(target, deps.plan, join(deps.reportsFolder, `restored-${stampOf(new Date())}`));
  }
  // Nobody may be connected to a database that is to have another name, this worker least of all.
  await deps.closeTarget(null);
  const { replaced, kind } = await restoreBackup(deps.databaseUrl, folder, backup, (line) => deps.log.info({}, line));
  return { replaced: `${kind} ${replaced}` };
}

/** What the worker knows of maintenance; nothing when it has no file that says how. @throws MaintenanceFailed */
function turnMaintenance({ maintenance, log }: ActivityDependencies, direction: Direction): Promise<void> {
  return turnByHand(maintenance?.[direction] ?? [], direction, (line) =>
    log.info({}, maintenanceLine({ direction, line }).text),
  );
}

/** Writes monitoring.json and monitoring.md into the run's folder of reports on this host, and answers the folder. */
export function writeMonitoring(deps: ActivityDependencies) {
  return (ref: { readonly key: string; readonly course: Course; readonly place?: string }): Promise<string> =>
    working(async () => {
      await requirePlace(deps, ref.place);
      const { course, key } = ref;
      const { query } = deps.target(null);
      // After a restore the run's row is gone.
      const isThere = course.state !== 'rolledBack' && (await hasSideTables(query));
      const terms: Term[] = [];
      if (isThere) {
        for (const stage of course.options.stages) terms.push(...(await readTerms(query, course.runId, key, stage)));
      }
      const folder = join(deps.reportsFolder, course.runId);
      await writeMonitoringReport(folder, { ...course, terms });
      return folder;
    });
}
