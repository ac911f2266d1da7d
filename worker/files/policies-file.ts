import { z } from 'zod';
import { placeOf } from '../../engine/messages/input/problems.ts';
import { WHOLE } from '../../engine/messages/input/words.ts';
import type { Message } from '../../engine/messages/message.ts';
import { inFile, notPolicy } from '../../engine/messages/worker/files.ts';
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
  readonly problems: readonly Message[];
} {
  const given = readJsonFile('POLICIES_FILE', path);
  if ('problem' in given) return { policies: {}, problems: [given.problem] };
  const parsed = file.safeParse(given.json);
  if (!parsed.success) {
    return {
      policies: {},
      problems: parsed.error.issues.map((issue) => notPolicy({ where: placeOf(issue, WHOLE.file) })),
    };
  }
  const declared = parsed.data as PlanPolicies;
  return {
    policies: declared,
    problems: policyProblems(plan.stages, declared).map((problem) => inFile({ setting: 'POLICIES_FILE', problem })),
  };
}
