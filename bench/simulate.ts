/**
 * `npm run bench:simulate`: the real workflow on a real Temporal server, over activities that answer at once what ten
 * seconds of work would have done. It shows what a run of any size does to its histories and how long Temporal takes
 * between two segments; of the databases it says nothing.
 */
import { randomUUID } from 'node:crypto';
import { Client, Connection } from '@temporalio/client';
import { NativeConnection, Worker } from '@temporalio/worker';
import { Command } from 'commander';
import { wholeNumber } from '../scripts/cli/run-options.ts';
import { startTemporal } from '../scripts/servers/temporal.ts';
import { bridgeTemporalLog, createLog } from '../worker/logger.ts';
import { TASK_QUEUE, WORKFLOW_TYPE } from '../worker/settings.ts';
import { workflowBundle } from '../worker/temporal/workflow-bundle.ts';
import { SimulatedRun } from './simulated-run.ts';

interface Flags {
  readonly documents: number;
  readonly rate: number;
  readonly parallelism: number;
  readonly json: boolean;
}

const program = new Command('bench:simulate')
  .description('Takes the workflow through a run of any size, with segments that take no time.')
  .option('--documents <n>', 'documents of all stages together', wholeNumber(1_000, 1e12), 1_000_000_000)
  .option('--rate <n>', 'documents that a partition copies or verifies in a second', wholeNumber(1, 1e6), 5_000)
  .option('--parallelism <n>', 'partitions at once', wholeNumber(1, 64), 8)
  .option('--json', 'print one JSON object instead of lines', false)
  .action(simulate);

/** What one execution's history has come to. */
interface Execution {
  readonly events: number;
  readonly bytes: number;
}

async function simulate({ documents, rate, parallelism, json }: Flags): Promise<void> {
  bridgeTemporalLog(createLog('warn', { destination: process.stderr, pretty: true }));
  const server = await startTemporal({ ui: false, report: (line) => process.stderr.write(`${line}\n`) });
  try {
    const connection = await Connection.connect({ address: server.address });
    const native = await NativeConnection.connect({ address: server.address });
    const run = new SimulatedRun({ documents, rate, parallelism });
    const worker = await Worker.create({
      ...{
        connection: native,
        taskQueue: TASK_QUEUE,
        workflowBundle: await workflowBundle(),
        activities: run.activities(),
      },
      maxConcurrentActivityTaskExecutions: parallelism,
    });
    const client = new Client({ connection });
    const workflowId = `simulated-${randomUUID()}`;
    const began = performance.now();
    try {
      await worker.runUntil(
        client.workflow.execute(WORKFLOW_TYPE, { taskQueue: TASK_QUEUE, workflowId, args: [{ parallelism }] }),
      );
      const seconds = (performance.now() - began) / 1000;
      const found = {
        documents,
        rate,
        parallelism,
        seconds,
        ...run.figures(),
        ...(await histories(client, workflowId)),
      };
      process.stdout.write(json ? `${JSON.stringify(found, null, 2)}\n` : `${shown(found)}\n`);
    } finally {
      await Promise.all([connection.close(), native.close()]);
    }
  } finally {
    await server.stop();
  }
}

/** The histories of all executions of the run, one after the other. */
async function histories(client: Client, workflowId: string) {
  const executions: Execution[] = [];
  for await (const { runId } of client.workflow.list({ query: `WorkflowId = '${workflowId}'` })) {
    const { historyLength, historySize } = await client.workflow.getHandle(workflowId, runId).describe();
    executions.push({ events: historyLength, bytes: historySize ?? 0 });
  }
  return {
    executions: executions.length,
    continuedAsNew: executions.length - 1,
    mostEvents: Math.max(...executions.map(({ events }) => events)),
    mostBytes: Math.max(...executions.map(({ bytes }) => bytes)),
  };
}

type Found = Flags & ReturnType<SimulatedRun['figures']> & Awaited<ReturnType<typeof histories>> & { seconds: number };

function shown(found: Omit<Found, 'json'>): string {
  const { segments, gaps } = found;
  return [
    `${found.documents} documents at ${found.rate} a second in each of ${found.parallelism} partitions at once:`,
    `  ${segments} segments, ${found.workHours.toFixed(1)} h of work; simulated in ${found.seconds.toFixed(0)} s`,
    `  ${found.executions} executions (${found.continuedAsNew} times continued as new), at most ${found.mostEvents} events and ${Math.round(found.mostBytes / 1024)} KiB each`,
    `  between two segments of a partition: p50 ${gaps.p50} ms, p99 ${gaps.p99} ms, most ${gaps.most} ms; ${(found.gapShare * 100).toFixed(2)} % of ten seconds at the median`,
  ].join('\n');
}

await program.parseAsync();
