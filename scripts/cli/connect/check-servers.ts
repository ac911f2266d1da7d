import { ConfigurationError, MigrationError, SourceUnavailable } from '../../../engine/common/errors.ts';
import { eachOnALine } from '../../../engine/messages/lines.ts';
import { connectTarget, schemaOf } from '../../../prisma/connection/target.ts';
import { plan } from '../../../stages/plan.ts';
import type { WorkerConfiguration } from '../../../worker/configuration.ts';
import type { Connections } from '../../../worker/connections.ts';

/**
 * Makes sure that source and target answer at all, so that a wrong setting is told at once and not by a step of the
 * workflow that tries again and again. A dump is unpacked by this when it has not been before.
 * @throws ConfigurationError, SourceUnavailable, TargetUnavailable; with both sentences when both fail
 */
export async function checkServers(connections: Connections, { databaseUrl }: WorkerConfiguration): Promise<void> {
  const checked = await Promise.allSettled([checkSource(connections), checkTarget(databaseUrl)]);
  const failures = checked.flatMap((result) => (result.status === 'rejected' ? [result.reason as unknown] : []));
  const [first] = failures;
  if (first === undefined) return;
  if (failures.length === 1 || !failures.every((failure) => failure instanceof MigrationError)) throw first;
  const all = failures.map((failure) => (failure as MigrationError).said);
  if (failures.some((failure) => failure instanceof ConfigurationError)) throw new ConfigurationError(all);
  throw new SourceUnavailable(eachOnALine(all));
}

async function checkSource(connections: Connections): Promise<void> {
  const source = await connections.source();
  await source.kindOf(plan.stages[0]!.collection);
}

async function checkTarget(databaseUrl: string): Promise<void> {
  const client = await connectTarget(databaseUrl, schemaOf(databaseUrl));
  await client.end();
}
