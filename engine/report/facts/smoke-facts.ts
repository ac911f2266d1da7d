import type { SmokeFacts } from '../../verdict/smoke-record.ts';

/** The key of `migration_run.facts` under which the answers of the last smoke tests are kept. */
export const SMOKE_TESTS = 'smokeTests';

/** Whether every answer is equal. */
export function smokeTestsAgree({ questions }: Pick<SmokeFacts, 'questions'>): boolean {
  return questions.every(({ different }) => different === 0);
}
