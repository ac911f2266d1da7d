import { randomInt } from 'node:crypto';
import { ConfigurationError, MigrationError } from '../../../../engine/common/errors.ts';
import { noSuchQuestion } from '../../../../engine/messages/commands/options.ts';
import { nothingToTest } from '../../../../engine/messages/operations/smoke.ts';
import { withPolicies } from '../../../../engine/plan/check/define-plan.ts';
import { hasSideTables, readRuns } from '../../../../engine/state/run/run.ts';
import type { SmokeTest } from '../../../../operations/smoke/define.ts';
import { allQuestions, smokeTest as put, runToTest } from '../../../../operations/smoke/session.ts';
import { plan as shipped } from '../../../../stages/plan.ts';
import { readWorkerConfiguration } from '../../../../worker/configuration.ts';
import { openConnections } from '../../../../worker/connections.ts';
import { checkServers } from '../../connect/check-servers.ts';
import { EXIT } from '../../exit-codes.ts';
import { io } from '../../io.ts';
import { smokeTestSummary } from '../../screen/smoke-test-summary.ts';

/**
 * `smoke-test`: puts the platform's queries to source and target and compares the answers; writes nothing.
 * @returns 1 when an answer differs
 * @throws ConfigurationError for an unknown question or a wrong SMOKE_TESTS_FILE; MigrationError when nothing was
 *   migrated; SourceMismatch for another source
 */
export async function smokeTest(flags: {
  samples: number;
  seed?: number;
  question?: string;
  source?: string;
  json?: boolean;
}): Promise<number> {
  const overrides = flags.source === undefined ? {} : { sourceUri: flags.source };
  const configuration = readWorkerConfiguration(io().environment(), overrides);
  const tests = chosen(await allQuestions(configuration.smokeTestsFile), flags.question);
  const connections = openConnections(configuration);
  try {
    await checkServers(connections, configuration);
    const [source, target] = [await connections.source(), connections.target(null)];
    if (!(await hasSideTables(target.query))) throw new MigrationError(nothingToTest());
    const run = runToTest(await readRuns(target.query));
    const plan = withPolicies(shipped, configuration.policies);
    const facts = await put({ plan, source, sourceUri: configuration.sourceUri, target }, run, tests, {
      samples: flags.samples,
      seed: flags.seed ?? randomInt(2 ** 32),
    });
    const agree = facts.questions.every(({ different }) => different === 0);
    if (flags.json) io().out.write(`${JSON.stringify({ run: run.id, agree, ...facts })}\n`);
    else io().out.write(`${smokeTestSummary(facts, io().out.columns)}\n`);
    return agree ? EXIT.done : EXIT.failed;
  } finally {
    await connections.close();
  }
}

function chosen(tests: readonly SmokeTest[], name: string | undefined): readonly SmokeTest[] {
  if (name === undefined) return tests;
  const found = tests.filter((one) => one.name === name);
  if (found.length > 0) return found;
  throw new ConfigurationError([noSuchQuestion({ questions: tests.map((one) => one.name) })]);
}
