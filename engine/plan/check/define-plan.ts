import { InvalidPlan } from '../../common/errors.ts';
import { mergePolicies, type PlanPolicies, policiesOf } from '../policy/policies.ts';
import { policyProblems } from '../policy/policy-problems.ts';
import type { Plan } from '../stage.ts';
import { planProblems } from './plan-problems.ts';

/**
 * A plan whose stages hold their policies.
 * @throws InvalidPlan with everything in it that the models, the target or the other stages contradict, and every policy that
 * cannot hold
 */
export function definePlan(plan: Plan): Plan {
  const wrong = planProblems(plan);
  // Policies are held against columns that have to be there.
  const problems = wrong.length > 0 ? wrong : policyProblems(plan.stages, plan.policies);
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
