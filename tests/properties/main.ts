/**
 * `npm run test:properties`: random documents under each model, valid and broken, migrated and looked for value by value;
 * and random BSON objects, byte by byte, in every place that one can stand in. A seed decides which they are.
 */
import { Command, InvalidArgumentError } from 'commander';
import { tableOf, tryOut } from '../corpus/try-out.ts';
import { withPostgres } from '../corpus/with-postgres.ts';
import { experiment } from './experiment.ts';
import { randomObjects } from './random-bson.ts';

function whole(text: string): number {
  if (!/^\d+$/.test(text)) throw new InvalidArgumentError('It must be a whole number.');
  return Number(text);
}

const program = new Command('test:properties')
  .description('Migrates random documents, valid and broken, and looks for every value of each in what became of it.')
  .option('--documents <n>', 'documents of each collection', whole, 1000)
  .option('--seed <n>', 'which documents', whole, Number(process.env['FC_SEED'] ?? Date.now() % 1_000_000))
  .option('--rounds <n>', 'how often, each time with the next seed', whole, 1)
  .option('--bytes-only', 'only objects made up byte by byte, each in every place')
  .showHelpAfterError('(--help shows the options)')
  .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : 2))
  .parse();

const { documents, seed, rounds, bytesOnly } = program.opts<{
  documents: number;
  seed: number;
  rounds: number;
  bytesOnly?: boolean;
}>();
const say = (line: string): void => {
  process.stdout.write(`${line}\n`);
};

await withPostgres(async () => {
  for (let round = 0; round < rounds; round++) {
    say(`Seed ${seed + round}, ${documents} documents of each collection`);
    const begun = Date.now();
    if (!bytesOnly) {
      const { problems, summary } = await experiment(documents, seed + round);
      for (const [stage, { moved, quarantined }] of Object.entries(summary)) {
        const codes = Object.entries(quarantined).map(([code, count]) => `${code} ${count}`);
        say(`  ${stage}: ${moved} moved; in quarantine: ${codes.join(', ')}`);
      }
      tell(problems, begun);
    }
    const outcome = await tryOut(randomObjects(documents, seed + round));
    for (const line of tableOf(outcome)) say(`  ${line}`);
    tell(outcome.problems, begun);
  }
});

function tell(problems: readonly string[], begun: number): void {
  for (const problem of problems) say(`  WRONG: ${problem}`);
  const seconds = (Date.now() - begun) / 1000;
  say(`  ${problems.length === 0 ? 'nothing is lost' : `${problems.length} problems`} (${seconds} s)`);
  if (problems.length > 0) process.exitCode = 1;
}
