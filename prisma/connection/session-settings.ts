import { commitTooWeak, searchPathSet, settingNeeded } from '../../engine/messages/engine/target.ts';
import type { Message } from '../../engine/messages/message.ts';

/** What a session of ours has to be like, whatever a URL, a role or a database says of its sessions. */

/**
 * How long PostgreSQL lets a silent or stuck writer hold its locks, in milliseconds. All of them end before
 * Temporal's heartbeat timeout: a process that was stopped must be gone when the next attempt comes. 0 is for ever.
 */
export interface TargetTimeouts {
  readonly idleInTransaction: number;
  readonly lock: number;
  readonly transaction: number;
  /** How often it is looked whether PostgreSQL works on a statement that has no timeout. */
  readonly look: number;
}
export const DEFAULT_TARGET_TIMEOUTS: TargetTimeouts = {
  idleInTransaction: 8_000,
  lock: 10_000,
  transaction: 25_000,
  look: 10_000,
};

/** For sessions that copy, compare and rename whole tables: a statement may take its time there. */
export const NO_TIMEOUTS: TargetTimeouts = {
  ...DEFAULT_TARGET_TIMEOUTS,
  idleInTransaction: 0,
  lock: 0,
  transaction: 0,
};

/** Settings by the name that `pg_settings` has for them, in its own words. */
export type SessionSettings = Readonly<Record<string, string>>;

/** What every session has, and every program that is called; values as `pg_settings` shows them. */
export const COMMON_SETTINGS: SessionSettings = {
  TimeZone: 'UTC',
  DateStyle: 'ISO, MDY',
  IntervalStyle: 'postgres',
  extra_float_digits: '1',
  client_encoding: 'UTF8',
  bytea_output: 'hex',
  standard_conforming_strings: 'on',
  default_transaction_isolation: 'read committed',
  default_transaction_read_only: 'off',
  session_replication_role: 'origin',
  // A policy that hides rows must make a statement fail: rows that are not seen would be counted as lost.
  row_security: 'off',
};

/**
 * A worker’s host that is lost must not leave its sessions and their locks behind for hours: within a minute PostgreSQL
 * finds out. Not every system, and no socket of a file, has these.
 */
export const KEEP_ALIVE_SETTINGS: SessionSettings = {
  tcp_keepalives_idle: '30',
  tcp_keepalives_interval: '10',
  tcp_keepalives_count: '3',
};

/** All settings of a session that finds unqualified names in `schema`, and in no other. */
export function settingsOf(schema: string, timeouts: TargetTimeouts): SessionSettings {
  return {
    ...COMMON_SETTINGS,
    search_path: `"${schema.replaceAll('"', '""')}"`,
    ...timeoutSettings(timeouts),
    ...plannerSettings(timeouts),
  };
}

/**
 * A statement with a bound looks rows up by key. Side tables fill faster than PostgreSQL takes statistics: it may know
 * none but root documents yet, and go through all of a table for each key of a batch. What goes through whole tables on
 * purpose lifts this together with the bound. The planner's penalty for a scan would set JIT going for nothing.
 */
function plannerSettings({ transaction }: TargetTimeouts): SessionSettings {
  return { enable_seqscan: transaction === 0 ? 'on' : 'off', jit: 'off' };
}

/** Connections wait in a pool: no server may end them for that. `transaction_timeout` came with PostgreSQL 17. */
function timeoutSettings({ idleInTransaction, lock, transaction }: TargetTimeouts): SessionSettings {
  return {
    idle_in_transaction_session_timeout: String(idleInTransaction),
    idle_session_timeout: '0',
    lock_timeout: String(lock),
    statement_timeout: String(transaction),
    transaction_timeout: String(transaction),
  };
}

/**
 * What stands against a setting that somebody wants for our sessions; null when nothing does. Equal values are let pass.
 * @param name in lower case
 */
export function objectionTo(name: string, value: string, schema: string): Message | null {
  if (name === 'synchronous_commit') return isDurable(value) ? null : commitTooWeak();
  const ours = Object.entries(settingsOf(schema, DEFAULT_TARGET_TIMEOUTS)).find(([own]) => own.toLowerCase() === name);
  if (ours === undefined || plain(name, ours[1]) === plain(name, value)) return null;
  if (name === 'search_path') return searchPathSet();
  return settingNeeded({ setting: name, value: ours[1] });
}

/** Whether a commit that was answered outlives a crash of the server. */
export function isDurable(synchronousCommit: string): boolean {
  return ['on', 'remote_apply', 'true', 'yes', '1'].includes(synchronousCommit.toLowerCase());
}

const MILLISECONDS: Readonly<Record<string, number>> = {
  '': 1,
  ms: 1,
  s: 1_000,
  min: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};
const SWITCH: Readonly<Record<string, string>> = {
  true: 'on',
  yes: 'on',
  '1': 'on',
  false: 'off',
  no: 'off',
  '0': 'off',
};

/** A setting's value so that equal ones are written alike. */
function plain(name: string, value: string): string {
  const trimmed = value.trim();
  const [, number, unit] = /^(\d+)\s*(ms|s|min|h|d|)$/.exec(trimmed) ?? [];
  if (name.endsWith('_timeout') && number !== undefined) return String(Number(number) * MILLISECONDS[unit!]!);
  if (name === 'search_path') {
    return /^".*"$/s.test(trimmed) ? trimmed : `"${trimmed.toLowerCase()}"`;
  }
  const lower = trimmed.toLowerCase();
  if (name === 'datestyle') return lower.replaceAll(' ', '').replace(/^iso$/, 'iso,mdy');
  if (name === 'client_encoding') return lower.replaceAll(/[^a-z0-9]/g, '');
  return name === 'extra_float_digits' ? lower : (SWITCH[lower] ?? lower);
}
