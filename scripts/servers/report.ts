import { MigrationError } from '../../engine/common/errors.ts';
import { type Message, plain } from '../../engine/messages/message.ts';

/** Takes one line of progress, without a line end, while something slow goes on. */
export type Report = (line: string) => void;

/** Says nothing. */
export const silent: Report = () => {};

/** What anything that was thrown says; of a foreign error the first line only. */
export function reasonOf(error: unknown): Message {
  if (error instanceof MigrationError) return error.said;
  const message = error instanceof Error ? error.message : String(error);
  return plain(message.split('\n')[0] ?? message);
}
