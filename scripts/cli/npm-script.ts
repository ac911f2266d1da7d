import { readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { projectFolder } from '../servers/project.ts';

/** A script of package.json that runs Node, such as `NAME=value node --flag scripts/bootstrap.mjs scripts/cli.ts`. */
export interface NpmScript {
  /** What it puts into the environment. */
  readonly environment: Readonly<Record<string, string>>;
  /** Node’s flags. */
  readonly flags: readonly string[];
  /** The file, from the project’s folder. */
  readonly file: string;
  readonly args: readonly string[];
}

const isCompiled = import.meta.url.endsWith('.js');

/**
 * From compiled code the entry is compiled, too, in the folder that this process's own entry stands in, and no bootstrap is
 * needed.
 * @throws RangeError when there is no such script
 */
export function npmScript(name: string): NpmScript {
  const { scripts } = JSON.parse(readFileSync(join(projectFolder, 'package.json'), 'utf8')) as {
    scripts: Record<string, string>;
  };
  const script = scripts[name];
  if (script === undefined) throw new RangeError(`package.json has no script ${name}.`);
  const words = script.split(' ');
  const node = words.indexOf('node');
  const file = words.findIndex((word, place) => place > node && !word.startsWith('--'));
  const [entry, ...args] = words.slice(file + 1).filter((word) => word !== '--built');
  const starts = isCompiled
    ? { file: relative(projectFolder, join(dirname(dirname(process.argv[1]!)), entry!.replace(/\.ts$/, '.js'))), args }
    : { file: words[file]!, args: words.slice(file + 1) };
  return {
    environment: Object.fromEntries(words.slice(0, node).map((word) => word.split('=') as [string, string])),
    flags: words.slice(node + 1, file),
    ...starts,
  };
}
