import { join } from 'node:path';
import { type Put, writePrivately } from '../../../../engine/common/private-file.ts';
import { showKey } from '../../../../engine/document/legacy-key.ts';
import { assessmentTitle } from '../../../../engine/messages/commands/assessment.ts';
import { leavingNow } from '../../../../engine/messages/commands/starting.ts';
import { withPolicies } from '../../../../engine/plan/check/define-plan.ts';
import type { PlanPolicies } from '../../../../engine/plan/policy/policies.ts';
import type { Plan } from '../../../../engine/plan/stage.ts';
import { censusSection } from '../../../../engine/report/markdown/documents.ts';
import { openSource } from '../../../../engine/source/open-source.ts';
import type { Source } from '../../../../engine/source/source.ts';
import { type Assessment, assess as assessSource } from '../../../../operations/assess/assess.ts';
import { plan } from '../../../../stages/plan.ts';
import { readConfiguration } from '../../../../worker/configuration.ts';
import { EXIT } from '../../exit-codes.ts';
import { io } from '../../io.ts';
import { assessPage, verdictOf } from '../../screen/assess-page.ts';
import { AssessScreen } from '../../screen/assess-screen.ts';
import { heedSignals } from '../../signals.ts';

export interface AssessFlags {
  readonly source?: string;
  readonly sample?: number;
  readonly seed: number;
  readonly census?: boolean;
  readonly json?: boolean;
  readonly out?: string;
}

/** Width of the files' lines, and of a pipe's. */
const WIDTH = 100;

/**
 * `assess`: tells what a migration of the source would do, without a target, and writes nothing but the files of
 * `--out`.
 * @returns 3 when documents would go to quarantine
 */
export async function assess(flags: AssessFlags): Promise<number> {
  const screen = new AssessScreen(io().err);
  const leaving = heedSignals(() => screen.say(leavingNow().text));
  try {
    const { source, policies } = await open(flags, screen);
    try {
      const planned = withPolicies(plan, policies);
      const assessment = await run(source, planned, flags, screen, leaving.signal);
      screen.end();
      const page = assessPage(assessment, {
        width: io().out.columns ?? WIDTH,
        ...(flags.census && { census: true }),
      });
      io().out.write(`${flags.json ? JSON.stringify(assessment) : page}\n`);
      return assessment.verdict === 'clean' ? EXIT.done : EXIT.quarantined;
    } finally {
      await source.close();
    }
  } catch (error) {
    screen.end();
    if (leaving.signal.aborted) return EXIT.interrupted;
    throw error;
  } finally {
    leaving.release();
  }
}

async function open(flags: AssessFlags, screen: AssessScreen): Promise<{ source: Source; policies: PlanPolicies }> {
  const overrides = flags.source === undefined ? {} : { sourceUri: flags.source };
  const { sourceUri, policies } = readConfiguration(io().environment(), { source: true }, overrides);
  const source = await openSource(sourceUri!, {
    collections: plan.stages.map(({ collection }) => collection),
    onProgress: ({ readBytes, totalBytes }) =>
      screen.show({ stage: 'dump', doing: 'reading', done: readBytes, total: totalBytes }),
  });
  return { source, policies };
}

/** The documents that would be quarantined are written as they are found: there may be any number of them. */
async function run(
  source: Source,
  planned: Plan,
  flags: AssessFlags,
  screen: AssessScreen,
  signal: AbortSignal,
): Promise<Assessment> {
  const { out } = flags;
  const size = flags.sample;
  const work = (put: Put) =>
    assessSource(source, planned, {
      sample: size === undefined ? null : { size, seed: flags.seed },
      signal,
      onProgress: (progress) => screen.show(progress),
      onNote: (note) => screen.say(note),
      onPrediction: ({ key, ...one }) => put(`${JSON.stringify({ ...one, legacyId: showKey(key) })}\n`),
    });
  if (out === undefined) return work(async () => {});
  let assessment: Assessment | null = null;
  await writePrivately(join(out, 'predicted-quarantine.jsonl'), async (put) => {
    assessment = await work(put);
  });
  await writePages(out, assessment!);
  return assessment!;
}

async function writePages(folder: string, assessment: Assessment): Promise<void> {
  await writePrivately(join(folder, 'assessment.json'), (put) => put(`${JSON.stringify(assessment, null, 2)}\n`));
  const parts = [
    `# ${assessmentTitle({ verdict: verdictOf(assessment) }).text}`,
    `\`\`\`\`text\n${assessPage(assessment, { width: WIDTH })}\n\`\`\`\``,
    ...assessment.stages.map(({ census }) => censusSection(census)),
  ];
  await writePrivately(join(folder, 'assessment.md'), (put) => put(`${parts.join('\n\n')}\n`));
}
