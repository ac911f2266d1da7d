import type { WorkflowClientInterceptor } from '@temporalio/client';
import type { ActivityInterceptorsFactory, WorkerOptions } from '@temporalio/worker';
import type { WorkflowInfo } from '@temporalio/workflow';
import type { Environment } from '../environment.ts';

/** What traces need of a worker and of a client; made once in a process. */
export interface Tracing {
  readonly client: readonly WorkflowClientInterceptor[];
  readonly activity: readonly ActivityInterceptorsFactory[];
  /** Takes spans out of the workflows’ sandbox. */
  readonly sinks: NonNullable<WorkerOptions['sinks']>;
}

/** A collector that does not answer keeps a process that wants to end no longer than this. */
const LAST_EXPORT_MS = 5_000;

let starting: Promise<void> | null = null;
let current: Tracing | null = null;

/** What this process’s workers and clients are given; null without traces. */
export function tracing(): Tracing | null {
  return current;
}

/**
 * Starts traces where `OTEL_EXPORTER_OTLP_ENDPOINT` asks for them; otherwise nothing of OpenTelemetry’s SDK is even
 * loaded. What remains is sent when the process has nothing left to do.
 */
export function startTracing(environment: Environment): Promise<void> {
  starting ??= isAskedFor(environment) ? openTracing(environment) : Promise.resolve();
  return starting;
}

function isAskedFor(environment: Environment): boolean {
  const endpoint = environment['OTEL_EXPORTER_OTLP_TRACES_ENDPOINT'] || environment['OTEL_EXPORTER_OTLP_ENDPOINT'];
  return (
    Boolean(endpoint) && environment['OTEL_SDK_DISABLED'] !== 'true' && environment['OTEL_TRACES_EXPORTER'] !== 'none'
  );
}

async function openTracing(environment: Environment): Promise<void> {
  // The SDK reads its settings from the process itself, which knows nothing of `.env`.
  for (const [name, value] of Object.entries(environment)) {
    if (name.startsWith('OTEL_') && value !== undefined) process.env[name] ??= value;
  }
  process.env['OTEL_SERVICE_NAME'] ??= 'mongo-to-prisma';
  const [sdk, { OTLPTraceExporter }, { Resource, envDetectorSync }, ofClients, ofWorkers] = await Promise.all([
    import('@opentelemetry/sdk-trace-node'),
    import('@opentelemetry/exporter-trace-otlp-http'),
    import('@opentelemetry/resources'),
    import('@temporalio/interceptors-opentelemetry/lib/client/index.js'),
    import('@temporalio/interceptors-opentelemetry/lib/worker/index.js'),
  ]);
  const { BatchSpanProcessor, NodeTracerProvider } = sdk;
  const resource = new Resource({}).merge(envDetectorSync.detect() as never);
  const processor = new BatchSpanProcessor(new OTLPTraceExporter(), { exportTimeoutMillis: LAST_EXPORT_MS });
  const provider = new NodeTracerProvider({ resource, spanProcessors: [processor] });
  provider.register();
  process.once('beforeExit', () => provider.shutdown().catch(() => {}));
  const { fn: exportSpans } = ofWorkers.makeWorkflowExporter(processor, resource).export;
  current = {
    client: [new ofClients.OpenTelemetryWorkflowClientInterceptor()],
    activity: [(context) => ({ inbound: new ofWorkers.OpenTelemetryActivityInboundInterceptor(context) })],
    sinks: {
      exporter: {
        export: { fn: (info: WorkflowInfo, spans: never) => exportSpans(placeOf(info) as WorkflowInfo, spans) },
      },
    },
  };
}

/** The exporter would make attributes of all that the SDK knows of a workflow, its last failure and its memo included. */
function placeOf({ workflowId, runId, workflowType }: WorkflowInfo): Partial<WorkflowInfo> {
  return { workflowId, runId, workflowType };
}
