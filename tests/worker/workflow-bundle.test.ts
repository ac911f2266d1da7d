import { readFile } from 'node:fs/promises';
import { expect, test } from '@jest/globals';
import { BUNDLED_FOLDERS, workflowBundle } from '../../worker/temporal/workflow-bundle.ts';

/** The files that a bundle was made of, by its source map; those of packages are left out. */
function sourcesOf(code: string): string[] {
  const [, map] = /sourceMappingURL=data:application\/json;[^,]*base64,([\w+/=]+)/.exec(code)!;
  const { sources } = JSON.parse(Buffer.from(map!, 'base64').toString()) as { sources: string[] };
  return sources
    .flatMap(
      (source) => /\/((?:activities|engine|operations|prisma|stages|worker|workflows)\/.+)$/.exec(source)?.[1] ?? [],
    )
    .filter((source) => !source.includes('node_modules'));
}

test('what a kept bundle is known by covers every file of the project that is bundled', async () => {
  const { codePath } = (await workflowBundle()) as { codePath: string };
  const sources = sourcesOf(await readFile(codePath, 'utf8'));
  expect(sources.length).toBeGreaterThan(20);
  expect(sources.filter((source) => !BUNDLED_FOLDERS.some((folder) => source.startsWith(`${folder}/`)))).toEqual([]);
});
