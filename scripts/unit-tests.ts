import { readImports } from './rooms/imports.ts';
import { FOLDERS } from './rooms/ladder.ts';

/** Whatever leads here needs a server, or a process beside its own. */
const BEYOND = /^(tests\/support\/servers\/|scripts\/servers\/(?!project\.ts|report\.ts))|^tests\/scripts\/servers\//;

/**
 * The test files that need nothing but themselves: by none of their imports do they come to a server.
 * @param project the project's folder
 * @returns their paths from there
 */
export async function unitTests(project: string): Promise<string[]> {
  const { sources, files, packages } = await readImports(project, [...FOLDERS, 'tests']);
  const spawning = new Set(packages.filter(({ name }) => name === 'node:child_process').map(({ from }) => from));
  const importsOf = new Map<string, string[]>(sources.map((source) => [source, []]));
  for (const { from, to, typeOnly } of files) if (!typeOnly) importsOf.get(from)!.push(to);
  const leadsBeyond = (start: string): boolean => {
    const seen = new Set([start]);
    for (const file of seen) {
      if (BEYOND.test(file)) return true;
      for (const to of importsOf.get(file) ?? []) seen.add(to);
    }
    return false;
  };
  return sources.filter((file) => file.endsWith('.test.ts') && !spawning.has(file) && !leadsBeyond(file));
}
