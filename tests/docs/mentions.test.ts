import { access, readdir, readFile } from 'node:fs/promises';
import { join, posix } from 'node:path';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { createProgram } from '../../scripts/cli/program.ts';
import { project } from '../support/scripts.ts';
import { type Page, readPages } from './pages.ts';

let pages: readonly Page[];

beforeAll(async () => {
  pages = await readPages();
});

const exists = (path: string) =>
  access(join(project, path)).then(
    () => true,
    () => false,
  );

/** Every finding as `page: what`, for a list that says at once what is wrong. */
async function wrongOf(
  look: (page: Page) => readonly string[],
  isRight: (what: string, page: Page) => boolean | Promise<boolean>,
): Promise<{ looked: number; wrong: string[] }> {
  const wrong: string[] = [];
  let looked = 0;
  for (const page of pages) {
    for (const what of new Set(look(page))) {
      looked += 1;
      if (!(await isRight(what, page))) wrong.push(`${page.path}: ${what}`);
    }
  }
  return { looked, wrong };
}

describe('what the pages mention', () => {
  test('are files and folders that exist', async () => {
    const entries = await readdir(project, { withFileTypes: true });
    const folders = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
    const isPath = (span: string) => folders.includes(span.split('/')[0]!) && /^[\w.-]+(\/[\w.-]+)*\/?$/.test(span);
    // What a migration writes is there only after one.
    const isOutput = (span: string) => span.startsWith('reports/') && span !== 'reports/README.md';
    const look = ({ code }: Page) => code.filter((span) => span.includes('/') && isPath(span) && !isOutput(span));
    const { looked, wrong } = await wrongOf(look, exists);
    expect(wrong).toEqual([]);
    expect(looked).toBeGreaterThan(40);
  });

  test('name source files by their whole path', async () => {
    const look = ({ code }: Page) => code.filter((span) => /^[\w./-]+\.(ts|mjs|prisma|sql)$/.test(span));
    const { wrong } = await wrongOf(look, async (span) => span === 'migration.sql' || (await exists(span)));
    expect(wrong).toEqual([]);
  });

  test('are links that lead to a page, and to a heading of it', async () => {
    const look = ({ links }: Page) => links.filter((target) => !/^https?:/.test(target));
    const { looked, wrong } = await wrongOf(look, async (target, page) => {
      const [file = '', anchor] = target.split('#');
      const path = file === '' ? page.path : posix.join(posix.dirname(page.path), file);
      if (!(await exists(path))) return false;
      return anchor === undefined || pages.find((one) => one.path === path)?.anchors.has(anchor) === true;
    });
    expect(wrong).toEqual([]);
    expect(looked).toBeGreaterThan(10);
  });

  test('are scripts of package.json', async () => {
    const { scripts } = JSON.parse(await readFile(join(project, 'package.json'), 'utf8')) as { scripts: object };
    const look = ({ text }: Page) => [...text.matchAll(/npm run ([a-z][\w:-]*)/g)].map(([, name]) => name!);
    const { looked, wrong } = await wrongOf(look, (name) => name in scripts);
    expect(wrong).toEqual([]);
    expect(looked).toBeGreaterThan(10);
  });
});

/** A command that is one of several of its kind: its name is two words. */
const GROUPS: readonly string[] = ['quarantine'];

/** A command line of this tool as a page writes it: the command's name, and the options that follow. */
interface Mentioned {
  readonly command: string;
  readonly options: readonly string[];
}

function mentionedIn(code: string): Mentioned[] {
  const lines = code
    .replace(/\s#.*$/, '')
    .matchAll(/(?:^|\s)(npm run migrate:prisma --|npm run mongo-to-prisma --|mongo-to-prisma)\s+(.*)/g);
  return [...lines].flatMap(([, program, rest]) => {
    const words = program!.includes('migrate:prisma') ? ['run', ...rest!.split(/\s+/)] : rest!.split(/\s+/);
    const [command = '', ...others] = words;
    if (!/^[a-z][a-z-]*$/.test(command)) return [];
    const options = others.filter((word) => word.startsWith('--')).map((word) => word.split('=')[0]!);
    const named = GROUPS.includes(command) ? `${command} ${others[0]?.replace(/\W.*$/, '') ?? ''}`.trim() : command;
    return [{ command: named, options }];
  });
}

const program = createProgram();
const known = program.commands.map((command) => command.name());

/** The flags of a command's options, such as `--json`. */
function optionsOf(words: string): ReadonlySet<string> {
  let command = program;
  for (const word of words.split(' ')) command = command.commands.find((one) => one.name() === word) ?? command;
  return new Set(command.options.flatMap(({ flags }) => flags.match(/--[a-z-]+/g) ?? []));
}

describe('the commands that the pages mention', () => {
  test('exist, with the options that are given to them', () => {
    const mentioned = pages.flatMap(({ path, code }) => code.flatMap(mentionedIn).map((one) => ({ path, ...one })));
    expect(mentioned.filter(({ command }) => !known.includes(command.split(' ')[0]!))).toEqual([]);
    expect(new Set(mentioned.map(({ command }) => command)).size).toBeGreaterThan(10);
    const unknown = mentioned.flatMap(({ path, command, options }) =>
      options
        .filter((option) => !optionsOf(command).has(option) && option !== '--help')
        .map((option) => ({ path, command, option })),
    );
    expect(unknown).toEqual([]);
  });

  test('are all on the page of commands, with every option', () => {
    const { text } = pages.find((page) => page.path === 'docs/commands.md')!;
    for (const name of known) {
      expect(text).toContain(`\`mongo-to-prisma ${name}`);
      for (const option of optionsOf(name)) expect(text).toContain(`\`${option}`);
    }
  });

  test('take every option that is listed as the input’s', async () => {
    const shown = optionsOf('run');
    // Options of other commands that a sentence names without its command.
    const others = new Set(['--rollback', '--id', '--help', '--force', '--workflow-id']);
    const look = ({ path, code }: Page) =>
      path.startsWith('README') || path === 'docs/configuration.md'
        ? code.filter((span) => /^--[a-z-]+/.test(span))
        : [];
    const { looked, wrong } = await wrongOf(look, (span) => {
      const option = span.split(/\s/)[0]!;
      return others.has(option) || shown.has(option);
    });
    expect(wrong).toEqual([]);
    expect(looked).toBeGreaterThan(10);
  });
});

describe('the two READMEs', () => {
  test('have the same sections and commands, and are read in a few minutes', () => {
    const [english, korean] = ['README.md', 'README.ko.md'].map((path) => pages.find((page) => page.path === path)!);
    const shape = ({ text, code }: Page) => ({
      sections: text.match(/^#+ /gm),
      commands: code.flatMap(mentionedIn).map(({ command }) => command),
    });
    expect(shape(korean!)).toEqual(shape(english!));
    for (const { text } of [english!, korean!]) expect(text.split(/\s+/).length).toBeLessThanOrEqual(900);
  });
});
