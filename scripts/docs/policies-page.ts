import { markdownTable } from '../../engine/common/shown-text.ts';
import type { PolicyUse } from '../../engine/document/findings/policy-codes.ts';
import { POLICY_FINDINGS, WITHOUT_POLICY } from '../../engine/messages/labels/policies.ts';
import { REFUSAL_CODES } from '../../engine/messages/labels/refusals.ts';
import type { Words } from '../../engine/messages/message.ts';
import type { PlanPolicies } from '../../engine/plan/policy/policies.ts';
import { actionsOf, policyProblems } from '../../engine/plan/policy/policy-problems.ts';
import type { Plan } from '../../engine/plan/stage.ts';
import { code } from './describe-field.ts';

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

A value that cannot move quarantines its document, with a code. A policy fixes the value instead: the document moves, with a
finding for every fixed value that keeps the old one. The finding’s code is the policy itself, \`nul=strip\`; reports count
these findings, and \`migration_finding\` holds each. The built-in plan has no policies.

Policies are part of the plan (\`stages/plan.ts\`). \`POLICIES_FILE\` names a JSON file that adds to them and overrides them:`;

const DECLARING = `- A policy without a path applies to every field that can take it. Paths omit array indexes (\`tasks.status\`), are declared
  under a stage, and override policies without a path; \`*\` stands for all other paths.
- A stage’s policies override those at the top, and the file overrides the plan.
- \`quarantine\` does the reverse: documents with one of these findings do not move, and are kept with the code \`policy\`.
- Impossible policies (no such code, no field that can take it, a column that is never NULL) are all reported when the
  process starts, which then ends.

A change of policies is a change of the plan: an active run is blocked until the change is accepted; then the stages are
repeated from the first one with changed policies. A later run has no such past: it retries quarantined documents, and
leaves moved ones alone. Every worker needs the same file.

Verification derives every row by the same policies, and finds differences if they have been removed since. Totals list the
changes of sums; skipped documents are in the term of the quarantine.`;

const ACTIONS = `- \`null\`: only if no other value replaces a missing one: the field is neither required nor has a default. An element of an
  array of texts is dropped.
- \`default\`: only if the model has a default. \`createdAt\` and \`updatedAt\` become what missing ones become.
- \`clamp\`: numbers only; \`min\` and \`max\` to the model’s own bounds, \`numberRange\` to those of the column.
- \`round\`: half to even.
- \`map\` is written as the map itself, from the source’s value to one that the model allows: \`{"status": {"PUBLISHED": "진행중"}}\`.
- \`skip\`: the losers of a unique value (which document wins is fixed, whichever was written first) are kept in
  \`migration_quarantine\` as \`skipped\` and are not open cases. A document that refers to a skipped one is a \`cascade\`.
- \`suffix\`: unique texts only. A loser’s text gets \`-\` and the last six hex digits of its ObjectId (of its row’s id, for
  other types), in the order of \`_id\`: the same in every run. If the new text is taken, too, or the model does not accept it,
  the document stays in quarantine. Name the fields: an e-mail address or a payment’s id with a suffix is a different one.`;

/**
 * docs/policies.md.
 * @throws Error when the page's own example cannot hold in the plan
 */
export function policiesPage(plan: Plan): string {
  const problems = policyProblems(plan.stages, EXAMPLE);
  if (problems.length > 0) throw new Error(problems.map(({ text }) => text).join('\n'));
  const parts = [
    INTRODUCTION,
    `\`\`\`json\n${JSON.stringify(EXAMPLE, null, 2)}\n\`\`\``,
    DECLARING,
    '## Actions',
    ACTIONS,
    '## Policies by refusal',
    markdownTable(['refusal', 'meaning', 'policies'], Object.entries(REFUSAL_CODES).map(rowOf)),
  ];
  return `${parts.join('\n\n')}\n`;
}

function rowOf([refusal, { en: meaning }]: [string, Words]): string[] {
  const actions = actionsOf(refusal).map(
    (action) => `${code(action)}: ${POLICY_FINDINGS[`${refusal}=${action}` as PolicyUse].en}`,
  );
  const none = WITHOUT_POLICY[refusal as keyof typeof WITHOUT_POLICY]?.en;
  return [code(refusal), meaning, actions.length > 0 ? actions.join('; ') : `none: ${none}`];
}
