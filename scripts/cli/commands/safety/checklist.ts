import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { MigrationError } from '../../../../engine/common/errors.ts';
import { noDryRunToReview, noRehearsal } from '../../../../engine/messages/commands/databases.ts';
import { confirmedFor } from '../../../../engine/messages/commands/rehearsing.ts';
import type { Approval, ChecklistItem } from '../../../../engine/report/facts/checklist-types.ts';
import { approvalsIn, keepApproval, rehearsalsIn } from '../../../../engine/report/rehearsals/full-rehearsal.ts';
import { readConfiguration } from '../../../../worker/configuration.ts';
import { operatorIdentity } from '../../connect/temporal-access.ts';
import { EXIT } from '../../exit-codes.ts';
import { io } from '../../io.ts';
import { checklistLines, type RehearsalFacts } from '../../rehearsal/rehearsal-page.ts';
import { dryRunOf } from '../../rehearsal/write-rehearsal.ts';

/**
 * `checklist`: the runbook's checklist as the newest rehearsal has left it, with dry runs and confirmations since.
 * @returns 1 while an item is open
 * @throws MigrationError when nothing was rehearsed
 */
export async function checklist({ json }: { readonly json?: boolean }): Promise<number> {
  const { items, name } = await standing();
  const text = json
    ? JSON.stringify({ rehearsal: name, checklist: items })
    : [`${name}:`, ...checklistLines(items)].join('\n');
  io().out.write(`${text}\n`);
  return items.every(({ state }) => state === 'seen') ? EXIT.done : EXIT.failed;
}

/**
 * `checklist approve`: keeps who has confirmed an item, and when, beside the newest rehearsal, where the reports of later
 * runs find it.
 * @throws MigrationError when nothing was rehearsed, or no dry run is there that could have been reviewed
 */
export async function approveItem(item: Approval['item']): Promise<number> {
  const { items, folder, name } = await standing();
  const evidence = items.find((one) => one.item === item)?.evidence ?? [];
  if (item === 'dryRun' && !evidence.some(({ what, seen }) => what === 'dryRun' && seen)) {
    throw new MigrationError(noDryRunToReview());
  }
  const approval = { item, by: operatorIdentity(), at: new Date().toISOString() };
  await keepApproval(folder, approval);
  const { by, at } = approval;
  io().out.write(`${confirmedFor({ rehearsal: name, item, by, at }).text}\n`);
  return EXIT.done;
}

async function standing(): Promise<{ items: readonly ChecklistItem[]; folder: string; name: string }> {
  const { reportsFolder } = readConfiguration(io().environment());
  const [newest] = await rehearsalsIn(reportsFolder);
  if (newest === undefined) throw new MigrationError(noRehearsal({ folder: reportsFolder }));
  const folder = join(reportsFolder, newest.name);
  const facts = JSON.parse(await readFile(join(folder, 'rehearsal.json'), 'utf8')) as RehearsalFacts;
  const dryRun = await dryRunOf(reportsFolder, facts.fingerprints, new Date().toISOString());
  const approvals = await approvalsIn(folder);
  const items = facts.checklist.map((item) => withSince(item, dryRun, approvals));
  return { items, folder, name: newest.name };
}

/** An item with what was done since the rehearsal. */
function withSince(
  item: ChecklistItem,
  dryRun: Awaited<ReturnType<typeof dryRunOf>>,
  approvals: readonly Approval[],
): ChecklistItem {
  const evidence = item.evidence.map((one) =>
    one.what === 'dryRun' && dryRun !== undefined ? { ...one, seen: true, run: dryRun } : one,
  );
  const words = approvals
    .filter((approval) => approval.item === item.item)
    .map((approval) => ({ what: 'approved', seen: true, count: null, of: null, run: null, approval }) as const);
  if (words.length > 0) return { ...item, state: 'seen', evidence: [...evidence, ...words] };
  const some = evidence.some(({ seen }) => seen);
  return { ...item, state: item.state === 'notSeen' && some ? 'partly' : item.state, evidence };
}
