import { PlanChanged } from '../common/errors.ts';
import { stageNotInPlan } from '../messages/engine/run.ts';
import type { Plan, Stage } from './stage.ts';

/** @throws PlanChanged when the plan has no such stage: a run's stages are those of the build that began it */
export function stageNamed({ stages }: Pick<Plan, 'stages'>, name: string): Stage {
  const stage = stages.find((one) => one.name === name);
  if (stage === undefined) throw new PlanChanged(stageNotInPlan({ stage: name }));
  return stage;
}
