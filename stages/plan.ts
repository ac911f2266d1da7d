import { definePlan } from '../engine/plan/check/define-plan.ts';
import { artist } from './artist.ts';
import { fundingProject } from './funding-project.ts';
import { payment } from './payment.ts';
import { target } from './platform.ts';
import { project } from './project.ts';
import { user } from './user.ts';

/** The platform's plan: every stage refers only to earlier ones (runbook, section 2). */
export const plan = definePlan({
  name: 'platform',
  target,
  stages: [user, artist, project, fundingProject, payment],
  idMapOrder: [
    ...['user', 'artist', 'artistAchievement'],
    ...['project', 'projectTask', 'projectMilestone', 'projectTeam', 'projectNote'],
    ...['fundingProject', 'fundingExecutionPlan', 'fundingReward', 'fundingStage', 'fundingBacker'],
    ...['fundingExpense', 'fundingDistribution', 'fundingUpdate'],
    'payment',
  ],
  // None: every bad value sends its document to quarantine. POLICIES_FILE declares some without a change here.
  policies: {},
});
