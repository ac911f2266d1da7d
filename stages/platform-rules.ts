import { OPEN, type Rules, type TableRule } from '../engine/plan/rules.ts';

const rule = (declared: Partial<TableRule>): TableRule => ({ ...OPEN, deletable: false, ...declared });

/** A row of an array inside a funding project: it stays where it is. */
const part = (declared: Partial<TableRule> = {}) => rule({ immutable: ['id', 'projectId'], ...declared });

/**
 * What the platform may do to funding and payments after the switch (runbook, section 8): everything else that differs from
 * what was moved is damage. MONITOR_FILE declares over it.
 */
export const PLATFORM_RULES: Rules = {
  FundingProject: rule({
    immutable: ['id', 'artistId', 'createdAt'],
    fixed: [{ column: 'status', labels: ['성공', '집행중', '완료'], columns: ['goalAmount', 'startDate'] }],
    transitions: {
      status: {
        준비중: ['진행중', '취소'],
        진행중: ['성공', '실패', '취소'],
        성공: ['집행중', '완료', '취소'],
        집행중: ['완료'],
      },
    },
    born: 'createdAt',
  }),
  FundingProjectExecutionPlan: part(),
  FundingProjectReward: part({ deletable: true }),
  FundingProjectStage: part({ immutable: ['id', 'projectId', 'planId'], deletable: true }),
  Pledge: part({ immutable: ['id', 'projectId', 'userId', 'amount', 'backedAt'], born: 'backedAt' }),
  FundingProjectExpenseRecord: part({ deletable: true }),
  FundingProjectDistribution: part({
    immutable: ['id', 'projectId', 'backerId', 'originalAmount'],
    fixed: [{ column: 'status', labels: ['지급완료'], columns: ['profitShare', 'totalReturn', 'distributedAt'] }],
    transitions: { status: { 대기: ['분배완료'], 분배완료: ['지급완료'] } },
  }),
  FundingProjectUpdate: part({ immutable: ['id', 'projectId', 'createdAt'], deletable: true }),
  Payment: rule({
    immutable: ['id', 'paymentId', 'orderId', 'projectId', 'backerId', 'createdAt'],
    fixed: [
      {
        column: 'status',
        labels: ['completed', 'refunded'],
        columns: ['amount', 'paymentMethod', 'paymentProvider', 'transactionId', 'paymentKey', 'completedAt'],
      },
      { column: 'status', labels: ['refunded'], columns: ['refundAmount', 'refundedAt', 'refundId'] },
    ],
    transitions: {
      status: {
        pending: ['completed', 'failed', 'cancelled'],
        failed: ['pending'],
        completed: ['refunded', 'cancelled'],
      },
    },
    computed: ['pledgeId'],
    born: 'createdAt',
  }),
};
