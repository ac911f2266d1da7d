import { readFile } from 'node:fs/promises';

/** What a JSON text says; null for one that is no JSON. */
export function jsonOrNull(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** What a JSON file says; null for one that is not there, cannot be read, or holds no JSON. */
export async function jsonFileOrNull(file: string): Promise<unknown> {
  const text = await readFile(file, 'utf8').catch(() => null);
  return text === null ? null : jsonOrNull(text);
}
