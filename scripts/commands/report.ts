import { join } from 'node:path';
import { ConfigurationError, MigrationError } from '../../engine/errors.ts';
import { collectFacts } from '../../engine/report/facts.ts';
import { writeIdMapping } from '../../engine/report/id-mapping-file.ts';
import { writeReport } from '../../engine/report/write-report.ts';
import { plan } from '../../stages/plan.ts';
import { EXIT } from '../exit-codes.ts';
import { withTarget } from '../with-target.ts';

/**
 * `report`: writes a run's report and the ID mapping anew, from what the database holds.
 * @throws MigrationError when there is no such run
 */
export function report({ run: id }: { run?: string }): Promise<number> {
  if (id !== undefined && !/^[0-9a-f-]{36}$/i.test(id)) throw new ConfigurationError(['--run is a run’s UUID.']);
  return withTarget(async ({ target, runs, reportsFolder }) => {
    const run = id === undefined ? runs[0] : runs.find((one) => one.id === id.toLowerCase());
    if (run === undefined) {
      throw new MigrationError(id === undefined ? 'The target knows no run.' : `The target knows no run ${id}.`);
    }
    const facts = await collectFacts(target, plan, run.id);
    const files = await writeReport(join(reportsFolder, run.id), facts);
    const mapping = join(reportsFolder, 'prisma-id-mapping.json');
    await writeIdMapping(target, plan, mapping, { dryRun: false, generatedAt: new Date() });
    const lines = [facts.verdict.sentence, ...facts.verdict.reasons, files.markdown, files.json, mapping];
    process.stdout.write(`${lines.join('\n')}\n`);
    return EXIT.done;
  });
}
