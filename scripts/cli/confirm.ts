import { createInterface } from 'node:readline/promises';
import { ConfigurationError } from '../../engine/common/errors.ts';

/**
 * Asks a person for a plain yes.
 * @throws ConfigurationError where nobody can be asked
 */
export async function confirm(question: string): Promise<boolean> {
  if (!process.stdin.isTTY || !process.stdout.isTTY) {
    throw new ConfigurationError(['No terminal to ask for confirmation: add --yes.']);
  }
  const prompt = createInterface({ input: process.stdin, output: process.stdout });
  try {
    return /^y(es)?$/i.test((await prompt.question(`${question} [y/N] `)).trim());
  } finally {
    prompt.close();
  }
}
