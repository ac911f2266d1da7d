import type { Finding } from '../document/findings/finding.ts';
import type { RefusalCode } from '../document/findings/refusal.ts';
import type { Action } from './policy/policies.ts';

/** Where a check tells what it found, and asks what policies say. */
export interface Findings {
  finding(finding: Finding): void;
  /** What is to be done about a refusal at a path, or null. */
  actionFor(code: RefusalCode, path: string): Action | null;
}
