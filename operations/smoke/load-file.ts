import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { pathToFileURL } from 'node:url';
import { z } from 'zod';
import { ConfigurationError } from '../../engine/common/errors.ts';
import { held, wrongIn } from '../../engine/messages/input/problems.ts';
import { labelled, type Message } from '../../engine/messages/message.ts';
import {
  notAFunction,
  notAName,
  questionInvalid,
  questionNameRepeated,
  questionNameTaken,
  SMOKE_FILE_PROBLEMS,
  smokeFile,
  smokeFileFails,
  smokeFileUnreadable,
} from '../../engine/messages/operations/smoke.ts';
import { models } from '../../stages/models/index.ts';
import type { SmokeTest } from './define.ts';
import type { ModelName } from './legacy/models.ts';

const ask = z.custom<(...args: never[]) => unknown>((value) => typeof value === 'function', held(notAFunction()));
const model = z.enum(Object.keys(models) as [ModelName, ...ModelName[]]);

const question = z.strictObject({
  name: z.string().refine((text) => /^[a-z0-9]+(-[a-z0-9]+)*$/.test(text), held(notAName())),
  description: z.string().min(1),
  models: z.array(model).min(1),
  draw: ask,
  legacy: ask,
  prisma: ask,
  masks: z.record(z.string(), z.enum(['text', 'email', 'phone', 'hidden'])).optional(),
  shown: z.array(z.string()).optional(),
});

/**
 * The questions of a user's own file, its default export.
 * @param path a `.ts`, `.js` or `.mjs` module
 * @param taken names that no question of it may have
 * @throws ConfigurationError with a sentence for everything that is wrong with the file
 */
export async function loadSmokeTests(path: string, taken: readonly string[]): Promise<readonly SmokeTest[]> {
  const given = await defaultExport(path);
  if (!Array.isArray(given)) {
    throw new ConfigurationError([smokeFile({ problem: labelled(SMOKE_FILE_PROBLEMS.noList) })]);
  }
  const problems = given.flatMap((one: unknown, i) => problemsOf(one, i));
  const names = given.map((one) => (one as { name?: unknown } | null)?.name);
  for (const [i, name] of names.entries()) {
    if (typeof name !== 'string') continue;
    if (taken.includes(name)) problems.push(questionNameTaken({ question: i + 1 }));
    if (names.indexOf(name) < i)
      problems.push(questionNameRepeated({ question: i + 1, other: names.indexOf(name) + 1 }));
  }
  if (problems.length > 0) throw new ConfigurationError(problems.map((problem) => smokeFile({ problem })));
  return given as SmokeTest[];
}

function problemsOf(one: unknown, index: number): Message[] {
  const parsed = question.safeParse(one);
  if (parsed.success) return [];
  return parsed.error.issues.map((issue) => {
    const where = issue.path.length === 0 ? '' : `, ${issue.path.join('.')}`;
    return questionInvalid({ question: `${index + 1}${where}`, why: wrongIn(issue) });
  });
}

async function defaultExport(path: string): Promise<unknown> {
  const isFile = await stat(path).then(
    (found) => found.isFile(),
    () => false,
  );
  if (!isFile) throw new ConfigurationError([smokeFileUnreadable()]);
  const url = pathToFileURL(path).href;
  try {
    return ((await imported(url)) as { default?: unknown }).default;
  } catch (error) {
    // The file is its writer's own code, so its name and what is wrong in it are nobody's secret.
    const reason = error instanceof Error ? `${error.name}: ${error.message.split('\n')[0]}` : 'it throws';
    throw new ConfigurationError([smokeFileFails({ file: basename(path), why: reason })]);
  }
}

/** The built program runs without tsx, and then Node may not know TypeScript. */
async function imported(url: string): Promise<unknown> {
  try {
    return await import(url);
  } catch (error) {
    if ((error as { code?: unknown }).code !== 'ERR_UNKNOWN_FILE_EXTENSION') throw error;
    const { tsImport } = await import('tsx/esm/api');
    const module = (await tsImport(url, import.meta.url)) as { default?: unknown };
    // Where no package.json says that its files are ES modules, the exports are one default export.
    const { default: all } = module;
    return typeof all === 'object' && all !== null && 'default' in all ? all : module;
  }
}
