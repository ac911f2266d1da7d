import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { cached } from '../../scripts/servers/programs/cache.ts';
import { projectFolder } from '../../scripts/servers/project.ts';
import type { Report } from '../../scripts/servers/report.ts';
import type { Ground } from '../ground.ts';
import type { Contender } from './contenders.ts';

const run = promisify(execFile);
const here = (name: string) => join(projectFolder, 'bench', 'contenders', name);

/**
 * A Python with dlt, kept in the cache folder: made once, with pip.
 * @returns the interpreter, or why there is none
 */
export async function dltPython(report: Report): Promise<{ python: string } | { missing: string }> {
  try {
    const requirements = await readFile(here('requirements.txt'));
    const name = createHash('sha256').update(requirements).digest('hex').slice(0, 12);
    const folder = await cached(
      `bench-dlt-${name}`,
      async (making) => {
        report('Installing dlt from PyPI');
        // Packages in a plain folder: unlike a virtual environment it can be renamed into its place.
        const packages = ['--target', join(making, 'packages'), '--requirement', here('requirements.txt')];
        await run('python3', ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', ...packages]);
      },
      report,
    );
    return { python: join(folder, 'packages') };
  } catch (error) {
    const { stderr, message } = error as Error & { stderr?: string };
    return { missing: (stderr?.trim().split('\n').at(-1) || message.split('\n')[0])! };
  }
}

/** dlt reading the dump's files: extract, normalise, load, all of them timed; it checks no reference and keeps no ID map. */
export function dlt(packages: string, { dump }: Ground, folder: string): Contender {
  return {
    key: 'dlt',
    does: 'dlt of PyPI, extract, normalise and load, with its defaults: tables of its own making, no foreign keys, no ID map, no verification',
    planned: false,
    leaves: 'all',
    async run(databaseUrl) {
      const env = {
        ...process.env,
        PYTHONPATH: packages,
        RUNTIME__DLTHUB_TELEMETRY: 'false',
        RUNTIME__LOG_LEVEL: 'ERROR',
      };
      const pipelines = join(folder, `dlt-${Date.now()}`);
      const { stdout } = await run('python3', [here('pipeline.py'), join(dump, 'platform'), databaseUrl, pipelines], {
        env,
        maxBuffer: 64 * 1024 * 1024,
      });
      const { seconds } = JSON.parse(stdout.trim().split('\n').at(-1)!) as { seconds: number };
      return { seconds };
    },
  };
}
