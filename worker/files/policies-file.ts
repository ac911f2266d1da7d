import { z } from 'zod';
import type { PlanPolicies } from '../../engine/plan/policy/policies.ts';
import { policyProblems } from '../../engine/plan/policy/policy-problems.ts';
import { plan } from '../../stages/plan.ts';
import { readJsonFile } from './json-file.ts';

const texts = z.record(z.string(), z.string());
/** One action, or an action (or a map of values) for each path. */
const policy = z.union([z.string(), z.record(z.string(), z.union([z.string(), texts]))]);
const policies = z.object({ quarantine: z.array(z.string()).optional() }).catchall(policy);
/** Only the shape: whether policies can hold is said by the engine, for a plan and a file alike. */
const file = z
  .object({
    quarantine: z.array(z.string()).optional(),
    stages: z.record(z.string(), policies).optional(),
  })
  .catchall(policy);

/**
 * Policies of a JSON file.
 * @returns with a sentence for everything that is wrong with them; the file's values are in none
 */
export function readPoliciesFile(path: string): {
  readonly policies: PlanPolicies;
  readonly problems: readonly string[];
} {
  const given = readJsonFile(path);
  if ('problem' in given) return { policies: {}, problems: [`POLICIES_FILE ${given.problem}.`] };
  const parsed = file.safeParse(given.json);
  if (!parsed.success) {
    const where = (steps: readonly PropertyKey[]) => (steps.length === 0 ? 'the file' : steps.join('.'));
    return {
      policies: {},
      problems: parsed.error.issues.map((issue) => `POLICIES_FILE: ${where(issue.path)} is no policy.`),
    };
  }
  const declared = parsed.data as PlanPolicies;
  return {
    policies: declared,
    problems: policyProblems(plan.stages, declared).map(({ text }) => `POLICIES_FILE: ${text}`),
  };
}
