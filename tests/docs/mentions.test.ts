import { execFile } from 'node:child_process';
import { access, readdir, readFile } from 'node:fs/promises';
import { join, posix } from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, test } from '@jest/globals';
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

/** Commands and options that the runbook tells of and this build lacks still. */
const UNMERGED: readonly string[] = [
  'maintenance',
  'smoke-test',
  'reconcile',
  'monitor',
  '--maintenance',
  '--smoke-tests',
];

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
    if (!/^[a-z][a-z-]*$/.test(command) || UNMERGED.includes(command)) return [];
    const options = others
      .filter((word) => word.startsWith('--') && !UNMERGED.includes(word))
      .map((word) => word.split('=')[0]!);
    const named = GROUPS.includes(command) ? `${command} ${others[0]?.replace(/\W.*$/, '') ?? ''}`.trim() : command;
    return [{ command: named, options }];
  });
}

async function help(...args: string[]): Promise<string> {
  const bootstrap = join(project, 'scripts', 'bootstrap.mjs');
  const cli = [bootstrap, 'scripts/cli.ts', ...args, '--help'];
  const environment = { ...process.env, NODE_OPTIONS: '' };
  return (await promisify(execFile)(process.execPath, cli, { cwd: project, env: environment })).stdout;
}

describe('the commands that the pages mention', () => {
  test('exist, with the options that are given to them', async () => {
    const known = new Set([...(await help()).matchAll(/^ {2}([a-z][a-z-]*) /gm)].map(([, name]) => name!));
    const mentioned = pages.flatMap(({ path, code }) => code.flatMap(mentionedIn).map((one) => ({ path, ...one })));
    expect(mentioned.filter(({ command }) => !known.has(command.split(' ')[0]!))).toEqual([]);
    expect(new Set(mentioned.map(({ command }) => command)).size).toBeGreaterThan(10);
    const withOptions = new Set(mentioned.filter(({ options }) => options.length > 0).map(({ command }) => command));
    for (const command of withOptions) {
      const shown = await help(...command.split(' '));
      const options = mentioned.filter((one) => one.command === command).flatMap((one) => one.options);
      expect({ command, unknown: options.filter((option) => !shown.includes(`${option} `)) }).toEqual({
        command,
        unknown: [],
      });
    }
  });

  test('are all in both READMEs', async () => {
    const known = [...(await help()).matchAll(/^ {2}([a-z][a-z-]*) /gm)].map(([, name]) => name!);
    for (const path of ['README.md', 'README.ko.md']) {
      const { code } = pages.find((page) => page.path === path)!;
      const named = code.flatMap(mentionedIn).map(({ command }) => command.split(' ')[0]!);
      expect(known.filter((command) => command !== 'help' && !named.includes(command))).toEqual([]);
    }
  });

  test('take every option that stands alone in a README or is listed as the input’s', async () => {
    const shown = await help('run');
    // Options of other commands that a sentence names without its command.
    const others = new Set(['--rollback', '--id', '--help', '--force', '--workflow-id']);
    const look = ({ path, code }: Page) =>
      path.startsWith('README') || path === 'docs/configuration.md'
        ? code.filter((span) => /^--[a-z-]+/.test(span))
        : [];
    const { looked, wrong } = await wrongOf(look, (span) => {
      const option = span.split(/\s/)[0]!;
      return others.has(option) || shown.includes(`${option} `);
    });
    expect(wrong).toEqual([]);
    expect(looked).toBeGreaterThan(10);
  });
});

describe('the two READMEs', () => {
  test('have the same sections, commands and exit codes', () => {
    const [english, korean] = ['README.md', 'README.ko.md'].map((path) => pages.find((page) => page.path === path)!);
    const shape = ({ text, code }: Page) => ({
      sections: text.match(/^#+ /gm),
      rows: text.match(/^\| (`[\w-]+|\d+)/gm),
      commands: code.flatMap(mentionedIn).map(({ command }) => command),
    });
    expect(shape(korean!)).toEqual(shape(english!));
  });
});
