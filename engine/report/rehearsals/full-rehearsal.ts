import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { writePrivately } from '../../common/private-file.ts';
import { jsonFileOrNull } from '../../common/read-json.ts';
import type { Approval, FullRehearsal } from '../facts/checklist-types.ts';

/** What of `rehearsal.json` others rely on. */
export interface RehearsalRecord {
  readonly runId: string;
  readonly startedAt: string;
  readonly verdict: string;
  /** Of the source that was read, and of the MongoDB that its backup was made of. */
  readonly fingerprints: readonly string[];
}

/** Folders of rehearsals among the reports begin so; their stamps sort by time. */
export const REHEARSAL_FOLDER = 'rehearsal-';
const RECORD = 'rehearsal.json';
const APPROVALS = 'approvals.json';

/** The newest rehearsal among the reports of this host that is of this source, and began before a moment; else null. */
export async function findFullRehearsal(
  reportsFolder: string,
  run: { readonly sourceFingerprint: string; readonly startedAt: string },
): Promise<FullRehearsal | null> {
  for (const { name, record } of await rehearsalsIn(reportsFolder)) {
    if (!record.fingerprints.includes(run.sourceFingerprint) || record.startedAt >= run.startedAt) continue;
    const { runId, startedAt, verdict } = record;
    return { name, runId, startedAt, verdict, approvals: await approvalsIn(join(reportsFolder, name)) };
  }
  return null;
}

/** Every rehearsal that was reported, the newest first. */
export async function rehearsalsIn(reportsFolder: string): Promise<{ name: string; record: RehearsalRecord }[]> {
  const entries = await readdir(reportsFolder).catch(() => []);
  const found: { name: string; record: RehearsalRecord }[] = [];
  for (const name of entries
    .filter((entry) => entry.startsWith(REHEARSAL_FOLDER))
    .sort()
    .reverse()) {
    const record = (await jsonFileOrNull(join(reportsFolder, name, RECORD))) as RehearsalRecord | null;
    if (record !== null) found.push({ name, record });
  }
  return found;
}

/** What people have confirmed of a rehearsal. */
export async function approvalsIn(folder: string): Promise<readonly Approval[]> {
  return ((await jsonFileOrNull(join(folder, APPROVALS))) as Approval[] | null) ?? [];
}

/** Keeps somebody's word in a rehearsal's folder; a later word on the same item takes the place of an earlier one. */
export async function keepApproval(folder: string, approval: Approval): Promise<void> {
  const others = (await approvalsIn(folder)).filter(({ item }) => item !== approval.item);
  const all = [...others, approval];
  await writePrivately(join(folder, APPROVALS), (put) => put(`${JSON.stringify(all, null, 2)}\n`));
}
