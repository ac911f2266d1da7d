import { InvalidPlan } from '../../common/errors.ts';
import type { Message } from '../../messages/message.ts';
import { mergePolicies, type PlanPolicies, policiesOf } from '../policy/policies.ts';
import { policyProblems } from '../policy/policy-problems.ts';
import type { Plan } from '../stage.ts';
import { planProblems } from './plan-problems.ts';

/**
 * A plan whose stages hold their policies.
 * @throws InvalidPlan with everything in it that the models, the target or the other stages contradict; else with every policy
 * that cannot hold
 */
export function definePlan(plan: Plan): Plan {
  // First: policies are held against columns that have to be there.
  refuse(planProblems(plan));
  return holdingPolicies(plan);
}

/**
 * The plan with more policies over its own.
 * @throws InvalidPlan
 */
export function withPolicies(plan: Plan, policies: PlanPolicies): Plan {
  return holdingPolicies({ ...plan, policies: mergePolicies(plan.policies, policies) });
}

function holdingPolicies(plan: Plan): Plan {
  refuse(policyProblems(plan.stages, plan.policies));
  const stages = plan.stages.map((stage) => ({ ...stage, policies: policiesOf(stage.name, plan.policies) }));
  return { ...plan, stages };
}

function refuse(problems: readonly Message[]): void {
  if (problems.length > 0) throw new InvalidPlan(problems);
}
