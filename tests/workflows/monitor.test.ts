import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { restoreMeetsLease } from '../../engine/messages/operations/backup.ts';
import { CHECK_PROBLEMS } from '../../engine/messages/operations/monitor.ts';
import { monitoringIsNotPaused, restoreByHand, restored } from '../../engine/messages/workflows/monitor.ts';
import { makeBackup } from '../../operations/backup/make-backup.ts';
import type { Alert } from '../../operations/monitor/alert.ts';
import type { MonitorSettings } from '../../operations/monitor/settings.ts';
import type { MonitorInput, MonitorProgress, MonitorResult } from '../../workflows/monitoring/messages.ts';
import type { MonitorTuning } from '../../workflows/monitoring/snapshot.ts';
import { saying } from '../engine/messages/saying.ts';
import { contentOf } from '../support/data/content.ts';
import { filledTarget } from '../support/engine-alone.ts';
import { type MigrationTarget, openPlatform, type Platform } from '../support/migration.ts';
import {
  type MonitorHandle,
  prometheusAnswer,
  serveHttp,
  startMonitoring,
  untilMonitor,
} from '../support/monitoring.ts';

let platform: Platform;
let target: MigrationTarget;
const started: MonitorHandle[] = [];

beforeAll(async () => {
  platform = await openPlatform({ scale: 0.02, bad: false });
});
afterAll(() => platform.close());
afterEach(async () => {
  for (const handle of started.splice(0)) await handle.terminate().catch(() => {});
  await target.close();
});

/** A target that holds the platform. */
async function migrate(options: Parameters<typeof filledTarget>[1] = {}): Promise<void> {
  target = await filledTarget(platform, options);
}

async function watch(input?: MonitorInput, tuning?: Partial<MonitorTuning>): Promise<MonitorHandle> {
  const handle = await startMonitoring(platform.client, target.taskQueue, input, tuning);
  started.push(handle);
  return handle;
}

async function withMonitor(monitor: Partial<MonitorSettings>): Promise<void> {
  await target.stopWorker();
  await target.startWorker({ monitor: { rules: {}, checks: [], webhook: null, ...monitor } });
}

/** A target that holds the platform, whose worker can put it into maintenance, which a flag file shows. */
async function withMaintenance() {
  const flag = {
    name: 'flag',
    kind: 'flagFile',
    path: join(platform.folder, `flag-${randomUUID()}`),
    content: '',
  } as const;
  await migrate({ maintenance: { on: [flag], off: [flag] } });
  return flag;
}

/** Long enough that a test stops it. */
const LONG = { hours: 300, every: 10 };
const aPayment = `id = (SELECT id FROM "Payment" ORDER BY id LIMIT 1)`;
const spoil = () => target.sql(`UPDATE "Payment" SET amount = amount + 1 WHERE ${aPayment}`);
const mend = () => target.sql(`UPDATE "Payment" SET amount = amount - 1 WHERE ${aPayment}`);
const kindsOf = ({ problems }: MonitorProgress) => [...new Set(problems.map(({ kind }) => kind))].sort();
const reportOf = async ({ reports }: MonitorResult) =>
  JSON.parse(await readFile(join(reports, 'monitoring.json'), 'utf8'));

describe('a monitoring', () => {
  test('watches for hours in rounds every ten minutes, across executions, and leaves a report', async () => {
    await migrate();
    const handle = await watch({ hours: 6 }, { minuteMs: 40, historyEvents: 150 });
    const platformPays = untilMonitor(handle, ({ round }) => round >= 3).then(() =>
      target.sql(`UPDATE "Payment" SET message = 'thanks', "updatedAt" = now() WHERE ${aPayment}`),
    );
    const result = await handle.result();
    await platformPays;
    expect(result).toMatchObject({ state: 'complete', alerts: 0, open: 0 });
    expect(result.rounds + result.missed).toBe(37);
    const report = await reportOf(result);
    const due = new Set([
      ...report.rounds.map(({ round }: { round: number }) => round),
      ...report.missed.flatMap(({ from, to }: { from: number; to: number }) =>
        Array.from({ length: to - from + 1 }, (_, i) => from + i),
      ),
    ]);
    expect([...due].sort((a, b) => a - b)).toEqual(Array.from({ length: 37 }, (_, i) => i));
    expect(report.rounds.at(-1)).toMatchObject({ written: 1, changed: 1, damages: 0 });
    expect(report.terms.map(({ where }: { where: string }) => where)).toContain('Payment.amount');
    expect(await readFile(join(result.reports, 'monitoring.md'), 'utf8')).toContain('| Payment.amount |');
    const { runId } = await platform.client.workflow.getHandle(handle.workflowId).describe();
    expect(runId).not.toBe(handle.firstExecutionRunId);
  });

  test('alerts of damage once, offers the way back, is quiet once acknowledged, and tells when it is over', async () => {
    target = await platform.target();
    const backup = await makeBackup({ sourceUri: null, databaseUrl: target.databaseUrl }, backupsFolder(), {
      ownOnly: true,
    });
    await (await target.start([])).result();
    const posted: Alert[] = [];
    const hook = await serveHttp(({ body }) => {
      posted.push(JSON.parse(body));
      return { status: posted.length === 1 ? 503 : 204 };
    });
    try {
      await withMonitor({ webhook: { url: `${hook.url}/hook?token=t0p`, headers: { 'X-Team': 's3cret' } } });
      const handle = await watch(LONG);
      await untilMonitor(handle, ({ round, state }) => round >= 0 && state === 'watching');
      await spoil();
      const alerting = await untilMonitor(handle, ({ state }) => state === 'alerting');
      expect(alerting.reason).toMatch(saying(restoreByHand, { backup: backup.folder }));
      expect(kindsOf(alerting)).toEqual(['unexplained']);
      const [found] = alerting.problems;
      expect(found).toMatchObject({ stage: 'payment', where: 'Payment.amount', count: 1 });
      expect(found!.documents[0]!.legacyId).toMatch(/^[0-9a-f]{24}$/);
      await handle.executeUpdate('acknowledge');
      const quiet = await untilMonitor(handle, ({ state }) => state === 'watching');
      expect(kindsOf(quiet)).toEqual(['unexplained']);
      await mend();
      await untilMonitor(handle, ({ problems }) => problems.length === 0);
      await handle.executeUpdate('stop');
      expect(await handle.result()).toMatchObject({ state: 'stopped', alerts: 1, open: 0 });
      const events = posted.map(({ event, problem }) => `${event} ${problem.kind}`);
      // Rounds were many: neither the refused alert nor the open problem is sent again.
      expect(events).toEqual(['new unexplained', 'resolved unexplained']);
      expect(new Set(posted.map(({ id }) => id)).size).toBe(2);
      expect(hook.asked.map(({ headers }) => headers['x-team'])).toEqual(['s3cret', 's3cret']);
      expect(JSON.stringify(await historiesOf(handle))).not.toMatch(/t0p|s3cret/);
    } finally {
      await hook.close();
    }
  });

  test('asks Prometheus and pages, and tells what fails often enough', async () => {
    await migrate();
    let value = '0.2';
    const place = await serveHttp(({ path }) => {
      if (path.startsWith('/api')) return { status: 200, body: prometheusAnswer('up', [value]) };
      return { status: path === '/health' ? 500 : 200 };
    });
    try {
      const check = { headers: {}, rounds: 1 };
      await withMonitor({
        checks: [
          {
            ...check,
            kind: 'promql',
            name: 'errors',
            url: `${place.url}/api/v1/query`,
            expression: 'rate(errors[5m])',
            op: '>',
            value: 0.05,
            rounds: 3,
            allowEmpty: false,
          },
          { ...check, kind: 'http', name: 'health', url: `${place.url}/health`, status: 200, withinMs: 5_000 },
          { ...check, kind: 'http', name: 'home', url: `${place.url}/`, status: 200, withinMs: 5_000 },
        ],
      });
      const handle = await watch(LONG);
      const failing = await untilMonitor(handle, ({ problems }) => problems.length === 2);
      const errors = failing.problems.find(({ where }) => where === 'errors')!;
      expect(errors).toMatchObject({ kind: 'check', stage: null, says: '0.2 > 0.05' });
      expect(errors.round).toBeGreaterThanOrEqual(2);
      expect(failing.problems.find(({ where }) => where === 'health')).toMatchObject({
        says: CHECK_PROBLEMS.otherStatus({ status: '500', wanted: '200' }).text,
      });
      expect(place.asked[0]!.path.includes('/')).toBe(true);
      expect(place.asked.some(({ path }) => path === '/api/v1/query?query=rate%28errors%5B5m%5D%29')).toBe(true);
      value = '0.01';
      await untilMonitor(handle, ({ problems }) => problems.length === 1);
      await handle.executeUpdate('stop');
      await handle.result();
    } finally {
      await place.close();
    }
  });

  test('brings the target back by itself after so many damaged rounds, when it was told to and to what', async () => {
    const flag = await withMaintenance();
    const migrated = await contentOf(target);
    const { folder } = await makeBackup({ sourceUri: null, databaseUrl: target.databaseUrl }, backupsFolder(), {
      ownOnly: true,
    });
    const handle = await watch({ ...LONG, policy: { rollback: 'run', backup: folder, after: 2 } });
    await untilMonitor(handle, ({ round }) => round >= 0);
    await spoil();
    const result = await handle.result();
    expect(result).toMatchObject({ state: 'rolledBack' });
    expect(existsSync(flag.path)).toBe(true);
    const { migration_run: _, ...content } = await contentOf(target);
    const { migration_run: __, ...before } = migrated;
    expect(content).toEqual(before);
    const report = await reportOf(result);
    expect(report.rounds.filter(({ damages }: { damages: number }) => damages > 0)).toHaveLength(2);
    expect(report.alerts.at(-1).text).toMatch(saying(restored));
  });

  test('tells a restore that is refused, and goes on watching', async () => {
    const flag = await withMaintenance();
    const { folder } = await makeBackup({ sourceUri: null, databaseUrl: target.databaseUrl }, backupsFolder(), {
      ownOnly: true,
    });
    const handle = await watch({ ...LONG, policy: { rollback: 'run', backup: folder, after: 1 } });
    await untilMonitor(handle, ({ round }) => round >= 0);
    await target.sql(`UPDATE migration_run SET lease = 'target'`);
    await spoil();
    const told = await untilMonitor(handle, (progress) => kindsOf(progress).includes('restoreFailed'));
    expect(told.problems.find(({ kind }) => kind === 'restoreFailed')!.says).toMatch(saying(restoreMeetsLease));
    const later = await untilMonitor(handle, ({ round }) => round > told.round);
    expect(later.state).not.toBe('rolledBack');
    await handle.executeUpdate('acknowledge');
    // A restore that is under way is not stopped; after it none follows, since somebody has taken the damage over.
    await untilMonitor(handle, ({ state }) => state !== 'restoring');
    await handle.executeUpdate('stop');
    await handle.result();
    expect(existsSync(flag.path)).toBe(false);
  });

  test('can be paused, set to another interval and stopped; what makes no sense is refused with its reason', async () => {
    await migrate();
    const handle = await watch({ hours: 300, every: 50 });
    await untilMonitor(handle, ({ round }) => round >= 0);
    await handle.signal('resume');
    const refused = await untilMonitor(handle, ({ refused: all }) => all.length === 1);
    expect(refused.refused[0]).toMatchObject({ message: 'resume', reason: monitoringIsNotPaused().text });
    await expect(handle.executeUpdate('acknowledge')).rejects.toThrow();
    await expect(handle.executeUpdate('setEvery', { args: [0] })).rejects.toThrow();
    const paused = await handle.executeUpdate<MonitorProgress, []>('pause');
    expect(paused.state).toBe('paused');
    const twoRounds = 2_500;
    await sleep(twoRounds);
    await handle.executeUpdate('resume');
    await handle.executeUpdate('setEvery', { args: [20] });
    await untilMonitor(handle, ({ missed, round }) => missed >= 1 && round > paused.round);
    await handle.signal('stop');
    const report = await reportOf(await handle.result());
    expect(report.missed[0]).toMatchObject({ because: 'paused' });
    expect(report.options.every).toBe(20);
  });
});

const backupsFolder = () => join(platform.folder, 'backups', target.taskQueue);

async function historiesOf(handle: MonitorHandle): Promise<unknown[]> {
  const histories = [];
  let runId: string | undefined = handle.firstExecutionRunId;
  while (runId) {
    const history: Awaited<ReturnType<typeof handle.fetchHistory>> = await platform.client.workflow
      .getHandle(handle.workflowId, runId)
      .fetchHistory();
    histories.push(history);
    runId = history.events?.at(-1)?.workflowExecutionContinuedAsNewEventAttributes?.newExecutionRunId ?? undefined;
  }
  return histories;
}
