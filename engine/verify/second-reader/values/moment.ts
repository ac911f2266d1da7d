const DAY = 86_400_000;

/** PostgreSQL's text of a `timestamptz(3)` in UTC: `2024-03-01 12:34:56.7+00`, with BC where it is due. */
export function timestampText(milliseconds: number): string {
  const days = Math.floor(milliseconds / DAY);
  const time = milliseconds - days * DAY;
  const { before, behind } = dayText(days);
  const seconds = Math.floor(time / 1000);
  const clock = `${two(Math.floor(seconds / 3600))}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
  return `${before}${clock}${decimals(time % 1000)}${behind}`;
}

/** A moment's text as a column of another type than `timestamptz` has it. @param text as of a `timestamptz` or `timestamp` */
export function momentAs(type: string, text: string): string {
  const [, day, clock, era] = /^(\S+) ([\d:.]+)(?:\+00)?( BC)?$/.exec(text) ?? [];
  if (clock === undefined) return text;
  switch (type) {
    case 'timestamptz':
      return `${day} ${clock}+00${era ?? ''}`;
    case 'date':
      return `${day}${era ?? ''}`;
    case 'time':
      return clock;
    case 'timetz':
      return `${clock}+00`;
    default:
      return `${day} ${clock}${era ?? ''}`;
  }
}

const two = (number: number) => (number < 10 ? `0${number}` : `${number}`);

/** Without the zeros at the end. */
function decimals(milliseconds: number): string {
  if (milliseconds === 0) return '';
  if (milliseconds % 100 === 0) return `.${milliseconds / 100}`;
  return milliseconds % 10 === 0
    ? `.${two(milliseconds / 10)}`
    : `.${milliseconds < 100 ? '0' : ''}${two(milliseconds)}`;
}

interface DayText {
  readonly before: string;
  readonly behind: string;
}

/** Days that came lately: many times are of the same ones. */
const lately = new Map<number, DayText>();
const MOST_DAYS = 5_000;

function dayText(days: number): DayText {
  const known = lately.get(days);
  if (known !== undefined) return known;
  if (lately.size >= MOST_DAYS) lately.clear();
  const { year, month, day } = civil(days);
  const shown = `${year > 0 ? year : 1 - year}`.padStart(4, '0');
  const text = { before: `${shown}-${two(month)}-${two(day)} `, behind: year > 0 ? '+00' : '+00 BC' };
  lately.set(days, text);
  return text;
}

/** The day of the proleptic Gregorian calendar so many days after 1970-01-01; years before 1 count down from 0. */
function civil(days: number): { year: number; month: number; day: number } {
  // Years begin in March, so that the odd day is the last one; 146,097 days are 400 years.
  const shifted = days + 719_468;
  const era = Math.floor(shifted / 146_097);
  const dayOfEra = shifted - era * 146_097;
  const yearOfEra = Math.floor(
    (dayOfEra - Math.floor(dayOfEra / 1460) + Math.floor(dayOfEra / 36_524) - Math.floor(dayOfEra / 146_096)) / 365,
  );
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const shiftedMonth = Math.floor((5 * dayOfYear + 2) / 153);
  const month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9;
  const day = dayOfYear - Math.floor((153 * shiftedMonth + 2) / 5) + 1;
  return { year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day };
}
