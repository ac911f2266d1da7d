import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundleWorkflowCode, type WorkflowBundleOption, type WorkflowBundleWithSourceMap } from '@temporalio/worker';
import { packageFolder } from '../../engine/common/package-folder.ts';

const isCompiled = import.meta.url.endsWith('.js');

/** Made by the build: a production worker needs no bundler at its start. @param traces as of {@link workflowBundle} */
export function prebuilt(traces: boolean): string {
  return fileURLToPath(new URL(`../../workflow-bundle${traces ? '-with-traces' : ''}.js`, import.meta.url));
}

/** Where the workflows' code stands: sources in development, compiled beside this file otherwise. */
export const WORKFLOWS_PATH = fileURLToPath(
  new URL(`../../workflows/index.${isCompiled ? 'js' : 'ts'}`, import.meta.url),
);

const bundles = new Map<boolean, Promise<WorkflowBundleOption>>();

/**
 * The workflows as one script, bundled once in a process however many workers it starts.
 * @param traces with what makes spans of the workflows’ steps; they are the same workflows otherwise
 */
export function workflowBundle(traces = false): Promise<WorkflowBundleOption> {
  const bundle = bundles.get(traces) ?? makeBundle(traces);
  bundles.set(traces, bundle);
  bundle.catch(() => bundles.delete(traces));
  return bundle;
}

async function makeBundle(traces: boolean): Promise<WorkflowBundleOption> {
  const ready = prebuilt(traces);
  if (isCompiled) return existsSync(ready) ? { codePath: ready } : bundleWorkflows(traces);
  const kept = join(KEPT, `workflows-${await hashOfSources()}${traces ? '-with-traces' : ''}.js`);
  if (existsSync(kept)) return { codePath: kept };
  const made = await bundleWorkflows(traces);
  return (await keep(made.code, kept)) ? { codePath: kept } : made;
}

/** Bundling takes seconds: what was bundled of the same sources and packages is used again. */
const KEPT = fileURLToPath(new URL('../../node_modules/.cache/mongo-to-prisma/', import.meta.url));

/** What the workflows may import of the project, their own folder included. */
export const BUNDLED_FOLDERS = ['workflows', 'engine/messages'] as const;

/** Of all that is bundled: the folders that workflows import from, and the packages. */
export async function hashOfSources(): Promise<string> {
  const hash = createHash('sha256');
  const sources = (await Promise.all(BUNDLED_FOLDERS.map(sourcesIn))).flat();
  for (const file of [...sources, join(packageFolder(), 'package-lock.json')]) {
    hash.update(`${file}\n`).update(await readFile(file));
  }
  return hash.digest('hex').slice(0, 16);
}

async function sourcesIn(name: string): Promise<string[]> {
  const folder = fileURLToPath(new URL(`../../${name}/`, import.meta.url));
  return (await readdir(folder, { recursive: true }))
    .filter((file) => file.endsWith('.ts') || file.endsWith('.js'))
    .sort()
    .map((file) => join(folder, file));
}

/** @returns false where the folder cannot be written */
async function keep(code: string, file: string): Promise<boolean> {
  try {
    await mkdir(KEPT, { recursive: true });
    await writeFile(`${file}.${process.pid}`, code);
    await rename(`${file}.${process.pid}`, file);
    return true;
  } catch {
    return false;
  }
}

const TRACES = '@temporalio/interceptors-opentelemetry/lib/workflow-interceptors.js';

/** Bundles the workflows' code as it stands. @param traces as of {@link workflowBundle} */
export function bundleWorkflows(traces: boolean): Promise<WorkflowBundleWithSourceMap> {
  const quiet = { log() {}, trace() {}, debug() {}, info() {}, warn() {}, error() {} };
  const workflowInterceptorModules = traces ? [createRequire(import.meta.url).resolve(TRACES)] : [];
  return bundleWorkflowCode({ workflowsPath: WORKFLOWS_PATH, workflowInterceptorModules, logger: quiet });
}
