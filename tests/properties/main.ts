/**
 * `npm run test:properties`: random documents under each model, valid and broken, migrated and looked for value by value.
 * A seed decides which documents they are.
 */
import { randomUUID } from 'node:crypto';
import { Command, InvalidArgumentError } from 'commander';
import pg from 'pg';
import { applyMigrations } from '../../prisma/apply-migrations.ts';
import { startPostgres } from '../../scripts/servers/postgres.ts';
import { urlOfDatabase } from '../support/databases.ts';
import { announceServers } from '../support/servers.ts';
import { experiment } from './experiment.ts';

function whole(text: string): number {
  if (!/^\d+$/.test(text)) throw new InvalidArgumentError('It must be a whole number.');
  return Number(text);
}

const program = new Command('test:properties')
  .description('Migrates random documents, valid and broken, and looks for every value of each in what became of it.')
  .option('--documents <n>', 'documents of each collection', whole, 1000)
  .option('--seed <n>', 'which documents', whole, Number(process.env['FC_SEED'] ?? Date.now() % 1_000_000))
  .option('--rounds <n>', 'how often, each time with the next seed', whole, 1)
  .showHelpAfterError('(--help shows the options)')
  .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : 2))
  .parse();

const { documents, seed, rounds } = program.opts<{ documents: number; seed: number; rounds: number }>();
const say = (line: string): void => {
  process.stdout.write(`${line}\n`);
};

const postgres = await startPostgres();
try {
  const templateDatabase = `template_${randomUUID().replaceAll('-', '')}`;
  const client = new pg.Client({ connectionString: postgres.url });
  await client.connect();
  await client.query(`CREATE DATABASE ${templateDatabase}`);
  await client.end();
  await applyMigrations(urlOfDatabase(postgres.url, templateDatabase));
  announceServers({ postgresUrl: postgres.url, templateDatabase });
  for (let round = 0; round < rounds; round++) {
    say(`Seed ${seed + round}, ${documents} documents of each collection`);
    const begun = Date.now();
    const { problems, summary } = await experiment(documents, seed + round);
    for (const [stage, { moved, quarantined }] of Object.entries(summary)) {
      const codes = Object.entries(quarantined).map(([code, count]) => `${code} ${count}`);
      say(`  ${stage}: ${moved} moved; in quarantine: ${codes.join(', ')}`);
    }
    for (const problem of problems) say(`  WRONG: ${problem}`);
    say(
      `  ${problems.length === 0 ? 'nothing is lost' : `${problems.length} problems`} (${(Date.now() - begun) / 1000} s)`,
    );
    if (problems.length > 0) process.exitCode = 1;
  }
} finally {
  await postgres.stop();
}
