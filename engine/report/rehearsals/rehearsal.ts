import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { jsonFileOrNull } from '../../common/read-json.ts';
import type { Rehearsal } from '../facts/checklist-types.ts';
import type { Facts } from '../facts/facts.ts';

/** Reports that are looked through, the newest first, and bytes of one that are read at most. */
const MOST_REPORTS = 100;
const MOST_BYTES = 64 * 1024 * 1024;

/**
 * The last dry run of a source before a moment, by the reports that lie in a folder: its schema is dropped at its end,
 * so that no database tells of it. Null when there is none, or none on this host.
 */
export async function findRehearsal(
  reportsFolder: string,
  run: { readonly sourceFingerprint: string; readonly startedAt: string },
): Promise<Rehearsal | null> {
  for await (const facts of earlierReports(reportsFolder, run.sourceFingerprint)) {
    if (facts.run.options['dryRun'] !== true || facts.run.startedAt >= run.startedAt) continue;
    return { runId: facts.run.id, startedAt: facts.run.startedAt, verdict: facts.verdict.state };
  }
  return null;
}

/** The reports of a source's runs that lie in a folder, the newest first. */
export async function* earlierReports(
  reportsFolder: string,
  sourceFingerprint: string,
): AsyncGenerator<Pick<Facts, 'run' | 'verdict' | 'stages'>> {
  for (const file of await reportsByAge(reportsFolder)) {
    const facts = await readFacts(file);
    if (facts?.run?.options !== undefined && facts.run.sourceFingerprint === sourceFingerprint) yield facts;
  }
}

async function reportsByAge(folder: string): Promise<string[]> {
  const files: { file: string; written: number }[] = [];
  for (const entry of await readdir(folder, { withFileTypes: true }).catch(() => [])) {
    if (!entry.isDirectory()) continue;
    const file = join(folder, entry.name, 'report.json');
    const found = await stat(file).catch(() => null);
    if (found !== null && found.size <= MOST_BYTES) files.push({ file, written: found.mtimeMs });
  }
  return files
    .sort((a, b) => b.written - a.written)
    .slice(0, MOST_REPORTS)
    .map(({ file }) => file);
}

/** Null for what is no report of ours. */
async function readFacts(file: string): Promise<Pick<Facts, 'run' | 'verdict' | 'stages'> | null> {
  return (await jsonFileOrNull(file)) as Pick<Facts, 'run' | 'verdict' | 'stages'> | null;
}
