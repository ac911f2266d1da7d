/** 12,345 */
export function grouped(count: number): string {
  return count.toLocaleString('en-US');
}

/** 1 document, 2 documents */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${grouped(count)} ${count === 1 ? one : many}`;
}

/** 45s, 3m 20s, 2h 05m */
export function duration(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  if (whole < 60) return `${whole}s`;
  if (whole < 3600) return `${Math.floor(whole / 60)}m ${pad(whole % 60)}s`;
  return `${Math.floor(whole / 3600)}h ${pad(Math.floor((whole % 3600) / 60))}m`;
}

/** The clock's time of a moment, for plain lines. */
export function clock(at: Date = new Date()): string {
  return at.toISOString().slice(11, 19);
}

function pad(value: number): string {
  return String(value).padStart(2, '0');
}
