/** The options that PostgreSQL takes at the start of a session: `-c name=value` and what others put beside it. */

/** Settings by their name in lower case, and what is no setting: `endpoint=…` of Neon, `project=…`, switches. */
export interface StartupOptions {
  readonly settings: ReadonlyMap<string, string>;
  readonly others: readonly string[];
}

/**
 * Reads options as PostgreSQL does: parted by white space, which a backslash takes for a part of the word.
 *
 * @example readStartupOptions('-c work_mem=64MB endpoint=ep-1') // settings: work_mem → 64MB, others: ['endpoint=ep-1']
 * @returns null when a `-c` has no `name=value`, or one setting is named twice with different values
 */
export function readStartupOptions(text: string): StartupOptions | null {
  const settings = new Map<string, string>();
  const others: string[] = [];
  const words = wordsOf(text);
  for (let word = words.shift(); word !== undefined; word = words.shift()) {
    const said = settingIn(word, words);
    if (said === 'none') {
      others.push(word);
      continue;
    }
    const [, name, value] = /^([^=]+)=(.*)$/s.exec(said ?? '') ?? [];
    if (name === undefined || value === undefined) return null;
    const known = name.replaceAll('-', '_').toLowerCase();
    if ((settings.get(known) ?? value) !== value) return null;
    settings.set(known, value);
  }
  return { settings, others };
}

/** The options as PostgreSQL reads them again. */
export function writeStartupOptions({ settings, others }: StartupOptions): string {
  const set = [...settings].map(([name, value]) => `-c ${escaped(`${name}=${value}`)}`);
  return [...set, ...others.map(escaped)].join(' ');
}

/** The `name=value` of `-c name=value`, `-cname=value` and `--name=value`; takes the next word where it stands there. */
function settingIn(word: string, following: string[]): string | undefined | 'none' {
  if (word === '-c') return following.shift();
  if (word.startsWith('-c')) return word.slice(2);
  return word.startsWith('--') ? word.slice(2) : 'none';
}

function wordsOf(text: string): string[] {
  const words = text.match(/(?:\\[\s\S]|[^\\\s])+/g) ?? [];
  return words.map((word) => word.replaceAll(/\\([\s\S])/g, '$1'));
}

function escaped(word: string): string {
  return word.replaceAll(/[\\\s]/g, '\\$&');
}
