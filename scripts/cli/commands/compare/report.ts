import { ConfigurationError, MigrationError } from '../../../../engine/common/errors.ts';
import { noRunKnown, runUnknown } from '../../../../engine/messages/commands/databases.ts';
import { runIsUuid } from '../../../../engine/messages/commands/options.ts';
import { writeAll } from '../../../../engine/report/write-all.ts';
import { byCommand } from '../../../../engine/state/run/run-writer.ts';
import { plan } from '../../../../stages/plan.ts';
import { withTarget } from '../../connect/with-target.ts';
import { EXIT } from '../../exit-codes.ts';
import { io } from '../../io.ts';

/**
 * `report`: writes a run's report and the ID mapping anew, from what the database holds.
 * @throws MigrationError when there is no such run
 */
export function report({ run: id }: { run?: string }): Promise<number> {
  if (id !== undefined && !/^[0-9a-f-]{36}$/i.test(id)) throw new ConfigurationError([runIsUuid()]);
  return withTarget(async ({ target, runs, reportsFolder }) => {
    const run = id === undefined ? runs[0] : runs.find((one) => one.id === id.toLowerCase());
    if (run === undefined) {
      throw new MigrationError(id === undefined ? noRunKnown() : runUnknown({ run: id }));
    }
    const { facts, files } = await writeAll(target, plan, byCommand(run), { reportsFolder, dryRun: false });
    const paths = [files.html, files.markdown, files.json, files.mapping];
    const lines = [facts.verdict.sentence, ...facts.verdict.reasons, ...paths];
    io().out.write(`${lines.join('\n')}\n`);
    return EXIT.done;
  });
}
