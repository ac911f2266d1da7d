import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { Client, Connection } from '@temporalio/client';
import { MONITOR_WORKFLOW_TYPE, TASK_QUEUE } from '../../worker/settings.ts';
import type { MonitorProgress } from '../../workflows/monitoring/messages.ts';
import type { Ground } from '../support/ground.ts';
import { compressed, type MonitorHandle, untilMonitor } from '../support/monitoring.ts';
import { openGround } from '../support/open-ground.ts';
import { createDatabase, type TestDatabase } from '../support/servers/databases.ts';

let database: TestDatabase;
let ground: Ground;
let client: Client;
let handle: MonitorHandle;
let started = 0;

beforeAll(async () => {
  database = await createDatabase();
  ground = await openGround({ databaseUrl: database.url, data: { scale: 0.02, bad: false }, durableTemporal: true });
  client = new Client({ connection: await Connection.connect({ address: ground.temporalServer.address }) });
});
afterEach(async () => {
  await handle?.terminate().catch(() => {});
  await ground.tidy();
});
afterAll(async () => {
  await client?.connection.close();
  await ground?.close();
  await database?.drop();
});

/** A monitoring with close heartbeats, whose minute takes 50 ms, some rounds old. */
async function watch(): Promise<MonitorHandle> {
  started += 1;
  handle = (await client.workflow.start(MONITOR_WORKFLOW_TYPE, {
    taskQueue: TASK_QUEUE,
    workflowId: `monitor-${started}`,
    args: compressed({ hours: 300, samples: 20, stages: ['payment'] }, { minuteMs: 50, heartbeatSeconds: 3 }),
  })) as unknown as MonitorHandle;
  await untilMonitor(handle, ({ round }) => round >= 1);
  return handle;
}

/** Meets the worker in the middle of a round. */
async function meet() {
  await watch();
  const trap = await ground.lock('Payment');
  await trap.sprung();
  return trap;
}

/** Rounds go on; those that could not take place are told; damage is seen. */
async function expectRounds(before: MonitorProgress): Promise<void> {
  const later = await untilMonitor(handle, ({ round }) => round > before.round + 2, 90_000);
  expect(later).toMatchObject({ state: 'watching', problems: [] });
  await ground.sql(
    `UPDATE "Payment" SET amount = amount + 1 WHERE id = (SELECT id FROM "Payment" ORDER BY id LIMIT 1)`,
  );
  try {
    await untilMonitor(handle, ({ state }) => state === 'alerting', 90_000);
  } finally {
    await ground.sql(
      `UPDATE "Payment" SET amount = amount - 1 WHERE id = (SELECT id FROM "Payment" ORDER BY id LIMIT 1)`,
    );
  }
  await untilMonitor(handle, ({ problems }) => problems.length === 0, 90_000);
  await handle.executeUpdate('stop');
  const result = await handle.result();
  expect(result).toMatchObject({ state: 'stopped', open: 0 });
  expect(result.missed).toBeGreaterThan(0);
}

const now = () => untilMonitor(handle, () => true);

test('killed in the middle of a round, the worker is replaced, and the rounds go on', async () => {
  const trap = await meet();
  const before = await now();
  await ground.replace(ground.workers[0]!);
  await trap.open();
  await expectRounds(before);
});

test('Temporal is killed in the middle of a round and started again with its state', async () => {
  const trap = await meet();
  const before = await now();
  process.kill(ground.temporalServer.pid!, 'SIGKILL');
  await trap.open();
  await ground.temporalServer.restart();
  await expectRounds(before);
});

test('while nothing can be compared, that is what is told, and nothing is said to be over', async () => {
  await watch();
  await ground.sql(
    `UPDATE "Payment" SET amount = amount + 1 WHERE id = (SELECT id FROM "Payment" ORDER BY id LIMIT 1)`,
  );
  await untilMonitor(handle, ({ problems }) => problems.some(({ kind }) => kind === 'unexplained'), 90_000);
  await ground.sql('ALTER TABLE migration_run RENAME TO hidden_run');
  try {
    const away = await untilMonitor(
      handle,
      ({ problems }) => problems.some(({ kind }) => kind === 'unreachable'),
      90_000,
    );
    expect(away.problems.map(({ kind }) => kind)).toContain('unexplained');
    expect(away.problems.find(({ kind }) => kind === 'unreachable')).toMatchObject({ where: 'comparison' });
  } finally {
    await ground.sql('ALTER TABLE hidden_run RENAME TO migration_run');
    await ground.sql(
      `UPDATE "Payment" SET amount = amount - 1 WHERE id = (SELECT id FROM "Payment" ORDER BY id LIMIT 1)`,
    );
  }
  await untilMonitor(handle, ({ problems }) => problems.length === 0, 90_000);
});
