import { join } from 'node:path';
import { LeaseHeld, MigrationError } from '../../../../engine/common/errors.ts';
import { stampOf } from '../../../../engine/common/private-file.ts';
import {
  leaseHeldBy,
  leaseTakenBeforeDrop,
  stillInQuarantine,
} from '../../../../engine/messages/commands/databases.ts';
import { askFinalize, entriesOf, fileHas, sideTablesDropped } from '../../../../engine/messages/commands/results.ts';
import { exportSideTables } from '../../../../engine/report/exports/export-side-tables.ts';
import { TO_MOVE } from '../../../../engine/state/documents/quarantine-states.ts';
import { leaseHolder } from '../../../../engine/state/run/run.ts';
import { indexed } from '../../../../engine/target/indexed-key.ts';
import { unhurried } from '../../../../engine/target/long-read.ts';
import { quoted } from '../../../../engine/target/row-codec.ts';
import type { Target } from '../../../../engine/target/target.ts';
import { plan } from '../../../../stages/plan.ts';
import { confirm } from '../../confirm.ts';
import { withTarget } from '../../connect/with-target.ts';
import { EXIT } from '../../exit-codes.ts';
import { io } from '../../io.ts';

const SIDE_TABLES = Object.values(plan.target.tables)
  .map(({ table }) => table)
  .filter((table) => table.startsWith('migration_'));

/** Each document once, however many runs have met it, and none that a later run has moved. */
const STILL_HELD = `SELECT count(DISTINCT (stage, legacy_key)) FROM migration_quarantine AS held
  WHERE state IN ${TO_MOVE} AND NOT EXISTS (
    SELECT 1 FROM migration_id_map AS moved
    WHERE moved.collection = held.stage AND ${indexed('moved.legacy_key')} = ${indexed('held.legacy_key')} AND moved.rows_hash IS NOT NULL)`;

/**
 * `finalize`: exports what the side tables hold, and drops them. Nothing can be resumed, rolled back or verified
 * afterwards.
 * @throws LeaseHeld while a run holds the target; MigrationError while documents are in quarantine, without --force
 */
export function finalize({ yes, force }: { yes?: boolean; force?: boolean }): Promise<number> {
  return withTarget(async ({ target, reportsFolder }) => {
    await requireNoLease(target);
    const [row] = await unhurried(target)(STILL_HELD, []);
    const held = Number(row![0]);
    if (held > 0 && !force) throw new MigrationError(stillInQuarantine({ documents: held }));
    if (!yes && !(await confirm(askFinalize()))) return EXIT.failed;
    const folder = join(reportsFolder, `finalized-${stampOf(new Date())}`);
    for (const { file, entries } of await exportSideTables(target, plan, folder)) {
      io().out.write(`${fileHas({ file, what: entriesOf({ entries }) }).text}\n`);
    }
    await dropSideTables(target);
    io().out.write(`${sideTablesDropped().text}\n`);
    return EXIT.done;
  });
}

async function requireNoLease(target: Target): Promise<void> {
  const holder = await leaseHolder(target.query);
  if (holder === null) return;
  const { id, workflowId } = holder;
  throw new LeaseHeld(leaseHeldBy({ run: id, workflow: workflowId }));
}

/** All or none; a run that took the target meanwhile keeps them. */
async function dropSideTables(target: Target): Promise<void> {
  await target.transaction(async (execute) => {
    await execute('LOCK TABLE migration_run IN ACCESS EXCLUSIVE MODE');
    if ((await execute('UPDATE migration_run SET lease = lease WHERE lease IS NOT NULL')) > 0) {
      throw new LeaseHeld(leaseTakenBeforeDrop());
    }
    await execute(`DROP TABLE ${SIDE_TABLES.map(quoted).join(', ')}`);
  });
}
