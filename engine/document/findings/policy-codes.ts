import type { POLICY_FINDINGS } from '../../messages/labels/policies.ts';

/** A policy in force: `nul=strip`. */
export type PolicyUse = keyof typeof POLICY_FINDINGS;
/** A refusal that some policy is about. */
export type PolicyCode = PolicyUse extends `${infer Code}=${string}` ? Code : never;
