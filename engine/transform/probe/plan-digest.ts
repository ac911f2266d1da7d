import { createHash } from 'node:crypto';
import type { Plan, Stage } from '../../plan/stage.ts';
import { changedTransforms, type Run } from '../../state/run/run.ts';
import { changed, type Probe, placedFields, secondValue, wholeDocument } from './probe-document.ts';
import { runProbe } from './run-probe.ts';

const digests = new WeakMap<Stage, Promise<string>>();

/**
 * A digest per stage of what its check and its transform make of documents that are made up from its model: one that has
 * everything, and one each with another value, and without one, in every field. The declared `version` is kept by hand; this is not.
 */
export async function planDigests(plan: Plan): Promise<Record<string, string>> {
  const entries: [string, string][] = [];
  for (const stage of plan.stages) entries.push([stage.name, await digestOf(stage)]);
  return Object.fromEntries(entries);
}

/**
 * Stages whose transforms in this build are others than those that the run was begun with: by their hashes, or by what
 * they make of the probes. A run of an older build has no digests, and is held to the hashes alone.
 */
export async function changedStages(run: Run, plan: Plan): Promise<string[]> {
  const byHash = changedTransforms(run, plan);
  if (run.planDigests === null) return byHash;
  const now = await planDigests(plan);
  const { planDigests: before } = run;
  return plan.stages
    .map(({ name }) => name)
    .filter((name) => byHash.includes(name) || (before[name] !== undefined && before[name] !== now[name]));
}

/** Made once per stage and process. */
function digestOf(stage: Stage): Promise<string> {
  const known = digests.get(stage);
  if (known !== undefined) return known;
  const made = makeDigest(stage);
  digests.set(stage, made);
  return made;
}

async function makeDigest(stage: Stage): Promise<string> {
  const whole = wholeDocument(stage.fields);
  const hash = createHash('sha256').update(await outcomeOf(stage, whole));
  for (const { field, place } of placedFields(stage.fields)) {
    hash.update(await outcomeOf(stage, changed(whole, place, undefined)));
    if (field.kind === 'nested' || field.kind === 'documents') continue;
    hash.update(await outcomeOf(stage, changed(whole, place, secondValue(field))));
  }
  return hash.digest('hex').slice(0, 16);
}

async function outcomeOf(stage: Stage, probe: Probe): Promise<string> {
  const outcome = await runProbe(stage, probe);
  if (outcome.kind === 'refused') return `${outcome.code}\n`;
  return `${JSON.stringify([[...outcome.cells].sort(), [...outcome.findings].sort()])}\n`;
}
