import { hostname, userInfo } from 'node:os';
import type { Client } from '@temporalio/client';
import { sentences } from '../../../engine/messages/lines.ts';
import type { Message } from '../../../engine/messages/message.ts';
import {
  localOfProject,
  noLocal,
  noLocalFor,
  othersRun,
  startMigration,
} from '../../../engine/messages/worker/temporal.ts';
import { labelOf } from '../../../engine/state/run/identity.ts';
import type { Configuration } from '../../../worker/configuration.ts';
import {
  clientOf,
  connectTemporal,
  namespaceIdOf,
  type TemporalPlace,
  TemporalUnavailable,
} from '../../../worker/temporal/connect.ts';
import {
  findLocalTemporal,
  type LocalSettings,
  listLocalTemporals,
  placeOf,
} from '../../../worker/temporal/local-temporal.ts';
import type { Report } from '../../servers/report.ts';
import { keepLocalTemporal } from './local-temporal.ts';

/** A client of the configured Temporal, or of the local one. */
export interface TemporalAccess {
  readonly client: Client;
  readonly place: TemporalPlace;
  /** Set when it is the local server: this process's own, or another command's. */
  readonly local: { readonly address: string; readonly uiUrl: string | null; readonly isOwn: boolean } | null;
  close(): Promise<void>;
}

/**
 * Connects to Temporal as configured; without a configuration to the local server, which is started for those who
 * want to run a migration.
 * @throws TemporalUnavailable, ServerMissing
 */
export async function openTemporal(
  configuration: Configuration,
  { start, report }: { readonly start: boolean; readonly report: Report },
): Promise<TemporalAccess> {
  const { temporal } = configuration;
  if (temporal.connection !== null) {
    return connected({ ...temporal, connection: temporal.connection }, null, async () => {});
  }
  if (!start) {
    const found = await findLocalTemporal(configuration);
    if (found === null) throw new TemporalUnavailable(await noneRuns(configuration));
    return connected(placeOf(found, temporal), { ...found, isOwn: false }, async () => {});
  }
  const kept = await keepLocalTemporal(configuration, report);
  try {
    return await connected(placeOf(kept, temporal), kept, kept.release);
  } catch (error) {
    await kept.release();
    throw error;
  }
}

/** Another target's server is told, and left alone. */
async function noneRuns(settings: LocalSettings): Promise<Message> {
  const { databaseUrl } = settings;
  const none = databaseUrl === null ? noLocal() : noLocalFor({ target: labelOf(databaseUrl) });
  const others = (await listLocalTemporals(settings)).map(({ target, project }) => localOfProject({ target, project }));
  return sentences({ all: [none, ...(others.length === 0 ? [] : [othersRun({ targets: others })]), startMigration()] });
}

async function connected(
  place: TemporalPlace,
  local: TemporalAccess['local'],
  release: () => Promise<void>,
): Promise<TemporalAccess> {
  const connection = await connectTemporal(place);
  try {
    await namespaceIdOf(connection, place);
  } catch (error) {
    await connection.close();
    throw error;
  }
  return {
    client: clientOf(connection, place, operatorIdentity()),
    place,
    local,
    close: async () => {
      await connection.close();
      await release();
    },
  };
}

/** Who sends what this command sends, as reports and Temporal's history tell it: the user at this host. */
export function operatorIdentity(): string {
  return `${userName()}@${hostname()}`;
}

/** A container may run under a number that has no name. */
function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return `uid ${process.getuid?.() ?? '?'}`;
  }
}
