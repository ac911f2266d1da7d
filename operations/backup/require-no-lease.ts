import type pg from 'pg';
import { LeaseHeld } from '../../engine/common/errors.ts';
import { restoreMeetsLease, restoreMeetsLeaseElsewhere } from '../../engine/messages/operations/backup.ts';
import { hasSideTables, leaseHolder } from '../../engine/state/run/run.ts';
import { queryOf } from '../../engine/target/client-query.ts';
import { describeTarget } from '../../prisma/connection/target.ts';

/**
 * @param client a session whose search_path is the target's schema
 * @throws LeaseHeld while a run holds the target: it would go on in what was restored
 */
export async function requireNoLease(client: pg.Client, databaseUrl: string): Promise<void> {
  const query = queryOf(client);
  const holder = (await hasSideTables(query)) ? await leaseHolder(query) : null;
  if (holder === null) return;
  const { temporal } = holder;
  const held = { run: holder.id, workflow: holder.workflowId, target: describeTarget(databaseUrl) };
  throw new LeaseHeld(temporal === null ? restoreMeetsLease(held) : restoreMeetsLeaseElsewhere({ ...held, temporal }));
}
