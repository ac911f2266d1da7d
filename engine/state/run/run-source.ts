import type { SourceIdentity } from '../../source/source.ts';
import type { Execute, Target } from '../../target/target.ts';
import { holdRun, type Writer } from './run-writer.ts';

/** What a target's runs say of their source. */
interface RunSource {
  readonly fingerprint: string;
  readonly label: string;
  readonly identity: SourceIdentity | null;
}

/** Under which a run's facts keep the source that it had before a reconciliation, until that has applied something. */
const BEFORE = 'sourceBefore';

/** From now on the target is this source's, for every later run, too; what stood there is kept for `giveSourceBack`. */
export async function replaceSource(
  execute: Execute,
  runId: string,
  { fingerprint, label, identity }: RunSource,
): Promise<void> {
  await execute(
    `UPDATE migration_run SET source_fingerprint = $1, source_label = $2,
       source_identity = nullif($3::text::jsonb, 'null'), written_at = now(),
       facts = facts || jsonb_build_object($4::text, jsonb_build_object('by', $5::text, 'fingerprint', source_fingerprint,
         'label', source_label, 'identity', source_identity, 'feed', facts -> 'feed'))
     WHERE state <> 'aborted'`,
    ...[fingerprint, label, JSON.stringify(identity), BEFORE, runId],
  );
}

/** A reconciliation is about to apply what its source holds: the target is that source's for good. @throws Fenced */
export function keepSource(target: Target, writer: Writer): Promise<void> {
  return target.transaction(async (execute) => {
    await holdRun(execute, writer, 'source');
    await forgetBefore(execute, writer.runId);
  });
}

async function forgetBefore(execute: Execute, runId: string): Promise<void> {
  await execute(
    `UPDATE migration_run SET facts = facts - $2::text WHERE facts #>> ARRAY[$2::text, 'by'] = $1`,
    runId,
    BEFORE,
  );
}

/**
 * A run ends before its time: where its reconciliation has applied nothing, the target is the earlier source's, as if it
 * had not been begun, and the feed goes on from where that one's stood.
 */
export async function giveSourceBack(execute: Execute, runId: string): Promise<void> {
  await execute(
    `UPDATE migration_run SET source_fingerprint = facts #>> ARRAY[$2::text, 'fingerprint'],
       source_label = facts #>> ARRAY[$2::text, 'label'], written_at = now(),
       source_identity = nullif(facts #> ARRAY[$2::text, 'identity'], 'null'),
       facts = (facts - $2::text - 'feed') || CASE WHEN facts #> ARRAY[$2::text, 'feed'] = 'null' THEN '{}'
         ELSE jsonb_build_object('feed', facts #> ARRAY[$2::text, 'feed']) END
     WHERE facts #>> ARRAY[$2::text, 'by'] = $1`,
    runId,
    BEFORE,
  );
}
