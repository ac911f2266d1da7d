import { join } from 'node:path';
import { writePrivately } from '../common/private-file.ts';
import type { Told } from './facts/facts.ts';
import { htmlReport } from './html/page.ts';
import { markdownReport } from './markdown/page.ts';

/** Where a run's report lies. */
export interface ReportFiles {
  readonly json: string;
  readonly markdown: string;
  readonly html: string;
}

/** Writes a run's report into its folder in three forms, readable by their owner only; older ones are replaced. */
export async function writeReport(folder: string, told: Told): Promise<ReportFiles> {
  const { facts } = told;
  const fileOf = (kind: string) => join(folder, `report.${kind}`);
  const files = { json: fileOf('json'), markdown: fileOf('md'), html: fileOf('html') };
  await writePrivately(files.json, (put) => put(`${JSON.stringify(facts, null, 2)}\n`));
  await writePrivately(files.markdown, (put) => put(markdownReport(facts)));
  const page = await htmlReport(told);
  await writePrivately(files.html, (put) => put(page));
  return files;
}
