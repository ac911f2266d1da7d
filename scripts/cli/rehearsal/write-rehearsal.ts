import { join } from 'node:path';
import { writePrivately } from '../../../engine/common/private-file.ts';
import { confirmItems, expectedOfDump, expectedOfLive } from '../../../engine/messages/commands/rehearsing.ts';
import { BACKUP, checklistOf, ID_MAPPING, REHEARSAL } from '../../../engine/report/facts/checklist.ts';
import type { Facts } from '../../../engine/report/facts/facts.ts';
import { findRehearsal } from '../../../engine/report/rehearsals/rehearsal.ts';
import { operatorIdentity } from '../connect/temporal-access.ts';
import { duration } from '../screen/figures.ts';
import { predict } from './predict.ts';
import { checklistLines, type RehearsalFacts, rehearsalHtml, rehearsalMarkdown } from './rehearsal-page.ts';
import type { RehearsedSource } from './rehearsed-source.ts';

/** What a rehearsal that has come to its end is told by. */
export interface Rehearsed {
  /** Its run's report. */
  readonly facts: Facts;
  readonly source: RehearsedSource;
  /** Of the dump as it was read. */
  readonly fingerprint: string;
  readonly target: { readonly name: string; readonly isScratch: boolean };
  readonly kept: boolean;
  readonly exitCode: number;
  /** Documents of each collection in the live source; null when it was not asked. */
  readonly live: ReadonlyMap<string, number> | null;
  /** Where dry runs of the same source have their reports. */
  readonly reportsFolder: string;
}

/** Writes `rehearsal.json`, `rehearsal.md` and `rehearsal.html`, readable by their owner only. */
export async function writeRehearsal(folder: string, rehearsed: Rehearsed): Promise<RehearsalFacts> {
  const told = await factsOf(rehearsed);
  const page = await rehearsalHtml(told);
  await writePrivately(join(folder, 'rehearsal.json'), (put) => put(`${JSON.stringify(told, null, 2)}\n`));
  await writePrivately(join(folder, 'rehearsal.md'), (put) => put(rehearsalMarkdown(told)));
  await writePrivately(join(folder, 'rehearsal.html'), (put) => put(page));
  return told;
}

async function factsOf(rehearsed: Rehearsed): Promise<RehearsalFacts> {
  const { facts, source, target, kept, exitCode, live, reportsFolder } = rehearsed;
  const { run, verdict, quarantine, findings } = facts;
  const manifest = source.backup?.manifest ?? null;
  const endedAt = new Date().toISOString();
  const fingerprints = [rehearsed.fingerprint, ...(manifest?.mongodb ? [manifest.mongodb.fingerprint] : [])];
  return {
    format: 1,
    ...{ runId: run.id, startedAt: run.startedAt, endedAt, by: operatorIdentity(), fingerprints },
    ...{ verdict: verdict.state, exitCode, source: run.source },
    backup: source.backup && {
      folder: source.backup.folder,
      madeAt: source.backup.manifest.madeAt,
      mongodb: source.backup.manifest.mongodb !== null,
      postgres: source.backup.manifest.postgres !== null,
    },
    target: { database: target.name, isScratch: target.isScratch, kept },
    prediction: predict(facts, live),
    quarantine: quarantine
      .filter(({ state }) => state !== 'resolved')
      .map(({ stage, code, documents }) => ({ stage, code, documents })),
    findings: summed(findings),
    checklist: checklistOf(run, facts.stages, quarantine, {
      [REHEARSAL]: await dryRunOf(reportsFolder, fingerprints, endedAt),
      ...(manifest?.postgres && { [BACKUP]: { waived: false } }),
      [ID_MAPPING]: { entries: Object.values(facts.idMap).reduce((sum, count) => sum + count, 0) },
    }),
    report: join(run.id, 'report.html'),
  };
}

/** The last dry run of any of these sources, as the checklist knows it. */
export async function dryRunOf(reportsFolder: string, fingerprints: readonly string[], before: string) {
  for (const sourceFingerprint of fingerprints) {
    const found = await findRehearsal(reportsFolder, { sourceFingerprint, startedAt: before });
    if (found !== null) return { ...found };
  }
  return undefined;
}

/** Findings by stage and code: paths are in the run's own report. */
function summed(findings: Facts['findings']): RehearsalFacts['findings'] {
  const sums = new Map<string, { stage: string; code: string; findings: number }>();
  for (const { stage, code, findings: count } of findings) {
    const name = `${stage} ${code}`;
    sums.set(name, { stage, code, findings: (sums.get(name)?.findings ?? 0) + count });
  }
  return [...sums.values()];
}

/** What a person reads first, and where the rest is. */
export function rehearsalLines(folder: string, { verdict, prediction, checklist }: RehearsalFacts): string {
  const [time, downtime] = [duration(prediction.seconds), duration(prediction.downtimeSeconds)];
  return [
    (prediction.basis === 'live' ? expectedOfLive : expectedOfDump)({ verdict, time, downtime }).text,
    ...checklistLines(checklist).map((line) => `  ${line}`),
    confirmItems({ report: join(folder, 'rehearsal.html') }).text,
  ].join('\n');
}
