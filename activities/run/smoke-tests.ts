import type { Message } from '../../engine/messages/message.ts';
import { questionDiffers, questionDiffersFurther, questionsDiffer } from '../../engine/messages/operations/smoke.ts';
import { WORDS } from '../../engine/messages/report/words.ts';
import { prismaSlower } from '../../engine/messages/worker/log.ts';
import { SMOKE_TESTS } from '../../engine/report/facts/smoke-facts.ts';
import { saveFact } from '../../engine/state/run/run-facts.ts';
import type { SmokeFacts } from '../../engine/verdict/smoke-record.ts';
import type { ActivityDependencies } from '../dependencies.ts';
import { working } from '../failures.ts';
import { openRun } from '../open-run.ts';
import type { RunRef } from '../run-ref.ts';
import { writerOf } from '../stage/segment.ts';

/** What does not agree, in one sentence without a value; null when every answer is equal. */
export interface SmokeAnswer {
  readonly different: Message | null;
}

/** Puts the platform's queries to both databases and keeps the answers' comparison (masked) for the report. */
export function smokeTests(deps: ActivityDependencies) {
  return (ref: { readonly run: RunRef; readonly waived: boolean }): Promise<SmokeAnswer> =>
    working(async (signal, beat) => {
      // A worker starts without the packages that answer for a dump: most never need them.
      const { allQuestions, smokeTest } = await import('../../operations/smoke/session.ts');
      const { seedOf } = await import('../../operations/smoke/draw.ts');
      const { runId } = ref.run;
      const { row: run, target } = await openRun(deps, ref.run);
      const tests = await allQuestions(deps.smokeTestsFile);
      const databases = { plan: deps.plan, source: await deps.source(), sourceUri: deps.sourceUri, target };
      const facts = await smokeTest(databases, run, tests, {
        seed: seedOf(runId),
        signal,
        onQuestion: ({ name, asked, slow, latency }) => {
          beat({ question: name, asked });
          if (slow) deps.log.warn({ question: name, ...latency }, prismaSlower().text);
        },
      });
      await saveFact(target, writerOf(ref.run), SMOKE_TESTS, { ...facts, waived: ref.waived });
      return { different: sentenceOf(facts) };
    });
}

function sentenceOf({ questions }: SmokeFacts): Message | null {
  const wrong = questions.filter(({ different }) => different > 0);
  if (wrong.length === 0) return null;
  const named = wrong.map(({ name, different, first }) => {
    const paths = [...new Set(first.map(({ path }) => path || WORDS.wholeAnswer.en))];
    const say = paths.length > 3 ? questionDiffersFurther : questionDiffers;
    return say({ question: name, differences: different, paths: paths.slice(0, 3) });
  });
  return questionsDiffer({ questions: named });
}
