import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { questionDiffers, sameAnswers, sameInputs } from '../../../engine/messages/commands/results.ts';
import { KINDS, mustBe, mustBeOneOf } from '../../../engine/messages/input/words.ts';
import { QUESTIONS } from '../../../engine/messages/labels/report.ts';
import { sentences } from '../../../engine/messages/lines.ts';
import { labelled } from '../../../engine/messages/message.ts';
import {
  notAFunction,
  notAName,
  nothingToTest,
  questionFails,
  questionInvalid,
  questionNameRepeated,
  questionNameTaken,
  SMOKE_FILE_PROBLEMS,
  smokeFileFails,
  smokeFileUnreadable,
} from '../../../engine/messages/operations/smoke.ts';
import { HEADINGS } from '../../../engine/messages/report/headings.ts';
import { smokeTestsFileForm } from '../../../engine/messages/worker/settings.ts';
import { plan } from '../../../stages/plan.ts';
import { saying } from '../../engine/messages/saying.ts';
import { small } from '../../operations/smoke/small-platform.ts';
import { type CommandTarget, type Desk, openDesk } from '../../support/command-line.ts';
import { project } from '../../support/scripts.ts';

let desk: Desk;
let target: CommandTarget;

beforeAll(async () => {
  desk = await openDesk({ collections: small });
  target = await desk.target();
});
afterAll(() => desk.close());

/** The exit code and everything that is said, in which nothing personal may be. */
async function command(
  args: readonly string[],
  more: Record<string, string> = {},
): Promise<{ code: number | null; said: string; out: string }> {
  const { code, out, err } = await desk.run(args, { ...target.environment, ...more });
  for (const secret of ['김미나', '박준호', '@example.com', 'hash-of', '1234-5678'])
    expect(out + err).not.toContain(secret);
  return { code, said: out + err, out };
}

/** The example of the page, with the project's folder in the place of the user's. */
async function exampleFile(): Promise<string> {
  const page = await readFile(join(project, 'docs/smoke-tests.md'), 'utf8');
  const [, code] = /```ts\n([\s\S]*?)```/.exec(page)!;
  const path = join(desk.folder, 'own.ts');
  await writeFile(path, code!.replaceAll("'./operations/", `'${project}/operations/`));
  return path;
}

describe('smoke-test', () => {
  test('has nothing to ask before something was migrated', async () => {
    expect(await command(['smoke-test'])).toMatchObject({
      code: 1,
      said: expect.stringContaining(nothingToTest().text),
    });
  });

  test('run --smoke-tests asks before it completes, and the report tells of it', async () => {
    const { code, said, out } = await command(['run', '--smoke-tests', '--json']);
    expect({ code, said }).toMatchObject({ code: 0 });
    const { reports } = JSON.parse(out) as { reports: string };
    const facts = JSON.parse(await readFile(join(reports, 'report.json'), 'utf8'));
    expect(facts.smokeTests).toMatchObject({ waived: false });
    expect(facts.smokeTests.questions.map(({ different }: { different: number }) => different)).toEqual(
      Array.from({ length: 8 }, () => 0),
    );
    const markdown = await readFile(join(reports, 'report.md'), 'utf8');
    expect(markdown).toContain(`## ${HEADINGS.smokeTests.en}`);
    const html = await readFile(join(reports, 'report.html'), 'utf8');
    expect(html).toContain(QUESTIONS.login.ko.split(',')[0]);
    expect(html).not.toContain('untranslated');
  });

  test('ends with 0 when the answers are equal, as a table and as JSON', async () => {
    const { code, said: table } = await command(['smoke-test', '--seed', '5']);
    expect([code, table]).toEqual([0, expect.stringMatching(/payment-by-order .*own-payments/s)]);
    expect(table).toContain(sentences({ all: [sameAnswers(), sameInputs({ seed: '5' })] }).text);
    const { out: json } = await command(['smoke-test', '--seed', '5', '--question', 'login', '--json']);
    expect(JSON.parse(json)).toMatchObject({
      agree: true,
      seed: 5,
      questions: [{ name: 'login', asked: 2, equal: 2 }],
    });
  });

  test('ends with 1 when one differs, and names question, document and path', async () => {
    await target.sql(`UPDATE "User" SET name = 'Somebody' WHERE email = 'jun@example.com'`);
    try {
      const { code, said } = await command(['smoke-test', '--question', 'login']);
      expect(code).toBe(1);
      const differs = questionDiffers({ question: 'login', differences: 1 }).text;
      expect(said).toContain(`${differs}\n  650000000000000000000002 name: Mongoose 박***, Prisma S***`);
    } finally {
      await target.sql(`UPDATE "User" SET name = '박준호' WHERE email = 'jun@example.com'`);
    }
  });

  test('ends with 2 for a question that there is not', async () => {
    expect(await command(['smoke-test', '--question', 'logon'])).toMatchObject({
      code: 2,
      said: expect.stringContaining('login-unknown'),
    });
    expect((await command(['smoke-test', '--samples', '0'])).code).toBe(2);
  });
});

describe('SMOKE_TESTS_FILE', () => {
  test('adds the questions of a module: the example of the page', async () => {
    const SMOKE_TESTS_FILE = await exampleFile();
    const {
      code,
      said,
      out: json,
    } = await command(['smoke-test', '--question', 'popular-artists', '--json'], {
      SMOKE_TESTS_FILE,
    });
    expect({ code, said }).toMatchObject({ code: 0 });
    expect(JSON.parse(json)).toMatchObject({ questions: [{ name: 'popular-artists', asked: 1, equal: 1 }] });
    await target.sql(`UPDATE "Artist" SET followers = 77`);
    try {
      const wrong = await command(['smoke-test', '--question', 'popular-artists'], { SMOKE_TESTS_FILE });
      expect(wrong).toMatchObject({
        code: 1,
        said: expect.stringContaining('followers: Mongoose 12, Prisma 77'),
      });
    } finally {
      await target.sql(`UPDATE "Artist" SET followers = 12`);
    }
  });

  test('tells everything that is wrong with it at once', async () => {
    const path = join(desk.folder, 'bad.mjs');
    await writeFile(
      path,
      `const right = { description: 'd', models: ['user'], draw: async () => [], legacy() {}, prisma() {} };
       export default [
         { ...right, name: 'login' },
         { ...right, name: 'Not So' },
         { ...right, name: 'twice', models: ['users'] },
         { ...right, name: 'twice', legacy: 'find' },
         7,
       ];`,
    );
    const { code, said } = await command(['smoke-test'], { SMOKE_TESTS_FILE: path });
    expect(code).toBe(2);
    for (const part of [
      questionNameTaken({ question: 1 }).text,
      questionInvalid({ question: '2, name', why: notAName() }).text,
      questionInvalid({ question: '3, models.0', why: mustBeOneOf({ values: plan.stages.map(({ name }) => name) }) })
        .text,
      questionInvalid({ question: '4, legacy', why: notAFunction() }).text,
      questionNameRepeated({ question: 4, other: 3 }).text,
      questionInvalid({ question: '5', why: mustBe({ kind: labelled(KINDS.object) }) }).text,
    ]) {
      expect(said).toContain(`SMOKE_TESTS_FILE: ${part}`);
    }
  });

  test.each([
    ['missing.ts', null, saying(smokeFileUnreadable)],
    ['broken.mjs', 'export default [', saying(smokeFileFails)],
    ['none.mjs', 'export const tests = [];', SMOKE_FILE_PROBLEMS.noList.en],
    ['tests.json', '[]', saying(smokeTestsFileForm)],
  ])('that is %s is refused', async (name, content, reason) => {
    const path = join(desk.folder, name);
    if (content !== null) await writeFile(path, content);
    expect(await command(['smoke-test'], { SMOKE_TESTS_FILE: path })).toMatchObject({
      code: 2,
      said: typeof reason === 'string' ? expect.stringContaining(reason) : expect.stringMatching(reason),
    });
  });

  test('with a question that fails is told by its name', async () => {
    const path = join(desk.folder, 'failing.mjs');
    const asked = `draw: async () => [1], legacy: async () => undefined.x, prisma: async () => 1`;
    await writeFile(path, `export default [{ name: 'mine', description: 'd', models: ['user'], ${asked} }];`);
    expect(await command(['smoke-test', '--question', 'mine'], { SMOKE_TESTS_FILE: path })).toMatchObject({
      code: 1,
      said: expect.stringContaining(questionFails({ question: 'mine', error: 'TypeError' }).text),
    });
  });
});
