import type { BsonValue } from '../document/bson/value.ts';
import type { Finding, FindingCode } from '../document/findings/finding.ts';
import { DocumentRefused } from '../document/findings/refusal.ts';
import type { Findings } from '../plan/check-context.ts';

/** A value that was refused, and how many findings there were before it was looked at. */
export interface BadValue {
  /** Undefined where there is none. */
  readonly value: BsonValue | undefined;
  readonly path: string;
  readonly before: number;
}

/** What can stand in its place, by action. */
export type StandIns<T> = { readonly [Action in 'null' | 'default']?: () => T };

/**
 * What a policy puts in a refused value's place, with a finding instead of those that were made on the way to the refusal.
 * @throws the refusal itself where no policy is about it, or what the policy wants cannot stand there
 */
export function mended<T>(
  refusal: unknown,
  { value, path, before }: BadValue,
  standIns: StandIns<T>,
  findings: Finding[],
  to: Pick<Findings, 'actionFor'>,
): T {
  if (!(refusal instanceof DocumentRefused)) throw refusal;
  const action = to.actionFor(refusal.code, path);
  const take = action === 'null' || action === 'default' ? standIns[action] : undefined;
  if (take === undefined) throw refusal;
  findings.length = before;
  const standIn = take();
  const code = `${refusal.code}=${action}` as FindingCode;
  findings.push({ path, code, ...(value !== undefined && { oldValue: value }), ...noteOf(standIn) });
  return standIn;
}

/** The new number or time; other values are not told. */
function noteOf(value: unknown): Pick<Finding, 'note'> {
  if (typeof value === 'number') return { note: String(value) };
  return value instanceof Date ? { note: value.toISOString() } : {};
}
