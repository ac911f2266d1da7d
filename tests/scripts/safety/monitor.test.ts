import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import {
  beingStopped,
  monitoringEnded,
  monitoringRuns,
  monitoringTaken,
  stageWatched,
} from '../../../engine/messages/commands/monitoring.ts';
import { noSuchMonitoring, refusedWith } from '../../../engine/messages/commands/watching.ts';
import { rollbackNeedsBackup } from '../../../engine/messages/input/words.ts';
import { CHECK_PROBLEMS } from '../../../engine/messages/operations/monitor.ts';
import { acknowledgeThem, checkFailed, nothingToAcknowledge } from '../../../engine/messages/workflows/monitor.ts';
import { freePort } from '../../../scripts/servers/ports.ts';
import { saying } from '../../engine/messages/saying.ts';
import { type CommandTarget, type Desk, openDesk, type RunningCommand } from '../../support/command-line.ts';
import { type HttpPlace, serveHttp } from '../../support/monitoring.ts';
import { project } from '../../support/scripts.ts';

let desk: Desk;
let target: CommandTarget;
let place: HttpPlace;
let worker: RunningCommand;
let metrics: string;

beforeAll(async () => {
  desk = await openDesk({ scale: 0.02, bad: false });
  target = await desk.target();
  place = await serveHttp(({ path }) => ({ status: path === '/down' ? 503 : 200 }));
  const file = join(desk.folder, 'monitor.json');
  const down = { kind: 'http', name: 'down', url: `${place.url}/down` };
  await writeFile(file, JSON.stringify({ checks: [down], webhook: { url: `\${HOOK}` } }));
  const address = `127.0.0.1:${await freePort()}`;
  metrics = `http://${address}/metrics`;
  const settings = { MONITOR_FILE: file, HOOK: `${place.url}/hook`, METRICS_ADDRESS: address };
  worker = desk.start(['worker'], { ...target.environment, ...settings });
});
afterAll(async () => {
  await place?.close();
  await desk.close();
});

const run = (...args: string[]) => desk.run(args, target.environment);

test('the platform is watched, asked about, and the monitoring stopped by commands', async () => {
  expect((await run('run', '--no-worker')).code).toBe(0);
  const before = await run('monitor', 'status');
  expect([before.code, before.err]).toEqual([
    1,
    `${noSuchMonitoring({ monitoring: 'mongo-to-prisma-monitor' }).text}\n`,
  ]);

  const follow = desk.start(['monitor', '--every', '1h', '--samples', '10', '--follow'], target.environment);
  await follow.until(saying(CHECK_PROBLEMS.otherStatus, { status: '503' }));
  expect((await run('monitor')).out).toMatch(saying(monitoringRuns));

  const status = await run('monitor', 'status');
  expect(status.out).toContain(`alerting: ${acknowledgeThem().text.replace(/\.$/, '')}`);
  expect(status.code).toBe(1);
  expect(status.out).toMatch(saying(stageWatched, { stage: 'payment', compared: 10, written: 0 }));
  expect((await run('monitor', 'acknowledge')).out).toMatch(saying(monitoringTaken));
  expect((await run('monitor', 'acknowledge')).err).toBe(`${refusedWith({ reason: nothingToAcknowledge() }).text}\n`);
  expect((await run('monitor', 'set-every', '2h')).code).toBe(0);
  const acknowledged = await run('monitor', 'status', '--json');
  expect(acknowledged.code).toBe(0);
  const told = JSON.parse(acknowledged.out);
  expect(told).toMatchObject({
    state: 'watching',
    round: 0,
    options: { every: 120 },
    problems: [{ acknowledged: true }],
  });

  expect((await run('monitor', 'stop')).out).toContain(beingStopped().text);
  const { code, out } = await follow.ended;
  expect(out).toMatch(saying(monitoringEnded, { state: 'stopped', rounds: 1, problems: 1, open: 1 }));
  expect(code).toBe(1);
  const report = JSON.parse(await readFile(join(target.reports, told.runId, 'monitoring.json'), 'utf8'));
  expect(report).toMatchObject({ state: 'stopped', rounds: [{ round: 0, compared: expect.any(Number) }] });
  expect(place.asked.filter(({ path }) => path === '/hook')).toHaveLength(1);

  await expectMetrics();
  worker.child.kill('SIGINT');
  expect((await worker.ended).code).toBe(0);
  expect(worker.said()).toMatch(saying(checkFailed, { check: 'down' }));
});

async function expectMetrics(): Promise<void> {
  const scraped = await (await fetch(metrics)).text();
  const named = new Set<string>();
  for (const file of ['monitor.md', 'prometheus-alerts.yml']) {
    const text = await readFile(join(project, 'docs', file), 'utf8');
    for (const [name] of text.matchAll(/mongo_to_prisma_monitor_[a-z_]+/g)) named.add(name);
  }
  // Nothing is damaged here.
  expect(named.delete('mongo_to_prisma_monitor_damages_total')).toBe(true);
  expect(named.size).toBe(4);
  expect([...named].filter((name) => !scraped.includes(name))).toEqual([]);
}

test('what makes no sense is refused before anything is started', async () => {
  for (const flags of [
    ['--every', '0m'],
    ['--stages', 'payments'],
    ['--rollback', 'perhaps'],
  ]) {
    expect((await run('monitor', ...flags)).code).toBe(2);
  }
});

test('monitor refuses everything that its workflow would, before it asks for Temporal', async () => {
  const nowhere = { TEMPORAL_ADDRESS: '127.0.0.1:1' };
  const args = ['monitor', '--switched-at', 'yesterday', '--rollback', 'run', '--hours', '300', '--every', '1m'];
  const { code, err } = await desk.run(args, nowhere);
  expect(code).toBe(2);
  expect(err).toMatch(/switchedAt/);
  expect(err).toMatch(saying(rollbackNeedsBackup));
  const texts = await desk.run(['monitor', '--hours', '0', '--every', '0m', '--stages', 'users'], nowhere);
  expect([texts.code, texts.err.match(/ is invalid\. /g)]).toEqual([2, expect.arrayContaining([' is invalid. '])]);
  for (const option of ['--hours', '--every', '--stages']) expect(texts.err).toContain(`option '${option}`);
});
