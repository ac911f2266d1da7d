import { readdir, readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { runMark } from '../data/run-mark.ts';

/** What is being closed may take a moment. */
const patienceMs = 5_000;

/** Connections, databases and processes that the tests did not clean up, one sentence each. */
export async function leaksOf(run: { postgresUrl: string; template: string; mark: string }): Promise<string[]> {
  const deadline = Date.now() + patienceMs;
  for (;;) {
    const leaks = [...(await postgresLeaks(run.postgresUrl, run.template)), ...(await processLeaks(run.mark))];
    if (leaks.length === 0 || Date.now() > deadline) return leaks;
    await sleep(250);
  }
}

async function postgresLeaks(url: string, template: string): Promise<string[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const sessions = await client.query<{ datname: string; application_name: string; state: string }>(
      `SELECT datname, application_name, state FROM pg_stat_activity
       WHERE backend_type = 'client backend' AND pid <> pg_backend_pid() AND (datname LIKE 'test\\_%' OR datname = $1)`,
      [template],
    );
    const databases = await client.query<{ datname: string }>(
      `SELECT datname FROM pg_database WHERE datname LIKE 'test\\_%'`,
    );
    return [
      ...sessions.rows.map(
        (row) => `a connection to ${row.datname} (${row.application_name || 'unnamed'}, ${row.state})`,
      ),
      ...databases.rows.map((row) => `the database ${row.datname}`),
    ];
  } finally {
    await client.end();
  }
}

/** Reads Linux's /proc; elsewhere nothing is found. Test processes of Jest's own are on their way out. */
async function processLeaks(mark: string): Promise<string[]> {
  const leaks: string[] = [];
  for (const pid of (await readdir('/proc').catch(() => [])).filter((name) => /^\d+$/.test(name))) {
    const environment = await readFile(`/proc/${pid}/environ`, 'utf8').catch(() => '');
    if (!environment.split('\0').includes(`${runMark}=${mark}`)) continue;
    const command = (await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')).replaceAll('\0', ' ').trim();
    // A process that ended and was not waited for has an empty command line.
    if (command !== '' && !command.includes('jest-worker')) leaks.push(`the process ${pid}: ${command.slice(0, 200)}`);
  }
  return leaks;
}
