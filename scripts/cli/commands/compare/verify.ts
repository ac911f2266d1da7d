import { ConfigurationError, MigrationError, SourceMismatch } from '../../../../engine/common/errors.ts';
import { parseKey } from '../../../../engine/document/legacy-key.ts';
import { sayDocument } from '../../../../engine/document/say-key.ts';
import { nothingToVerify, readFromOtherSource } from '../../../../engine/messages/commands/databases.ts';
import { stageNotMoved } from '../../../../engine/messages/commands/options.ts';
import {
  databasesAgree,
  differencesInAll,
  differsAt,
  stageCompared,
  totalDiffers,
} from '../../../../engine/messages/commands/results.ts';
import { andSomeMore } from '../../../../engine/messages/commands/screen.ts';
import { labelled } from '../../../../engine/messages/message.ts';
import { TOTALS } from '../../../../engine/messages/report/words.ts';
import { withPolicies } from '../../../../engine/plan/check/define-plan.ts';
import type { Plan, Stage } from '../../../../engine/plan/stage.ts';
import { batches } from '../../../../engine/source/batches.ts';
import type { KeySelection, Source } from '../../../../engine/source/source.ts';
import { readCheckpoints } from '../../../../engine/state/run/checkpoint.ts';
import { settlementOf } from '../../../../engine/state/run/checkpoint-names.ts';
import { hasSideTables, type Run, readRuns } from '../../../../engine/state/run/run.ts';
import { isSelective } from '../../../../engine/state/run/run-options.ts';
import type { Target } from '../../../../engine/target/target.ts';
import { prepareBatch } from '../../../../engine/transform/prepare-batch.ts';
import type { Difference } from '../../../../engine/verify/difference.ts';
import { brokenReferences, verifyReferences } from '../../../../engine/verify/references/verify-references.ts';
import { compareBatch } from '../../../../engine/verify/rows/compare-batch.ts';
import { verifyTotals } from '../../../../engine/verify/totals/verify-totals.ts';
import { plan as shipped } from '../../../../stages/plan.ts';
import { readWorkerConfiguration } from '../../../../worker/configuration.ts';
import { openConnections } from '../../../../worker/connections.ts';
import { checkServers } from '../../connect/check-servers.ts';
import { EXIT } from '../../exit-codes.ts';
import { io } from '../../io.ts';

const BATCH = 500;
/** Differences that are printed of each stage; all are counted. */
const SHOWN = 20;

interface Context {
  readonly plan: Plan;
  readonly source: Source;
  readonly target: Target;
  readonly run: Run;
}

/**
 * `verify`: compares what the last complete run moved with the source as it is now: counts and sums by each database's
 * own engine, references by the ID map, and every row re-derived. Writes nothing.
 * @returns 1 when there is a difference
 * @throws MigrationError when there is no complete run; SourceMismatch for another source
 */
export async function verify(flags: { stage?: string; source?: string }): Promise<number> {
  const overrides = flags.source === undefined ? {} : { sourceUri: flags.source };
  const configuration = readWorkerConfiguration(io().environment(), overrides);
  const connections = openConnections(configuration);
  try {
    await checkServers(connections, configuration);
    const plan = withPolicies(shipped, configuration.policies);
    const context = { plan, ...(await contextOf(await connections.source(), connections.target(null))) };
    let differences = 0;
    let stages = 0;
    for (const stage of plan.stages.filter(({ name }) => flags.stage === undefined || name === flags.stage)) {
      const found = await verifyStage(context, stage);
      if (found === null) continue;
      stages += 1;
      differences += found;
    }
    if (stages === 0) throw new ConfigurationError([stageNotMoved({ run: context.run.id, stage: flags.stage! })]);
    say((differences === 0 ? databasesAgree() : differencesInAll({ differences })).text);
    return differences === 0 ? EXIT.done : EXIT.failed;
  } finally {
    await connections.close();
  }
}

async function contextOf(source: Source, target: Target): Promise<Omit<Context, 'plan'>> {
  const runs = (await hasSideTables(target.query)) ? await readRuns(target.query) : [];
  const complete = runs.filter(({ state }) => state === 'complete');
  // A retry moved some documents of a whole run, which holds for them as well.
  const run = complete.find(({ options }) => !options.retry) ?? complete[0];
  if (run === undefined) throw new MigrationError(nothingToVerify());
  if ((await source.fingerprint()) !== run.sourceFingerprint) {
    throw new SourceMismatch(readFromOtherSource({ source: run.sourceLabel, own: source.label }));
  }
  return { source, target, run };
}

/** The number of differences, or null when the run has not moved this stage. */
async function verifyStage({ plan, source, target, run }: Context, stage: Stage): Promise<number | null> {
  const partitions = await readCheckpoints(target, run.id, stage.name);
  const settled = await readCheckpoints(target, run.id, settlementOf(stage.name));
  if (partitions.length === 0 && settled.length === 0) return null;
  const found: Difference[] = [];
  let documents = 0;
  let count = 0;
  const limited = isSelective(run.options);
  for (const selection of await selectionsOf(source, stage, limited ? partitions : null)) {
    for await (const batch of batches(source.read(stage.collection, selection, null), BATCH)) {
      const context = { plan, stage, target, skipExisting: false };
      const differences = await compareBatch(context, run.id, await prepareBatch(context, batch));
      found.push(...differences.slice(0, SHOWN - found.length));
      count += differences.length;
      documents += batch.length;
    }
  }
  const totals = await verifyTotals({ plan, source, target }, run.id, stage.name, { limited });
  const wrong = totals.filter(({ agree }) => !agree);
  const broken = brokenReferences(await verifyReferences({ plan, source, target }, run.id, stage.name, { limited }));
  const differences = count + wrong.length + broken.length;
  say(stageCompared({ stage: stage.name, documents, differences }).text);
  for (const { what, path, table, column, expected, found: has } of wrong) {
    const place = column === null ? table : `${table}.${column}`;
    say(`  ${totalDiffers({ what: labelled(TOTALS[what]), path, expected, place, found: has }).text}`);
  }
  for (const sentence of broken) say(`  ${sentence}`);
  // Values could be personal: the place says where to look.
  for (const { kind, legacyId, where, rowId } of found) {
    const document = `${stage.collection} ${sayDocument(stage, parseKey(legacyId))}`;
    const place = rowId === null ? where : `${where} ${rowId}`;
    say(`  ${differsAt({ kind, place, document }).text}`);
  }
  if (count > found.length) say(`  ${andSomeMore({ count: count - found.length }).text}`);
  return differences;
}

/**
 * The documents that a run has chosen, or else all: documents may have come since it was planned, with an `_id` of a type
 * that none had then.
 */
async function selectionsOf(
  source: Source,
  stage: Stage,
  chosen: readonly { readonly selection: KeySelection }[] | null,
): Promise<KeySelection[]> {
  if (chosen !== null) return chosen.map(({ selection }) => selection);
  return (await source.keyTypes(stage.collection)).map((type) => ({ type, after: null, upTo: null }));
}

function say(line: string): void {
  io().out.write(`${line}\n`);
}
