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
    description: 'Another source: another MongoDB, or a mongodump as `dump:<folder or archive>`.',
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
    description: 'Where `backup` creates a folder for each backup; backups hold everything that the databases hold.',
    default: './backups',
    secret: false,
  },
  CHANGE_FEED: {
    description:
      'How a worker finds [changes](changes.md) of documents in the source since they were moved: `auto`, `changeStream`, `updatedAt` or `file`.',
    default: '`auto`: the file that CHANGES_FILE names, else change streams if the server has them, else `updatedAt`',
    secret: false,
  },
  CHANGES_FILE: {
    description:
      'A file to which the application appends a line `{"collection": …, "_id": …}` for each document that it writes to.',
    default: null,
    secret: false,
  },
  LOG_LEVEL: {
    description: 'The lowest level of log lines to write: trace, debug, info, warn, error, fatal or silent.',
    default: '`info` for `npm run worker`, `warn` for the other commands',
    secret: false,
  },
  POLICIES_FILE: {
    description:
      'A JSON file that declares [policies](policies.md) for values that would otherwise quarantine their document.',
    default: 'the plan’s policies, of which there are none',
    secret: false,
  },
  MAINTENANCE_FILE: {
    description: 'A JSON file of actions that turn the platform’s [maintenance](maintenance.md) on and off.',
    default: 'maintenance is unavailable',
    secret: false,
  },
  SMOKE_TESTS_FILE: {
    description:
      'A `.ts`, `.js` or `.mjs` module with your own [smoke tests](smoke-tests.md), in addition to the built-in ones.',
    default: 'the built-in ones only',
    secret: false,
  },
  MONITOR_FILE: {
    description:
      'A JSON file that declares what [`monitor`](monitor.md) checks in addition to the databases, a webhook for its alerts, and what the platform may change.',
    default: 'the databases are compared, and alerts go to the log',
    secret: false,
  },
  MONGO_TO_PRISMA_STATE: {
    description:
      'Where local Temporal servers keep their databases if no Temporal is configured: each project (checkout) and target has its own server, and its own folder there.',
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
    description: 'Headers sent with traces: `authorization=Bearer …`.',
    default: null,
    secret: true,
  },
  OTEL_SERVICE_NAME: {
    description: 'The service name of traces.',
    default: '`mongo-to-prisma`',
    secret: false,
  },
  PAYLOAD_KEYS: {
    description:
      'Encrypts what Temporal holds of a migration (AES-256-GCM): 32 bytes in base64. Several keys are separated by commas: the first encrypts, all decrypt.',
    default: null,
    secret: true,
  },
} as const satisfies Record<string, Setting>;

/** Temporal's own settings; a profile in temporal.toml may hold them as well. */
export const TEMPORAL_SETTINGS: Readonly<Record<string, Setting>> = {
  TEMPORAL_ADDRESS: {
    description: 'host:port of a Temporal cluster, or of Temporal Cloud.',
    default: 'a local Temporal server, started by the command',
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
