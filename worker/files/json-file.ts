import { readFileSync } from 'node:fs';
import type { Message } from '../../engine/messages/message.ts';
import { fileNotJson, fileUnreadable } from '../../engine/messages/worker/files.ts';

/** The JSON of the file that a setting names, or why there is none. */
export function readJsonFile(
  setting: string,
  path: string,
): { readonly json: unknown } | { readonly problem: Message } {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch {
    return { problem: fileUnreadable({ setting }) };
  }
  try {
    return { json: JSON.parse(text) };
  } catch {
    return { problem: fileNotJson({ setting }) };
  }
}

/**
 * Replaces each `${NAME}` by what the environment has; a variable that is not set is never taken for empty.
 * @param onMissing is given the name of each that is not set
 * @example fillIn('https://${HOST}/on', { HOST: 'shop' }, () => {}) // 'https://shop/on'
 */
export function fillIn(
  template: string,
  environment: Readonly<Record<string, string | undefined>>,
  onMissing: (name: string) => void,
): string {
  return template.replaceAll(/\$\{(\w+)\}/g, (_, name: string) => {
    const value = environment[name];
    if (value === undefined || value === '') onMissing(name);
    return value ?? '';
  });
}
