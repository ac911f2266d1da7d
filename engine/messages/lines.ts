import { type Message, message } from './message.ts';

const twoLines = message('lines', { en: '{line}\n{others}', ko: '{line}\n{others}' });

/** Several sentences as one text. */
export const sentences = message('sentences', { en: '{all}', ko: '{all}' });

/** Several messages as one, each on a line of its own; there is at least one. */
export function eachOnALine(messages: readonly Message[]): Message {
  return messages.reduceRight((others, line) => twoLines({ line, others }));
}
