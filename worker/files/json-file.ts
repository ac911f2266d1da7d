import { readFileSync } from 'node:fs';

/** The JSON of a file, or in words why there is none: `cannot be read`, `is not JSON`. */
export function readJsonFile(path: string): { readonly json: unknown } | { readonly problem: string } {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch {
    return { problem: 'cannot be read' };
  }
  try {
    return { json: JSON.parse(text) };
  } catch {
    return { problem: 'is not JSON' };
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
