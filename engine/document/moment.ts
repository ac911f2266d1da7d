import { doubleOf, int32Of, int64Of, millisecondsOf, textOf, timestampOf } from './bson/scalars.ts';
import { TYPE } from './bson/types.ts';
import type { BsonValue } from './bson/value.ts';
import type { Finding } from './findings/finding.ts';
import { DocumentRefused } from './findings/refusal.ts';

/** PostgreSQL's timestamptz begins in 4713 BC (manual, section 8.5); JavaScript's dates end before PostgreSQL's. */
const EARLIEST = Date.UTC(-4712, 0, 1);
/** Below this a number may be seconds or milliseconds, and nobody can tell. */
const AMBIGUOUS_BELOW = 1e11;
/** A date, or a date and time that says its offset; ECMAScript reads a bare date as UTC. */
const ISO =
  /^((?:\d{4}|[+-]\d{6})-\d\d(?:-(\d\d))?)(?:(?<=-\d\d-\d\d)[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?\s?(?:Z|[+-]\d\d:?\d\d))?$/i;
/** The zone stands after a time of day: in `05-06-2023` the last number is a year. */
const NAMED_ZONE = /\d:\d\d(:\d\d(\.\d+)?)?\s*((GMT|UTC)?[+-]\d{4}|GMT|UTC|Z)(\s*\([^)]*\))?$/;

/** A moment and what had to be said about reading it. */
export interface Moment {
  readonly date: Date;
  readonly finding: Finding | null;
}

/**
 * The moment that a BSON value means in a date field. Dates are exact; ISO text and milliseconds are cast with a
 * finding; what does not say its moment exactly is refused, since a reading that depends on this machine's time zone
 * would not be the same everywhere.
 * @throws DocumentRefused `invalidDate`, `ambiguousDate`, `cast`
 */
export function momentOf(value: BsonValue, path: string): Moment {
  if (value.type === TYPE.date) return { date: held(new Date(Number(millisecondsOf(value))), path), finding: null };
  const cast: Finding = { path, code: 'cast', oldValue: value };
  if (value.type === TYPE.string) return momentOfText(textOf(value), path, cast);
  if (value.type === TYPE.timestamp) {
    const { t, i } = timestampOf(value);
    if (i !== 0) throw new DocumentRefused('ambiguousDate', path);
    return { date: held(new Date(t * 1000), path), finding: cast };
  }
  const number = numberOf(value);
  if (number === null) throw new DocumentRefused('cast', path);
  return { date: momentOfNumber(number, path), finding: cast };
}

function numberOf(value: BsonValue): number | null {
  switch (value.type) {
    case TYPE.int32:
      return int32Of(value);
    case TYPE.double:
      return doubleOf(value);
    case TYPE.int64:
      return Number(int64Of(value));
    default:
      return null;
  }
}

function momentOfNumber(milliseconds: number, path: string): Date {
  if (!Number.isFinite(milliseconds)) throw new DocumentRefused('notFinite', path);
  if (Math.abs(milliseconds) < AMBIGUOUS_BELOW || !Number.isInteger(milliseconds)) {
    throw new DocumentRefused('ambiguousDate', path);
  }
  return held(new Date(milliseconds), path);
}

function momentOfText(text: string, path: string, cast: Finding): Moment {
  const trimmed = text.trim();
  if (/^[+-]?\d+(\.\d+)?$/.test(trimmed) && !/^\d{4}$/.test(trimmed)) {
    return { date: momentOfNumber(Number(trimmed), path), finding: cast };
  }
  const parsed = new Date(trimmed);
  const iso = ISO.exec(trimmed);
  if (Number.isNaN(parsed.getTime()) || (iso !== null && !isDay(iso[1]!, iso[2]))) {
    throw new DocumentRefused('invalidDate', path);
  }
  if (iso === null && !NAMED_ZONE.test(trimmed)) throw new DocumentRefused('ambiguousDate', path);
  const tooFine = /\.\d{3}\d*[1-9]/.test(trimmed);
  return { date: held(parsed, path), finding: tooFine ? { ...cast, code: 'subMillisecond' } : cast };
}

/** JavaScript reads 30 February as 2 March. */
function isDay(date: string, day: string | undefined): boolean {
  return day === undefined || new Date(date).getUTCDate() === Number(day);
}

function held(date: Date, path: string): Date {
  const time = date.getTime();
  if (Number.isNaN(time) || time < EARLIEST) throw new DocumentRefused('invalidDate', path);
  return date;
}

/** A date as PostgreSQL reads and this project compares it: `2026-01-31 10:20:30.000+00`, with BC where it is due. */
export function timestampText(date: Date): string {
  const iso = date.toISOString();
  if (iso.length === 24) {
    const year = iso.slice(0, 4);
    if (year !== '0000') return `${iso.slice(0, 10)} ${iso.slice(11, 23)}+00`;
  }
  const year = date.getUTCFullYear();
  const shown = String(year > 0 ? year : 1 - year).padStart(4, '0');
  const rest = iso.slice(iso.indexOf('-', 1));
  return `${shown}${rest.slice(0, 6)} ${rest.slice(7, 19)}+00${year > 0 ? '' : ' BC'}`;
}
