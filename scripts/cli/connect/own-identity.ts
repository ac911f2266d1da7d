import { noSourceHere, noTargetHere } from '../../../engine/messages/commands/starting.ts';
import { type Identity, identify } from '../../../engine/state/run/identity.ts';
import type { Configuration } from '../../../worker/configuration.ts';
import { openConnections } from '../../../worker/connections.ts';
import type { Screen } from '../screen/screen-type.ts';
import { spoolTeller } from './spool-teller.ts';

/**
 * The source and target that a command without a worker is set to. One that is not set to both takes what the worker has
 * that answers first, and says so before anything else.
 * @throws SourceUnavailable, TargetUnavailable
 */
export async function ownIdentity(
  { sourceUri, databaseUrl }: Pick<Configuration, 'sourceUri' | 'databaseUrl'>,
  screen: Screen,
): Promise<Identity | null> {
  if (sourceUri === null || databaseUrl === null) {
    screen.say((sourceUri === null ? noSourceHere() : noTargetHere()).text);
    return null;
  }
  const connections = openConnections({ sourceUri, databaseUrl }, { onSpool: spoolTeller(screen) });
  try {
    return await identify(databaseUrl, await connections.source());
  } finally {
    await connections.close();
  }
}
