import { randomUUID } from 'node:crypto';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Client, WorkflowHandleWithFirstExecutionRunId } from '@temporalio/client';
import type { monitor } from '../../workflows/monitor.ts';
import type { MonitorInput, MonitorProgress } from '../../workflows/monitoring/messages.ts';
import { parseMonitorOptions } from '../../workflows/monitoring/options.ts';
import {
  MONITOR_TUNING,
  type MonitorSnapshot,
  type MonitorTuning,
  newMonitorSnapshot,
} from '../../workflows/monitoring/snapshot.ts';
import { untilAnswered } from './migration.ts';

export type MonitorHandle = WorkflowHandleWithFirstExecutionRunId<typeof monitor>;

/** The arguments of a monitoring whose minutes are shorter than usual; nothing else of it differs. */
export function compressed(input: MonitorInput, tuning: Partial<MonitorTuning>): [MonitorInput, MonitorSnapshot] {
  const parsed = parseMonitorOptions(input);
  if ('problems' in parsed) throw new RangeError(parsed.problems.map(({ text }) => text).join('; '));
  return [input, newMonitorSnapshot(parsed.options, Date.now(), { ...MONITOR_TUNING, ...tuning })];
}

/** Starts a monitoring on a task queue; a minute of its schedule takes 20 ms unless it is said otherwise. */
export async function startMonitoring(
  { workflow }: Client,
  taskQueue: string,
  input: MonitorInput = {},
  tuning: Partial<MonitorTuning> = {},
): Promise<MonitorHandle> {
  return (await workflow.start('monitor', {
    taskQueue,
    workflowId: `monitor-${randomUUID()}`,
    args: compressed({ samples: 20, ...input }, { minuteMs: 20, ...tuning }),
    workflowExecutionTimeout: '10 minutes',
  })) as unknown as MonitorHandle;
}

/** Waits until the progress is as wanted, and answers it. */
export function untilMonitor(
  handle: Pick<MonitorHandle, 'query'>,
  isSo: (progress: MonitorProgress) => boolean,
  withinMs = 180_000,
): Promise<MonitorProgress> {
  return untilAnswered(() => handle.query<MonitorProgress>('progress').catch(() => null), isSo, withinMs);
}

/** What an HTTP server of a test was asked. */
export interface Asked {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** A small HTTP server of one test file's own. */
export interface HttpPlace {
  readonly url: string;
  readonly asked: readonly Asked[];
  close(): Promise<void>;
}

/** @param answer what is answered to each request, at once or later */
export async function serveHttp(
  answer: (asked: Asked) => { status: number; body?: string } | Promise<{ status: number; body?: string }>,
): Promise<HttpPlace> {
  const asked: Asked[] = [];
  const server: Server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => {
      body += chunk;
    });
    request.on('end', async () => {
      const one = { path: request.url ?? '', headers: request.headers, body };
      asked.push(one);
      const { status, body: text = '' } = await answer(one);
      response.writeHead(status).end(text);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** What Prometheus answers to an instant query. */
export function prometheusAnswer(expression: string, values: readonly string[]): string {
  const result = values.map((value, i) => ({
    metric: { __name__: expression, instance: String(i) },
    value: [1_700_000_000.5, value],
  }));
  return JSON.stringify({ status: 'success', data: { resultType: 'vector', result } });
}
