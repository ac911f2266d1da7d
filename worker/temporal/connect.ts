import { Client, WorkflowNotFoundError } from '@temporalio/client';
import type { DataConverter } from '@temporalio/common';
import { NativeConnection, type NativeConnectionOptions } from '@temporalio/worker';
import { MigrationError } from '../../engine/common/errors.ts';
import type { Message } from '../../engine/messages/message.ts';
import {
  defaultAddress,
  temporalNotFound,
  temporalRefusesLogin,
  temporalUnreachable,
  temporalWithoutNamespace,
} from '../../engine/messages/worker/temporal.ts';
import { readEnvironment } from '../environment.ts';
import { installTemporalRuntime } from '../logger.ts';
import { EncryptionCodec } from './payload-codec.ts';
import { startTracing, tracing } from './tracing.ts';

/** Thrown when Temporal cannot be reached, refuses the login, or lacks the namespace. */
export class TemporalUnavailable extends MigrationError {
  override readonly name = 'TemporalUnavailable';
}

/** A place in a Temporal: how to connect, and the namespace. */
export interface TemporalPlace {
  readonly connection: NativeConnectionOptions;
  readonly namespace: string;
  /** See {@link EncryptionCodec}; without keys nothing is encrypted. */
  readonly payloadKeys?: readonly Buffer[];
  /** Where a local server keeps its state; missing for any other. */
  readonly stateFolder?: string;
}

/** The place in words, for whoever looks for a run that was begun elsewhere. */
export function wordsOf({ connection, namespace, stateFolder }: TemporalPlace): string {
  const kept = stateFolder === undefined ? '' : `, kept in ${stateFolder}`;
  return `at ${connection.address ?? 'its default address'}, namespace ${namespace}${kept}`;
}

/** How payloads are written and read there. */
export function dataConverterOf({ payloadKeys = [] }: TemporalPlace): DataConverter {
  return payloadKeys.length === 0 ? {} : { payloadCodecs: [new EncryptionCodec(payloadKeys)] };
}

/** A client of an open connection to that place. @param identity what Temporal keeps as the sender of messages */
export function clientOf(connection: NativeConnection, place: TemporalPlace, identity?: string): Client {
  const { namespace } = place;
  const traces = tracing();
  return new Client({
    ...{ connection, namespace, dataConverter: dataConverterOf(place) },
    ...(identity && { identity }),
    ...(traces && { interceptors: { workflow: [...traces.client] } }),
  });
}

const CONNECT_TIMEOUT_MS = 10_000;

/** @throws TemporalUnavailable */
export async function connectTemporal({ connection }: TemporalPlace): Promise<NativeConnection> {
  installTemporalRuntime();
  await startTracing(readEnvironment());
  let timer: NodeJS.Timeout | undefined;
  const connecting = NativeConnection.connect(connection);
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('it does not answer')), CONNECT_TIMEOUT_MS);
  });
  try {
    return await Promise.race([connecting, late]);
  } catch (error) {
    connecting.then((open) => open.close()).catch(() => {});
    throw temporalUnavailable(connection.address, error);
  } finally {
    clearTimeout(timer);
  }
}

/**
 * The namespace's identity, which stays the same when it is renamed or the address changes.
 * @throws TemporalUnavailable also when there is no such namespace
 */
export async function namespaceIdOf(connection: NativeConnection, place: TemporalPlace): Promise<string> {
  try {
    const { namespaceInfo } = await connection.withDeadline(Date.now() + CONNECT_TIMEOUT_MS, () =>
      connection.workflowService.describeNamespace({ namespace: place.namespace }),
    );
    return namespaceInfo?.id || place.namespace;
  } catch (error) {
    throw temporalUnavailable(place.connection.address, error, place.namespace);
  }
}

/** Whether the workflow's newest execution is open; null when the server does not know it. */
export async function isWorkflowOpen(client: Client, workflowId: string, runId?: string): Promise<boolean | null> {
  try {
    const { status } = await client.workflow.getHandle(workflowId, runId).describe();
    return status.name === 'RUNNING' || status.name === 'PAUSED';
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return null;
    throw error;
  }
}

/** One sentence for what stands between this process and Temporal; the server's words hold no secret. */
export function temporalUnavailable(address: string | undefined, error: unknown, namespace?: string) {
  const words = messagesOf(error);
  const at = { address: address ?? defaultAddress() };
  const unavailable = (said: Message) => new TemporalUnavailable(said, { cause: error });
  if (/namespace .*(not found|is not found)/i.test(words)) {
    return unavailable(temporalWithoutNamespace({ ...at, namespace: namespace ?? '"default"' }));
  }
  if (/unauthenticated|permission.?denied|unauthorized/i.test(words)) {
    return unavailable(temporalRefusesLogin(at));
  }
  if (/dns|lookup|resolve/i.test(words)) return unavailable(temporalNotFound(at));
  return unavailable(temporalUnreachable(at));
}

function messagesOf(error: unknown, depth = 0): string {
  if (!(error instanceof Error) || depth > 4) return '';
  return `${error.name} ${error.message} ${(error as { details?: string }).details ?? ''} ${messagesOf(error.cause, depth + 1)}`;
}
