import { join } from 'node:path';
import { together } from '../common/together.ts';
import { runUnknown } from '../messages/commands/databases.ts';
import type { Plan } from '../plan/stage.ts';
import { saveFact } from '../state/run/run-facts.ts';
import type { Writer } from '../state/run/run-writer.ts';
import { isoText } from '../target/iso-text.ts';
import type { Target } from '../target/target.ts';
import { writeIdMapping } from './exports/id-mapping-file.ts';
import { FULL_REHEARSAL, ID_MAPPING, REHEARSAL } from './facts/checklist.ts';
import { collectReport, type Facts } from './facts/facts.ts';
import { findFullRehearsal } from './rehearsals/full-rehearsal.ts';
import { findRehearsal } from './rehearsals/rehearsal.ts';
import { type ReportFiles, writeReport } from './write-report.ts';

/** What was written, and what it says. */
export interface Written {
  readonly facts: Facts;
  readonly files: ReportFiles & { readonly mapping: string };
}

/**
 * Writes the ID mapping into the reports' folder and a run's report into a folder of the run's own; the mapping of a dry
 * or a limited run lies beside its report, so that it never takes the place of the whole one. Whatever the report
 * says of files and of earlier runs is noted in the run as well.
 * @throws RangeError when there is no such run
 */
export async function writeAll(
  target: Target,
  plan: Plan,
  writer: Writer,
  { reportsFolder, dryRun, signal }: { reportsFolder: string; dryRun: boolean; signal?: AbortSignal },
): Promise<Written> {
  const { runId } = writer;
  const origin = await originOf(target, runId);
  const mapping = join(reportsFolder, ...(dryRun || origin.isLimited ? [runId] : []), 'prisma-id-mapping.json');
  const rehearsal = await findRehearsal(reportsFolder, origin);
  if (rehearsal !== null) await saveFact(target, writer, REHEARSAL, rehearsal);
  const full = await findFullRehearsal(reportsFolder, origin);
  if (full !== null) await saveFact(target, writer, FULL_REHEARSAL, full);
  const noting = writeMapping(target, plan, writer, mapping, dryRun);
  const [, told] = await together(noting, collectReport(target, plan, runId, { signal, noting }));
  return { facts: told.facts, files: { ...(await writeReport(join(reportsFolder, runId), told)), mapping } };
}

/** @returns what is noted of it in the run */
async function writeMapping(target: Target, plan: Plan, writer: Writer, file: string, dryRun: boolean) {
  const generatedAt = new Date();
  const counts = await writeIdMapping(target, plan, file, { dryRun, generatedAt });
  const entries = Object.values(counts).reduce((sum, count) => sum + count, 0);
  const written = { entries, at: generatedAt.toISOString() };
  await saveFact(target, writer, ID_MAPPING, written);
  return { [ID_MAPPING]: written };
}

async function originOf(
  target: Target,
  runId: string,
): Promise<{ sourceFingerprint: string; startedAt: string; isLimited: boolean }> {
  const [row] = await target.query(
    `SELECT source_fingerprint, ${isoText('started_at')},
       coalesce(options ->> 'limit', '') <> '' FROM migration_run WHERE id = $1::uuid`,
    [runId],
  );
  if (row === undefined) throw new RangeError(runUnknown({ run: runId }).text);
  return { sourceFingerprint: row[0]!, startedAt: row[1]!, isLimited: row[2] === 't' };
}
