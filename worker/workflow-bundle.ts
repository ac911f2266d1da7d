import { existsSync } from 'node:fs';
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
  return isCompiled && existsSync(PREBUILT) ? { codePath: PREBUILT } : bundleWorkflows();
}

/** Bundles the workflows' code as it stands. */
export function bundleWorkflows(): Promise<WorkflowBundleWithSourceMap> {
  const quiet = { log() {}, trace() {}, debug() {}, info() {}, warn() {}, error() {} };
  return bundleWorkflowCode({ workflowsPath: WORKFLOWS_PATH, logger: quiet });
}
