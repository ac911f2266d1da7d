import type { Mask } from '../../engine/report/sample/mask.ts';
import type { LegacySide } from './ask/ask-legacy.ts';
import type { PrismaSide } from './ask/ask-prisma.ts';
import type { Draw } from './draw.ts';
import type { ModelName } from './legacy/models.ts';

/** One question that the platform asks its database, put to both: Mongoose over the source, Prisma Client over the target. */
export interface SmokeTest<Input = unknown> {
  /** Small letters, digits and hyphens; no other question has it. */
  readonly name: string;
  /** One sentence for people: what is asked. */
  readonly description: string;
  /** The models that it reads: it is left out when one of them was not moved. */
  readonly models: readonly ModelName[];
  /** At most `n` inputs, from documents of the source that are drawn by the run’s seed. */
  readonly draw: (n: number, from: Draw) => Promise<readonly Input[]>;
  /** The answer of the source: null, a value, or records with `_id` and fields (see `answer.ts`). */
  readonly legacy: (source: LegacySide, input: Input) => Promise<unknown>;
  /** The answer of the target, of the same shape; ids are those of rows. */
  readonly prisma: (target: PrismaSide, input: Input) => Promise<unknown>;
  /** How values are shown where they differ, by the last name of their path; every other text keeps one character. */
  readonly masks?: Readonly<Record<string, Mask>>;
  /** Names of fields whose texts are no personal data and are shown as they are. */
  readonly shown?: readonly string[];
}

/** Checks the types of a file’s questions; its default export. */
export function defineSmokeTests(tests: readonly SmokeTest[]): readonly SmokeTest[] {
  return tests;
}

/** As one element of {@link defineSmokeTests}, with the type of its inputs worked out. */
export function defineSmokeTest<Input>(test: SmokeTest<Input>): SmokeTest {
  return test as unknown as SmokeTest;
}
