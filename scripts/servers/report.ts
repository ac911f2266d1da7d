/** Takes one line of progress, without a line end, while something slow goes on. */
export type Report = (line: string) => void;

/** Says nothing. */
export const silent: Report = () => {};

/** The message of anything that was thrown, its first line only. */
export function reasonOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return message.split('\n')[0] ?? message;
}
