import { randomInt } from 'node:crypto';
import { MigrationError } from '../../../../engine/common/errors.ts';
import { nothingToShow } from '../../../../engine/messages/commands/databases.ts';
import { everyPairAgrees, pairsDiffer, samePairs } from '../../../../engine/messages/commands/results.ts';
import { sentences } from '../../../../engine/messages/lines.ts';
import type { Message } from '../../../../engine/messages/message.ts';
import { renderSample, sampleStage } from '../../../../engine/report/sample/sample.ts';
import type { Sample } from '../../../../engine/report/sample/sample-types.ts';
import { hasSideTables, readRuns } from '../../../../engine/state/run/run.ts';
import { plan } from '../../../../stages/plan.ts';
import { readWorkerConfiguration } from '../../../../worker/configuration.ts';
import { openConnections } from '../../../../worker/connections.ts';
import { checkServers } from '../../connect/check-servers.ts';
import { EXIT } from '../../exit-codes.ts';
import { io } from '../../io.ts';

/**
 * `spot-check`: draws pairs from the ID map at random and shows both records side by side, personal data masked.
 * Differences are marked; those that no finding explains, and a record that is gone, count.
 * @returns 1 when one counts
 * @throws MigrationError when nothing was migrated
 */
export async function spotCheck(flags: {
  stage?: string;
  pairs: number;
  seed?: number;
  source?: string;
  json?: boolean;
}): Promise<number> {
  const overrides = flags.source === undefined ? {} : { sourceUri: flags.source };
  const configuration = readWorkerConfiguration(io().environment(), overrides);
  const connections = openConnections(configuration);
  const seed = flags.seed ?? randomInt(2 ** 31);
  try {
    await checkServers(connections, configuration);
    const [source, target] = [await connections.source(), connections.target(null)];
    if (!(await hasSideTables(target.query)) || (await readRuns(target.query)).length === 0) {
      throw new MigrationError(nothingToShow());
    }
    const shown: Record<string, readonly Sample[]> = {};
    for (const stage of plan.stages.filter(({ name }) => flags.stage === undefined || name === flags.stage)) {
      const samples = await sampleStage({ plan, stage, source, target }, uuidOf(seed), { count: flags.pairs });
      shown[stage.name] = samples;
      if (!flags.json) io().out.write(`${renderSample(stage, samples)}\n`);
    }
    const unexplained = Object.values(shown).flat().filter(isUnexplained).length;
    if (flags.json) io().out.write(`${JSON.stringify({ seed, unexplained, stages: shown })}\n`);
    else io().out.write(`${sentences({ all: [verdict(unexplained), samePairs({ seed: String(seed) })] }).text}\n`);
    return unexplained === 0 ? EXIT.done : EXIT.failed;
  } finally {
    await connections.close();
  }
}

/** Samples are drawn by a UUID's last 64 bits. */
const uuidOf = (seed: number) => `00000000-0000-4000-8000-${seed.toString(16).padStart(12, '0')}`;

const isUnexplained = ({ missing, values }: Sample) =>
  missing !== null || values.some(({ same, because }) => !same && because === null);

function verdict(unexplained: number): Message {
  return unexplained === 0 ? everyPairAgrees() : pairsDiffer({ pairs: unexplained });
}
