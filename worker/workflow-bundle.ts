import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundleWorkflowCode, type WorkflowBundleOption, type WorkflowBundleWithSourceMap } from '@temporalio/worker';

const isCompiled = import.meta.url.endsWith('.js');

/** Made by the build: a production worker needs no bundler at its start. */
export const PREBUILT = fileURLToPath(new URL('../workflow-bundle.js', import.meta.url));

/** Where the workflows' code stands: sources in development, compiled beside this file otherwise. */
export const WORKFLOWS_PATH = fileURLToPath(new URL(`../workflows/index.${isCompiled ? 'js' : 'ts'}`, import.meta.url));

let bundle: Promise<WorkflowBundleOption> | null = null;

/** The workflows as one script, bundled once in a process however many workers it starts. */
export function workflowBundle(): Promise<WorkflowBundleOption> {
  bundle ??= makeBundle();
  bundle.catch(() => {
    bundle = null;
  });
  return bundle;
}

async function makeBundle(): Promise<WorkflowBundleOption> {
  if (isCompiled) return existsSync(PREBUILT) ? { codePath: PREBUILT } : bundleWorkflows();
  const kept = join(KEPT, `workflows-${await hashOfSources()}.js`);
  if (existsSync(kept)) return { codePath: kept };
  const made = await bundleWorkflows();
  return (await keep(made.code, kept)) ? { codePath: kept } : made;
}

/** Bundling takes seconds: what was bundled of the same sources and packages is used again. */
const KEPT = fileURLToPath(new URL('../node_modules/.cache/mongo-to-prisma/', import.meta.url));

async function hashOfSources(): Promise<string> {
  const hash = createHash('sha256');
  const folder = fileURLToPath(new URL('../workflows/', import.meta.url));
  const sources = (await readdir(folder)).sort().map((name) => join(folder, name));
  for (const file of [...sources, fileURLToPath(new URL('../package-lock.json', import.meta.url))]) {
    hash.update(`${file}\n`).update(await readFile(file));
  }
  return hash.digest('hex').slice(0, 16);
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

/** Bundles the workflows' code as it stands. */
export function bundleWorkflows(): Promise<WorkflowBundleWithSourceMap> {
  const quiet = { log() {}, trace() {}, debug() {}, info() {}, warn() {}, error() {} };
  return bundleWorkflowCode({ workflowsPath: WORKFLOWS_PATH, logger: quiet });
}
