import { resolve } from 'node:path';
import { type ClientConfigProfile, loadClientConfigProfile, toClientOptions } from '@temporalio/envconfig';
import type { NativeConnectionOptions } from '@temporalio/worker';
import envPaths from 'env-paths';
import { z } from 'zod';
import { ConfigurationError } from '../engine/common/errors.ts';
import { notPercentEncoded } from '../engine/messages/engine/source.ts';
import { held, wrongIn } from '../engine/messages/input/problems.ts';
import type { Message } from '../engine/messages/message.ts';
import {
  databaseUrlNotSet,
  metricsAddressForm,
  mongodbUriForm,
  mongodbUriMissing,
  notOneOf,
  payloadKeysForm,
  smokeTestsFileForm,
  sourceUriForm,
  temporalSettings,
} from '../engine/messages/worker/settings.ts';
import type { PlanPolicies } from '../engine/plan/policy/policies.ts';
import { CHANGE_FEEDS, type FeedSettings } from '../engine/source/feed/open-change-feed.ts';
import type { MaintenanceActions } from '../operations/maintenance/action.ts';
import { type MonitorSettings, NO_MONITOR_SETTINGS } from '../operations/monitor/settings.ts';
import { problemsOfDatabaseUrl } from '../prisma/connection/database-url.ts';
import { isPercentEncoded } from '../prisma/connection/percent-encoded.ts';
import type { Environment } from './environment.ts';
import { readMaintenanceFile } from './files/maintenance-file.ts';
import { readMonitorFile } from './files/monitor-file.ts';
import { readPoliciesFile } from './files/policies-file.ts';
import { KEY_BYTES } from './temporal/payload-codec.ts';

export const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** Where Temporal is; `connection` is null when the environment names none, and a local server is meant. */
export interface TemporalConfiguration {
  readonly connection: NativeConnectionOptions | null;
  readonly namespace: string;
  /** Keys that payloads are encrypted with, the one in use first; empty when they are not. */
  readonly payloadKeys: readonly Buffer[];
}

/** All settings, parsed. Databases are null only for commands that do not need them. */
export interface Configuration {
  readonly sourceUri: string | null;
  readonly databaseUrl: string | null;
  readonly reportsFolder: string;
  readonly backupsFolder: string;
  /** How changes since the copy are learnt of. */
  readonly changeFeed: FeedSettings;
  /** Null when nothing is asked for: each command has its own. */
  readonly logLevel: LogLevel | null;
  /** Folder of the local Temporal server's database. */
  readonly stateFolder: string;
  /** host:port of a worker's Prometheus metrics; null for none. */
  readonly metricsAddress: string | null;
  readonly temporal: TemporalConfiguration;
  /** A module of smoke tests beside the shipped ones; null for none. */
  readonly smokeTestsFile: string | null;
  /** What is declared over the plan's own policies. */
  readonly policies: PlanPolicies;
  /** How the platform is put into maintenance and taken out of it; null when no file says so. */
  readonly maintenance: MaintenanceActions | null;
  /** What the monitoring checks beside the databases, and whom it alerts. */
  readonly monitor: MonitorSettings;
}

/** The configuration of a process that moves documents. */
export type WorkerConfiguration = Configuration & { readonly sourceUri: string; readonly databaseUrl: string };

/** What a command needs: everything, or only some of it. */
export interface Needs {
  readonly source?: boolean;
  readonly target?: boolean;
}

/**
 * Parses the settings once, all of them.
 * @throws ConfigurationError with a sentence for each setting that is missing or wrong; never with a value of one.
 */
export function readConfiguration(
  environment: Environment,
  needs: Needs = {},
  overrides: { readonly sourceUri?: string } = {},
): Configuration {
  const set = Object.fromEntries(
    Object.entries(environment).filter(([, value]) => value !== undefined && value !== ''),
  );
  const given = { ...set, ...(overrides.sourceUri !== undefined && { SOURCE_URI: overrides.sourceUri }) };
  const parsed = settingsSchema(overrides.sourceUri !== undefined).safeParse(given);
  const temporal = temporalConfiguration(set as Record<string, string>);
  const { policies, problems: wrongPolicies } =
    set['POLICIES_FILE'] === undefined ? { policies: {}, problems: [] } : readPoliciesFile(set['POLICIES_FILE']);
  const maintenance =
    set['MAINTENANCE_FILE'] === undefined
      ? { actions: null, problems: [] }
      : readMaintenanceFile(set['MAINTENANCE_FILE'], given);
  const { monitor, problems: wrongMonitor } =
    set['MONITOR_FILE'] === undefined
      ? { monitor: NO_MONITOR_SETTINGS, problems: [] }
      : readMonitorFile(set['MONITOR_FILE'], environment);
  const problems = [
    ...missing(given, needs),
    ...(parsed.success ? [] : parsed.error.issues.flatMap(wrongIn)),
    ...('problem' in temporal ? [temporal.problem] : []),
    ...wrongPolicies,
    ...maintenance.problems,
    ...wrongMonitor,
  ];
  if (!parsed.success || 'problem' in temporal || problems.length > 0) throw new ConfigurationError(problems);
  const {
    MONGODB_URI,
    SOURCE_URI,
    DATABASE_URL,
    REPORTS_FOLDER,
    BACKUPS_FOLDER,
    CHANGE_FEED,
    CHANGES_FILE,
    LOG_LEVEL,
    MONGO_TO_PRISMA_STATE,
    PAYLOAD_KEYS,
    METRICS_ADDRESS,
    SMOKE_TESTS_FILE,
  } = parsed.data;
  return {
    sourceUri: SOURCE_URI ?? MONGODB_URI ?? null,
    databaseUrl: DATABASE_URL ?? null,
    reportsFolder: resolve(REPORTS_FOLDER ?? 'reports'),
    backupsFolder: resolve(BACKUPS_FOLDER ?? 'backups'),
    changeFeed: {
      feed: CHANGE_FEED ?? 'auto',
      changesFile: CHANGES_FILE === undefined ? null : resolve(CHANGES_FILE),
    },
    logLevel: LOG_LEVEL ?? null,
    metricsAddress: METRICS_ADDRESS ?? null,
    stateFolder: MONGO_TO_PRISMA_STATE ?? envPaths('mongo-to-prisma', { suffix: '' }).data,
    smokeTestsFile: SMOKE_TESTS_FILE === undefined ? null : resolve(SMOKE_TESTS_FILE),
    temporal: { ...temporal, payloadKeys: PAYLOAD_KEYS ?? [] },
    policies,
    maintenance: maintenance.actions,
    monitor,
  };
}

/** As {@link readConfiguration}, for a process that reads the source and writes the target. */
export function readWorkerConfiguration(
  environment: Environment,
  overrides: { readonly sourceUri?: string } = {},
): WorkerConfiguration {
  return readConfiguration(environment, { source: true, target: true }, overrides) as WorkerConfiguration;
}

function missing(given: Environment, needs: Needs): Message[] {
  const problems: Message[] = [];
  if (needs.source && !given['MONGODB_URI'] && !given['SOURCE_URI']) {
    problems.push(mongodbUriMissing());
  }
  if (needs.target && !given['DATABASE_URL']) {
    problems.push(databaseUrlNotSet());
  }
  return problems;
}

function settingsSchema(sourceGiven: boolean) {
  const source = sourceGiven ? '--source' : 'SOURCE_URI';
  return z.object({
    MONGODB_URI: z
      .string()
      .refine(isReadable, { ...held(notPercentEncoded({ name: 'MONGODB_URI' })), abort: true })
      .refine(isMongoUri, held(mongodbUriForm()))
      .optional(),
    SOURCE_URI: z
      .string()
      .refine(isReadable, { ...held(notPercentEncoded({ name: source })), abort: true })
      .refine(isSourceUri, held(sourceUriForm({ name: source })))
      .optional(),
    DATABASE_URL: z
      .string()
      .superRefine((url, { addIssue }) => {
        for (const said of problemsOfDatabaseUrl(url)) addIssue({ code: 'custom', params: { said } });
      })
      .optional(),
    REPORTS_FOLDER: z.string().optional(),
    BACKUPS_FOLDER: z.string().optional(),
    CHANGE_FEED: oneOf('CHANGE_FEED', CHANGE_FEEDS).optional(),
    CHANGES_FILE: z.string().optional(),
    LOG_LEVEL: oneOf('LOG_LEVEL', LOG_LEVELS).optional(),
    MONGO_TO_PRISMA_STATE: z.string().optional(),
    METRICS_ADDRESS: z
      .string()
      .refine((address) => METRICS_ADDRESS.test(address), held(metricsAddressForm()))
      .optional(),
    PAYLOAD_KEYS: z
      .string()
      .transform((keys) => keys.split(',').map((key) => Buffer.from(key.trim(), 'base64')))
      .refine((keys) => keys.every(({ length }) => length === KEY_BYTES), held(payloadKeysForm({ bytes: KEY_BYTES })))
      .optional(),
    POLICIES_FILE: z.string().optional(),
    MAINTENANCE_FILE: z.string().optional(),
    SMOKE_TESTS_FILE: z
      .string()
      .refine((path) => /\.(ts|mts|js|mjs)$/.test(path), held(smokeTestsFileForm()))
      .optional(),
    MONITOR_FILE: z.string().optional(),
  });
}

/** host:port of an address, IPv4 or IPv6. */
const METRICS_ADDRESS = /^(\[[0-9a-fA-F:]+\]|\d+(\.\d+){3}):\d{1,5}$/;

function oneOf<const Value extends string>(name: string, values: readonly Value[]) {
  return z.custom<Value>((given) => values.includes(given as Value), held(notOneOf({ name, values })));
}

/** What is no MongoDB's URI at all is told by what follows. */
const isReadable = (uri: string) => !/^mongodb(\+srv)?:\/\//.test(uri) || isPercentEncoded(uri);

function isSourceUri(uri: string): boolean {
  return (uri.startsWith('dump:') && uri.length > 'dump:'.length) || isMongoUri(uri);
}

/** Replica sets are lists of hosts, which `URL` does not know. */
function isMongoUri(uri: string): boolean {
  return /^mongodb(\+srv)?:\/\/[^\s/]+\/[^\s/?]+(\?\S*)?$/.test(uri);
}

/** Temporal's own rules (environment over temporal.toml), or what breaks them. */
function temporalConfiguration(
  environment: Record<string, string>,
): Omit<TemporalConfiguration, 'payloadKeys'> | { readonly problem: Message } {
  let profile: ClientConfigProfile;
  try {
    profile = loadClientConfigProfile({ overrideEnvVars: environment });
    const { connectionOptions, namespace = 'default' } = toClientOptions(profile);
    if (!profile.address) return { connection: null, namespace };
    return { connection: withoutUndefined(connectionOptions), namespace };
  } catch (error) {
    return { problem: temporalSettings({ why: firstLine(error) }) };
  }
}

function withoutUndefined(options: NativeConnectionOptions): NativeConnectionOptions {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
}

function firstLine(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split('\n')[0]!.replace(/\.$/, '');
}
