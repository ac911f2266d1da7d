import { POLICY_FINDINGS, type PolicyUse, WITHOUT_POLICY } from '../../engine/document/findings/policy-codes.ts';
import { REFUSAL_CODES } from '../../engine/document/findings/refusal.ts';
import type { PlanPolicies } from '../../engine/plan/policy/policies.ts';
import { actionsOf, policyProblems } from '../../engine/plan/policy/policy-problems.ts';
import type { Plan } from '../../engine/plan/stage.ts';
import { code } from './describe-field.ts';
import { markdownTable } from './markdown-table.ts';

const EXAMPLE: PlanPolicies = {
  nul: 'strip',
  moneyScale: 'round',
  stages: {
    user: { duplicate: { username: 'suffix', email: 'skip' }, invalidDate: { lastLogin: 'null' } },
    project: { enum: { status: { PUBLISHED: '진행중', DRAFT: '계획중' } }, quarantine: ['tooLong'] },
  },
};

const INTRODUCTION = `# Policies

Written by \`npm run docs\`; changes made here are lost.

A value that cannot move sends its document to quarantine, with a code. A policy says what is done instead: the value is
mended, the document moves, and a finding tells of it, one for every value, with the old value. The finding’s code is the
policy itself, \`nul=strip\`; reports count them, and \`migration_finding\` holds each. The plan that is shipped has no policies.

Policies are data of the plan (\`stages/plan.ts\`). \`POLICIES_FILE\` names a JSON file that declares more over them:`;

const DECLARING = `- A policy without a path is for every field that can take it. Paths leave array places out (\`tasks.status\`), are declared
  under a stage, and win over policies without one; \`*\` stands for all other paths.
- What stands under a stage wins over what stands at the top, and the file over the plan.
- \`quarantine\` is the other way round: documents with one of these findings do not move, and are kept with the code \`policy\`.
- Policies that cannot hold (no such code, no field that can take it, a column that is never NULL) are all told when the
  process starts, which then ends.

A change of policies is a change of the plan: a run under way is blocked until somebody accepts it, which begins the stages
anew from the first one whose policies are others. A later run has no such past: it tries again what lies in quarantine, and
leaves what has moved. Every worker needs the same file.

Verification derives every row by the same policies, and differs where they have been taken away since. Totals list what they
changed about sums; skipped documents are in the term of the quarantine.`;

const ACTIONS = `- \`null\`: only where nothing stands in for a missing value: the field is neither required nor has a default. An element of
  an array of texts is dropped.
- \`default\`: only where the model has a default. \`createdAt\` and \`updatedAt\` become what missing ones become.
- \`clamp\`: numbers only; \`min\` and \`max\` to the model’s own bounds, \`numberRange\` to those of the column.
- \`round\`: half to even.
- \`map\` is spelled by the map itself, from the source’s value to one that the model allows: \`{"status": {"PUBLISHED": "진행중"}}\`.
- \`skip\`: the losers of a unique value (which document wins is fixed, whoever was written first) are kept in
  \`migration_quarantine\` as \`skipped\` and count as no open case. What refers to a skipped document is a \`cascade\`.
- \`suffix\`: unique texts only. A loser gets \`-\` and the last six hex digits of its ObjectId (of its row’s id, for other types)
  appended, in the order of \`_id\`: the same in every run. One whose suffixed text is taken, too, or is not accepted by the
  model, stays in quarantine. Name the fields: an e-mail address or a payment’s id with a suffix is another one.`;

/**
 * docs/policies.md.
 * @throws Error when the page's own example cannot hold in the plan
 */
export function policiesPage(plan: Plan): string {
  const problems = policyProblems(plan.stages, EXAMPLE);
  if (problems.length > 0) throw new Error(problems.join('\n'));
  const parts = [
    INTRODUCTION,
    `\`\`\`json\n${JSON.stringify(EXAMPLE, null, 2)}\n\`\`\``,
    DECLARING,
    '## Actions',
    ACTIONS,
    '## What can be done about which refusal',
    markdownTable(['refusal', 'meaning', 'policies'], Object.entries(REFUSAL_CODES).map(rowOf)),
  ];
  return `${parts.join('\n\n')}\n`;
}

function rowOf([refusal, meaning]: [string, string]): string[] {
  const actions = actionsOf(refusal).map(
    (action) => `${code(action)}: ${POLICY_FINDINGS[`${refusal}=${action}` as PolicyUse]}`,
  );
  const none = WITHOUT_POLICY[refusal as keyof typeof WITHOUT_POLICY];
  return [code(refusal), meaning, actions.length > 0 ? actions.join('; ') : `none: ${none}`];
}
