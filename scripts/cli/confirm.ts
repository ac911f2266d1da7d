import { createInterface } from 'node:readline/promises';
import { ConfigurationError } from '../../engine/common/errors.ts';
import { noTerminal } from '../../engine/messages/commands/options.ts';
import type { Message } from '../../engine/messages/message.ts';
import { io } from './io.ts';

/**
 * Asks a person for a plain yes.
 * @throws ConfigurationError where nobody can be asked
 */
export async function confirm(question: Message): Promise<boolean> {
  const { input, out } = io();
  if (!input.isTTY || !out.isTTY) {
    throw new ConfigurationError([noTerminal()]);
  }
  const prompt = createInterface({ input, output: out });
  try {
    return /^y(es)?$/i.test((await prompt.question(`${question.text} [y/N] `)).trim());
  } finally {
    prompt.close();
  }
}
