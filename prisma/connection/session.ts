/** The beginning of a session: what it has to be like is set, read back and held against what was asked for. */
import type pg from 'pg';
import { TargetUnfit } from '../../engine/common/errors.ts';
import {
  isTransactionPooler,
  losesCommits,
  sessionForgets,
  settingRefused,
} from '../../engine/messages/engine/target.ts';
import { isDurable, KEEP_ALIVE_SETTINGS, type SessionSettings } from './session-settings.ts';

/** The server's process behind a session; its number alone may be another's later. */
export interface Backend {
  readonly pid: string;
  readonly since: string;
}

/** Only what differs: some of them only a superuser may set, even to what they are. */
const SET = `SELECT set_config(has.name, wanted.value, false) FROM pg_settings AS has
  JOIN json_each_text($1::json) AS wanted(name, value) ON wanted.name = has.name WHERE has.setting <> wanted.value`;

const READ = `SELECT
    (SELECT json_object_agg(name, setting) FROM pg_settings
     WHERE name = 'synchronous_commit' OR name IN (SELECT json_object_keys($1::json)))::text AS settings,
    pg_backend_pid()::text AS pid,
    (SELECT backend_start::text FROM pg_stat_activity WHERE pid = pg_backend_pid()) AS since`;

/**
 * Makes a new session what it has to be, before anything else is done in it.
 *
 * @param place names the server in errors
 * @param another opens a second session of the same login, which is ended here
 * @throws {TargetUnfit} naming the setting that cannot be had; or when a pooler gives each transaction another session
 */
export async function beginSession(
  client: pg.Client,
  settings: SessionSettings,
  place: string,
  another: () => Promise<pg.Client>,
): Promise<Backend> {
  await set(client, { ...KEEP_ALIVE_SETTINGS, ...settings }, place);
  const { has, backend } = await read(client, settings);
  for (const [name, value] of Object.entries(settings)) {
    // Older servers do not have each of them.
    if (!(name in has) || has[name] === value) continue;
    throw new TargetUnfit(sessionForgets({ target: place, setting: name }));
  }
  if (!isDurable(has['synchronous_commit']!)) {
    throw new TargetUnfit(losesCommits({ target: place, value: String(has['synchronous_commit']) }));
  }
  await refuseTransactionPooler(client, backend, place, another);
  return backend;
}

async function set(client: pg.Client, settings: SessionSettings, place: string): Promise<void> {
  try {
    await client.query(SET, [JSON.stringify(settings)]);
  } catch (error) {
    const { code, message } = error as { code?: string; message: string };
    if (code !== '42501') throw error;
    throw new TargetUnfit(settingRefused({ target: place, why: message }), { cause: error });
  }
}

async function read(client: pg.Client, settings: SessionSettings) {
  const { rows } = await client.query<{ settings: string } & Backend>(READ, [JSON.stringify(settings)]);
  const { settings: has, pid, since } = rows[0]!;
  return { has: JSON.parse(has) as Record<string, string>, backend: { pid, since } };
}

/** How often two sessions are watched for a pooler that changes what stands behind them. */
const LOOKS = 4;
const PID = 'SELECT pg_backend_pid()::text AS pid';

/**
 * A pooler shows by the process that it tells to cancel, which is not the server's; and one of transactions by giving one
 * process to two sessions, or two to one.
 */
async function refuseTransactionPooler(
  client: pg.Client,
  { pid }: Backend,
  place: string,
  another: () => Promise<pg.Client>,
): Promise<void> {
  if (String((client as unknown as { processID: number | null }).processID) === pid) return;
  const other = await another();
  try {
    for (let look = 0; look < LOOKS; look++) {
      const { rows: theirs } = await other.query<{ pid: string }>(`BEGIN; ${PID}`).then(last);
      const { rows: ours } = await client.query<{ pid: string }>(PID);
      await other.query('ROLLBACK');
      if (theirs[0]!.pid !== pid && ours[0]!.pid === pid) continue;
      throw new TargetUnfit(isTransactionPooler({ target: place }));
    }
  } finally {
    await other.end();
  }
}

/** Of several statements in one message node-postgres answers a list. */
function last<T>(results: T | T[]): T {
  return Array.isArray(results) ? results.at(-1)! : results;
}
