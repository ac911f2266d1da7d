import { InvalidPlan } from '../common/errors.ts';
import { mergePolicies, type PlanPolicies, policiesOf } from './policy/policies.ts';
import { policyProblems } from './policy/policy-problems.ts';
import type { Plan } from './stage.ts';

/**
 * A plan whose stages hold their policies.
 * @throws InvalidPlan with every policy that cannot hold
 */
export function definePlan(plan: Plan): Plan {
  const problems = policyProblems(plan.stages, plan.policies);
  if (problems.length > 0) throw new InvalidPlan(problems);
  const stages = plan.stages.map((stage) => ({ ...stage, policies: policiesOf(stage.name, plan.policies) }));
  return { ...plan, stages };
}

/**
 * The plan with more policies over its own.
 * @throws InvalidPlan
 */
export function withPolicies(plan: Plan, policies: PlanPolicies): Plan {
  return definePlan({ ...plan, policies: mergePolicies(plan.policies, policies) });
}
