import { uniqueKeys } from '../../plan/columns/unique-keys.ts';
import type { Plan, Stage } from '../../plan/stage.ts';
import { hasChanges } from '../../state/documents/changes.ts';
import { UNMOVED } from '../../state/documents/quarantine-states.ts';
import { indexed } from '../../target/indexed-key.ts';
import { longWrite } from '../../target/long-read.ts';
import type { Execute, Target } from '../../target/target.ts';

/**
 * Notes the documents of a stage whose own source has not changed but whose outcome may: references may lead somewhere
 * else once earlier stages have changed, and a unique value may be free once another document of the stage has.
 * Documents that this pass has applied already stay as they are, so that a repeated call changes nothing.
 */
export async function noteRetried(target: Target, plan: Plan, stage: Stage, runId: string): Promise<void> {
  const { name } = stage;
  const earlier = plan.stages.slice(0, plan.stages.indexOf(stage)).map((one) => one.name);
  if (await hasChanges(target.query, runId, earlier, ['applied'])) {
    await longWrite(target, async (execute) => {
      await noteUnresolved(execute, runId, name);
    });
  }
  if (uniqueKeys(stage).length === 0) return;
  if (!(await hasChanges(target.query, runId, [name], ['found']))) return;
  await longWrite(target, async (execute) => {
    await noteLosers(execute, runId, name);
    await deleteSuffixes(execute, name);
  });
}

const NOTE = `INSERT INTO migration_change (run_id, stage, legacy_key, state, found_by)
  SELECT DISTINCT $1::text::uuid, $2, legacy_key, 'found', 'retry' FROM`;

/**
 * Everything that could depend on where a reference leads, and does not lead anywhere now: every document in quarantine,
 * since which of its faults is told depends on that, too.
 */
function noteUnresolved(execute: Execute, runId: string, stage: string): Promise<number> {
  return execute(
    `${NOTE} (
       SELECT legacy_key FROM migration_quarantine
       WHERE stage = $2 AND state IN ${UNMOVED}
       UNION SELECT legacy_key FROM migration_finding WHERE stage = $2 AND code = 'dangling') AS unresolved
     ON CONFLICT DO NOTHING`,
    runId,
    stage,
  );
}

/** Everything that did not get the unique value it wanted. */
function noteLosers(execute: Execute, runId: string, stage: string): Promise<number> {
  return execute(
    `${NOTE} (
       SELECT legacy_key FROM migration_quarantine
       WHERE stage = $2 AND state IN ${UNMOVED} AND code IN ('duplicate', 'contested')
       UNION SELECT legacy_key FROM migration_finding WHERE stage = $2 AND code = 'duplicate=suffix') AS losers
     ON CONFLICT DO NOTHING`,
    runId,
    stage,
  );
}

/** A document derives its suffix from its finding: without it, it asks for the plain text again. */
function deleteSuffixes(execute: Execute, stage: string): Promise<number> {
  return execute(
    `DELETE FROM migration_finding WHERE stage = $1 AND code = 'duplicate=suffix'
       AND ${indexed('legacy_key')} IN (SELECT ${indexed('legacy_key')} FROM migration_change WHERE stage = $1 AND state = 'found')`,
    stage,
  );
}
