/** One environment variable that is read. */
export interface Setting {
  readonly description: string;
  /** What holds when it is not set, in words; null when there is nothing then. */
  readonly default: string | null;
  /** Never shown, wherever its value comes from. */
  readonly secret: boolean;
}

/** Every setting but Temporal's own: read from the environment and from `.env`, which the environment overrides. */
export const SETTINGS = {
  MONGODB_URI: {
    description: 'The MongoDB database to migrate: `mongodb://user:password@host:port/database`.',
    default: null,
    secret: true,
  },
  SOURCE_URI: {
    description: 'Reads from somewhere else: another MongoDB, or a mongodump as `dump:<folder or archive>`.',
    default: 'the value of MONGODB_URI',
    secret: true,
  },
  DATABASE_URL: {
    description: 'The PostgreSQL database to fill: `postgresql://user:password@host:port/database?schema=public`.',
    default: null,
    secret: true,
  },
  REPORTS_FOLDER: {
    description: 'Where the worker writes the ID mapping and the reports.',
    default: './reports',
    secret: false,
  },
  BACKUPS_FOLDER: {
    description: 'Where `backup` makes a folder for each backup; they hold everything that the databases hold.',
    default: './backups',
    secret: false,
  },
  CHANGE_FEED: {
    description:
      'How a worker learns of [changes](changes.md) in the source since they were moved: `auto`, `changeStream`, `updatedAt` or `file`.',
    default:
      '`auto`: a file where CHANGES_FILE names one, else change streams where the server has them, else `updatedAt`',
    secret: false,
  },
  CHANGES_FILE: {
    description: 'A file that grows by a line `{"collection": …, "_id": …}` for each document that is written to.',
    default: null,
    secret: false,
  },
  LOG_LEVEL: {
    description: 'The least serious log lines that are written: trace, debug, info, warn, error, fatal or silent.',
    default: '`info` for `npm run worker`, `warn` for the other commands',
    secret: false,
  },
  POLICIES_FILE: {
    description:
      'A JSON file that declares [policies](policies.md): what becomes of values that would send their document to quarantine.',
    default: 'those of the plan, which has none',
    secret: false,
  },
  MAINTENANCE_FILE: {
    description:
      'A JSON file of actions that put the platform into [maintenance](maintenance.md) and take it out of it.',
    default: 'no maintenance can be asked for',
    secret: false,
  },
  SMOKE_TESTS_FILE: {
    description:
      'A `.ts`, `.js` or `.mjs` module with [smoke tests](smoke-tests.md) of your own, beside the shipped ones.',
    default: 'the shipped ones only',
    secret: false,
  },
  MONITOR_FILE: {
    description:
      'A JSON file that declares what [`monitor`](monitor.md) checks beside the databases, whom it alerts, and what the platform may change.',
    default: 'the databases are compared, and alerts go to the log',
    secret: false,
  },
  MONGO_TO_PRISMA_STATE: {
    description:
      'Where the databases of local Temporal servers are kept when no Temporal is configured: each project (checkout) and target has a server, and a folder in there, of its own.',
    default: 'the user’s data folder of the operating system',
    secret: false,
  },
  METRICS_ADDRESS: {
    description: 'Where a worker serves Prometheus metrics, as `127.0.0.1:9464`; see [metrics](metrics.md).',
    default: null,
    secret: false,
  },
  OTEL_EXPORTER_OTLP_ENDPOINT: {
    description:
      'Where a worker and the commands send traces, as `http://127.0.0.1:4318`; see [metrics](metrics.md#traces).',
    default: null,
    secret: false,
  },
  OTEL_EXPORTER_OTLP_HEADERS: {
    description: 'What is sent along with them: `authorization=Bearer …`.',
    default: null,
    secret: true,
  },
  OTEL_SERVICE_NAME: {
    description: 'The service that traces are shown under.',
    default: '`mongo-to-prisma`',
    secret: false,
  },
  PAYLOAD_KEYS: {
    description:
      'Encrypts what Temporal holds of a migration (AES-256-GCM): 32 bytes in base64. Several with commas between them: the first encrypts, all decrypt.',
    default: null,
    secret: true,
  },
} as const satisfies Record<string, Setting>;

/** Temporal's own settings; a profile in temporal.toml may hold them as well. */
export const TEMPORAL_SETTINGS: Readonly<Record<string, Setting>> = {
  TEMPORAL_ADDRESS: {
    description: 'host:port of a Temporal cluster, or of Temporal Cloud.',
    default: 'a local Temporal server that the command keeps',
    secret: false,
  },
  TEMPORAL_NAMESPACE: { description: 'The namespace to work in.', default: '`default`', secret: false },
  TEMPORAL_API_KEY: { description: 'The API key, for Temporal Cloud.', default: null, secret: true },
  TEMPORAL_TLS: { description: '`true` to connect by TLS.', default: '`true` with an API key', secret: false },
  TEMPORAL_TLS_CLIENT_CERT_PATH: { description: 'The client certificate’s file.', default: null, secret: false },
  TEMPORAL_TLS_CLIENT_KEY_PATH: { description: 'The client key’s file.', default: null, secret: false },
  TEMPORAL_TLS_SERVER_CA_CERT_PATH: { description: 'The authority’s certificate.', default: null, secret: false },
  TEMPORAL_TLS_SERVER_NAME: { description: 'The name in the server’s certificate.', default: null, secret: false },
  TEMPORAL_PROFILE: { description: 'The profile of temporal.toml.', default: '`default`', secret: false },
};

/** The task queue that workflow and activities are polled from; fixed, so that every way to start a migration finds it. */
export const TASK_QUEUE = 'mongo-to-prisma';
/** The workflow's type and its id unless another one is asked for. */
export const WORKFLOW_TYPE = 'migration';
export const DEFAULT_WORKFLOW_ID = 'mongo-to-prisma';
/** The same of the monitoring after the switch. */
export const MONITOR_WORKFLOW_TYPE = 'monitor';
export const MONITOR_WORKFLOW_ID = 'mongo-to-prisma-monitor';
