import { readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build, type Plugin, stop } from 'esbuild';
import { projectFolder } from '../../../scripts/servers/project.ts';
import { bundled, compiled } from '../scripts.ts';

/** What tests start as processes of their own, over and over. */
const ENTRIES = [
  ...['scripts/cli.ts', 'scripts/demo-runbook.ts', 'worker/main.ts', 'prisma/migrate.ts'],
  'tests/support/servers/worker-main.ts',
];
/** What is no JavaScript, what loads modules by itself, and what only bundling workflows needs. */
const EXTERNAL = ['tsx', 'webpack', 'swc-loader', 'source-map-loader'];

/**
 * Puts each command and worker that tests start, and the packages that it uses, into a few files: it then reads some
 * dozens in place of a thousand, which takes half of its start's time. Does nothing while nothing is compiled anew.
 */
export async function bundleProcesses(): Promise<void> {
  const dist = compiled('');
  const stamp = join(bundled(''), '.made-from');
  const wanted = await readFile(join(dist, '.all-made-from'), 'utf8');
  if ((await readFile(stamp, 'utf8').catch(() => null)) === wanted) return;
  await rm(bundled(''), { recursive: true, force: true });
  await build({
    entryPoints: ENTRIES.map(compiled),
    outbase: dist,
    outdir: bundled(''),
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    // Packages are found as Node finds them, and classes keep the names that errors go by.
    conditions: [],
    mainFields: ['main'],
    keepNames: true,
    external: EXTERNAL,
    banner: {
      js: "import { createRequire as requireFrom } from 'node:module'; const require = requireFrom(import.meta.url);",
    },
    absWorkingDir: projectFolder,
    logLevel: 'error',
    plugins: [inItsPlace],
  });
  await stop();
  await writeFile(stamp, wanted);
}

/** Modules that look for files beside themselves look where they stood. */
const inItsPlace: Plugin = {
  name: 'in-its-place',
  setup: (bundle) =>
    bundle.onLoad({ filter: /\.js$/ }, async ({ path }) => {
      const code = await readFile(path, 'utf8');
      if (path.startsWith(compiled(''))) {
        const placed = code.replaceAll('import.meta.url', JSON.stringify(pathToFileURL(path).href));
        // A package of CommonJS that is imported late has in a bundle but a default export.
        return { contents: placed.replaceAll(/\bimport\('[^.'][^']*'\)/g, '$&.then((all) => all.default ?? all)') };
      }
      if (!/__dirname|__filename|require\.resolve\(/.test(code)) return { contents: code };
      const place = `const __filename = ${JSON.stringify(path)}, __dirname = ${JSON.stringify(dirname(path))};`;
      const resolve = `require('node:module').createRequire(__filename).resolve(`;
      return { contents: place + code.replaceAll('require.resolve(', resolve) };
    }),
};
