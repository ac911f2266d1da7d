import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { TargetUnavailable } from '../../../engine/common/errors.ts';
import { waiting, withWaits } from '../../../engine/common/waits.ts';
import { statementAbandoned, statementUnanswered } from '../../../engine/messages/engine/target.ts';
import { longRead } from '../../../engine/target/long-read.ts';
import { openTarget, type Target } from '../../../engine/target/target.ts';
import { connectTarget } from '../../../prisma/connection/target.ts';
import { IMPATIENT } from '../../support/faults/impatience.ts';
import { startTcpProxy, type TcpProxy, throughProxy } from '../../support/faults/tcp-proxy.ts';
import { until } from '../../support/scripts.ts';
import { createDatabase, type TestDatabase } from '../../support/servers/databases.ts';
import { saying } from '../messages/saying.ts';

let database: TestDatabase;
let proxy: TcpProxy;
let direct: Target;
let target: Target;

beforeAll(async () => {
  database = await createDatabase();
  proxy = await startTcpProxy(Number(new URL(database.url).port));
  direct = openTarget(database.url, { connections: 1 });
});

beforeEach(() => {
  // Two connections only: were a silent one given out again, the next statement would not come through.
  target = openTarget(throughProxy(database.url, proxy, { application_name: 'silenced' }), {
    connections: 2,
    timeouts: IMPATIENT.target,
  });
});

afterEach(() => target.close());

afterAll(async () => {
  await direct.close();
  await proxy.close();
  await database.drop();
});

/** Until the server works on a statement that begins like this. */
const atWork = (begin: string) =>
  until(async () => {
    const rows = await direct.query(
      `SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND state = 'active' AND starts_with(query, $1)`,
      [begin],
    );
    return rows.length > 0;
  });

const GIVEN_UP = new RegExp(`${saying(statementUnanswered).source}|${saying(statementAbandoned).source}`);

/** It is given up in its bound, and the pool has a connection for the next one. */
async function expectGivenUp(work: Promise<unknown>): Promise<void> {
  const began = Date.now();
  const error = await work.then(
    () => null,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(TargetUnavailable);
  expect((error as Error).message).toMatch(GIVEN_UP);
  expect(Date.now() - began).toBeLessThan(15_000);
  expect(await target.query('SELECT 1', [])).toEqual([['1']]);
}

describe('a connection that falls silent', () => {
  test('in a statement', async () => {
    const asked = target.query('SELECT pg_sleep(1)', []);
    await atWork('SELECT pg_sleep(1)');
    proxy.silence();
    await expectGivenUp(asked);
  });

  test('between the statements of a transaction', async () => {
    const writing = target.transaction(async (execute) => {
      await execute('SELECT 1');
      proxy.silence();
      await execute('SELECT 2');
    });
    await expectGivenUp(writing);
  });

  test('at its commit', async () => {
    const writing = target.transaction(async (execute) => {
      await execute('SELECT 1');
      proxy.silence();
    });
    await expectGivenUp(writing);
  });

  test('while rows are copied', async () => {
    await direct.query('CREATE TABLE copied (n int)', []);
    const writing = target.transaction(async (execute) => {
      await execute('SELECT 1');
      proxy.silence();
      await execute.copy([{ sql: 'COPY copied FROM STDIN', lines: '1\n'.repeat(500_000) }]);
    });
    await expectGivenUp(writing);
    expect(await direct.query('SELECT count(*) FROM copied', [])).toEqual([['0']]);
  });

  test('once a statement that may take its time is answered', async () => {
    const reading = longRead(target, (query) => query('SELECT pg_sleep(2)', []));
    await atWork('SELECT pg_sleep(2)');
    proxy.silence();
    await expectGivenUp(reading);
    // What was read is not locked any more, either.
    const left = `SELECT count(*) FROM pg_stat_activity WHERE application_name = 'silenced' AND state = 'idle in transaction'`;
    await until(async () => (await direct.query(left, []))[0]![0] === '0');
  });

  test('in the middle of a large answer', async () => {
    const large = `SELECT repeat('x', 1000) FROM generate_series(1, 3000000)`;
    const reading = longRead(target, (query) => query(large, []));
    await atWork(large);
    proxy.silence();
    await expectGivenUp(reading);
  });

  test('beside a pool', async () => {
    const patience = { statement: null, look: 500 };
    const client = await connectTarget(throughProxy(database.url, proxy), 'public');
    Object.assign(client, { patience });
    const asked = client.query('SELECT pg_sleep(0.1)');
    proxy.silence();
    await expect(asked).rejects.toThrow(GIVEN_UP);
    await client.end();
  });

  test('while nobody uses it, and is ended', async () => {
    await target.query('SELECT 1', []);
    proxy.silence();
    const began = Date.now();
    await target.close();
    expect(Date.now() - began).toBeLessThan(10_000);
  });
});

test('a read that takes longer than the writers may is waited for as long as the server works on it', async () => {
  const sleep = `SELECT pg_sleep(6), 'slept'`;
  expect(await longRead(target, (query) => query(sleep, []))).toEqual([['', 'slept']]);
});

test('a step is overdue when one of its waits is beyond its bound, and no more when a sign of life comes', async () => {
  let end = () => {};
  const ended = new Promise<void>((resolve) => {
    end = resolve;
  });
  await withWaits(async (isOverdue) => {
    let sign = () => {};
    const wait = waiting(50, (signOfLife) => {
      sign = signOfLife;
      return ended;
    });
    expect(isOverdue()).toBe(false);
    await until(async () => isOverdue());
    sign();
    expect(isOverdue()).toBe(false);
    await until(async () => isOverdue());
    end();
    await wait;
    expect(isOverdue()).toBe(false);
  });
});
