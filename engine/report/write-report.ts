import { join } from 'node:path';
import type { Facts } from './facts.ts';
import { markdownReport } from './markdown.ts';
import { writePrivately } from './private-file.ts';

/** Where a run's report lies. */
export interface ReportFiles {
  readonly json: string;
  readonly markdown: string;
}

/** Writes report.json and report.md into the run's folder, readable by their owner only; older ones are replaced. */
export async function writeReport(folder: string, facts: Facts): Promise<ReportFiles> {
  const files = { json: join(folder, 'report.json'), markdown: join(folder, 'report.md') };
  await writePrivately(files.json, (put) => put(`${JSON.stringify(facts, null, 2)}\n`));
  await writePrivately(files.markdown, (put) => put(markdownReport(facts)));
  return files;
}
