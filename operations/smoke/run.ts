import { MigrationError } from '../../engine/common/errors.ts';
import { parts } from '../../engine/common/parts.ts';
import { questionFails } from '../../engine/messages/operations/smoke.ts';
import type { Source } from '../../engine/source/source.ts';
import { unhurried } from '../../engine/target/long-read.ts';
import type { Target } from '../../engine/target/target.ts';
import type { SmokeFacts, SmokeQuestion } from '../../engine/verdict/smoke-record.ts';
import { compareAnswers, type Found } from './answers/compare.ts';
import { LegacySide } from './ask/ask-legacy.ts';
import { PrismaSide } from './ask/ask-prisma.ts';
import type { SmokeTest } from './define.ts';
import { type Draw, drawFrom } from './draw.ts';
import { unexplained } from './explain.ts';
import { IdNames } from './ids.ts';
import { Leaver } from './left-out.ts';
import type { LegacyModels, ModelName } from './legacy/models.ts';
import { shownDifference } from './show.ts';
import { Stopwatch } from './stopwatch.ts';

/** What smoke tests are put to. */
export interface SmokeContext {
  readonly source: Source;
  readonly target: Target;
  readonly models: LegacyModels;
  /** The run moves only some documents of each collection. */
  readonly limited: boolean;
  /** The models whose documents are in the target. */
  readonly moved: readonly ModelName[];
}

export interface SmokeOptions {
  readonly samples?: number;
  readonly seed: number;
  readonly signal?: AbortSignal;
  /** Told after every question. */
  readonly onQuestion?: (question: SmokeQuestion) => void;
}

export const DEFAULT_SAMPLES = 20;
/** Differences of one question that are told; all are counted. */
const TOLD = 10;
/** Prisma may take so many times as long as Mongoose; below the milliseconds nobody waits for either. */
const SLOW_FROM = 5;
const UNNOTICED_MS = 20;

/**
 * Puts every question to both databases and compares the answers; writes nothing.
 * @throws SourceUnavailable; what Prisma says of the target; MigrationError naming a question that fails by itself
 */
export async function runSmokeTests(
  context: SmokeContext,
  tests: readonly SmokeTest[],
  { samples = DEFAULT_SAMPLES, seed, signal, onQuestion }: SmokeOptions,
): Promise<SmokeFacts> {
  const { source, target, limited } = context;
  await warmUp(context);
  const draw = drawFrom(source, unhurried(target, signal), { seed, most: samples, limited });
  const questions: SmokeQuestion[] = [];
  for (const test of tests) {
    signal?.throwIfAborted();
    const question = await ask(context, test, draw, samples).catch((error: unknown) => {
      throw broken(test, error);
    });
    questions.push(question);
    onQuestion?.(question);
  }
  return { at: new Date().toISOString(), seed, samples, slowFrom: SLOW_FROM, waived: false, questions };
}

/** What is loaded and connected at the first query of a process, no question has to answer for. */
async function warmUp({ target, models }: SmokeContext): Promise<void> {
  await target.prisma.user.findFirst({ select: { id: true } });
  if (models.served) await models.find('user', {}, { limit: 1 });
}

async function ask(context: SmokeContext, test: SmokeTest, draw: Draw, samples: number): Promise<SmokeQuestion> {
  const { source, target, models, limited, moved } = context;
  const missing = test.models.filter((name) => !moved.includes(name));
  const inputs = missing.length > 0 ? [] : await test.draw(samples, draw);
  const leaver = new Leaver(source, target.query, limited);
  const watches = { mongoose: new Stopwatch(), prisma: new Stopwatch() };
  const legacy = new LegacySide(models, leaver, watches.mongoose);
  const prisma = new PrismaSide(target, leaver, watches.prisma);
  const answers = await inTurn(inputs, models.served ? 1 : inputs.length, async (input) => {
    const answer = await test.legacy(legacy, input);
    watches.mongoose.endLap();
    return answer;
  });
  let [equal, explained] = [0, 0];
  const different: Found[] = [];
  for (const [i, input] of inputs.entries()) {
    const answer = await test.prisma(prisma, input);
    watches.prisma.endLap();
    const found = compareAnswers(answers[i], answer, await IdNames.of(target.query, answers[i]));
    const left = await unexplained(target.query, found);
    explained += found.length - left.length;
    if (left.length === 0) equal += 1;
    different.push(...left);
  }
  const latency = {
    mongoose: models.served ? watches.mongoose.latency : null,
    prisma: watches.prisma.latency,
  };
  return {
    ...{ name: test.name, description: test.description, missing, asked: inputs.length, equal, explained },
    different: different.length,
    leftOut: { ...leaver.count },
    first: different.slice(0, TOLD).map((one) => shownDifference(one, test)),
    latency,
    slow: isSlow(latency),
  };
}

/** A source without a server answers all that is asked at the same time in one pass; a server is asked one by one. */
async function inTurn<A, B>(inputs: readonly A[], atOnce: number, work: (input: A) => Promise<B>): Promise<B[]> {
  const answers: B[] = [];
  for (const some of parts(inputs, atOnce)) answers.push(...(await Promise.all(some.map(work))));
  return answers;
}

/** An error of a question's own code, of which only the kind is told; those of the databases stay what they are. */
function broken({ name }: SmokeTest, error: unknown): unknown {
  const ownFault = error instanceof TypeError || error instanceof RangeError || error instanceof ReferenceError;
  return ownFault ? new MigrationError(questionFails({ question: name, error: error.name })) : error;
}

function isSlow({ mongoose, prisma }: SmokeQuestion['latency']): boolean {
  if (mongoose === null || prisma === null) return false;
  return prisma.median > UNNOTICED_MS && prisma.median > SLOW_FROM * mongoose.median;
}
