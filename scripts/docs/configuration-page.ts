import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { markdownTable } from '../../engine/common/shown-text.ts';
import { SETTINGS, type Setting, TEMPORAL_SETTINGS } from '../../worker/settings.ts';
import { DEFAULTS } from '../../workflows/messages/options.ts';
import { projectFolder } from '../servers/project.ts';
import { code } from './describe-field.ts';

/** What the scripts that start servers read; none of it reaches a worker. */
const SERVER_SETTINGS: Readonly<Record<string, string>> = {
  MONGO_TO_PRISMA_POSTGRES_URL:
    'A PostgreSQL server to use instead of starting one; databases are created and dropped on it at will.',
  MONGO_TO_PRISMA_MONGODB_URL:
    'A MongoDB server to use instead of starting one; databases are created and dropped on it at will.',
  MONGO_TO_PRISMA_TEMPORAL_ADDRESS: 'A Temporal server to use instead of starting one.',
  MONGO_TO_PRISMA_CACHE:
    'Folder of downloaded and built programs (default: the user’s cache folder of the operating system).',
  MONGO_TO_PRISMA_DOWNLOADS: '`off`: nothing is downloaded; programs come from PATH or are built.',
};

const INTRODUCTION = `# Configuration

Written by \`npm run docs\`; changes made here are lost.

Settings come from the environment and from a file \`.env\` in the working folder, which the environment overrides. They
are read once, when a command starts, and all errors in them are reported at once; values are never shown. No setting
enters a workflow: each worker decides which databases a run reads and writes.`;

const CONNECTION = `\`DATABASE_URL\` and PGOPTIONS are read once and together, for every connection and for the programs that are called.

- \`?schema=\` names the schema (default: \`public\`).
- \`?options=\` is passed on: settings such as \`-c work_mem=64MB\`, and others such as \`endpoint=…\`. The migration sets a session’s schema,
  time zone, format of values, isolation and timeouts itself: options that contradict them are refused by name, and settings of a role or a
  database are overridden in each session.
- \`?connection_limit=\` is the maximum number of a process’s connections; one too small is refused with the number that is needed.
- A transaction pooler (PgBouncer in that mode, Neon’s \`-pooler\` host, Supabase’s port 6543, \`?pgbouncer=true\`) is refused: use the
  direct connection, or a pooler’s session mode.
- \`synchronous_commit\` must be \`on\` or stronger: otherwise the workflow would remember commits that a crash has lost.`;

/** docs/configuration.md. @param messages the source text of workflows/messages/definitions.ts, whose comments describe the input */
export function configurationPage(messages: string): string {
  const parts = [
    INTRODUCTION,
    '## Databases, reports, logs',
    settingTable(SETTINGS),
    '## The connection to PostgreSQL',
    CONNECTION,
    '## Temporal',
    'Read by Temporal’s own environment configuration, so settings of the `temporal` command line work here, too; a profile of `temporal.toml` may also hold them.',
    settingTable(TEMPORAL_SETTINGS),
    '## Servers that the demo and the tests start',
    markdownTable(
      ['variable', 'meaning'],
      Object.entries(SERVER_SETTINGS).map(([name, words]) => [code(name), words]),
    ),
    '## Input of the workflow',
    'One optional JSON object with optional fields. The options of the command line are the same in another spelling.',
    inputTable(messages),
    'Batch size, parallelism and gates may change from run to run without affecting what is written.',
  ];
  return `${parts.join('\n\n')}\n`;
}

/** docs/configuration.md, from the sources as they are. */
export async function readConfigurationPage(): Promise<string> {
  return configurationPage(await readFile(join(projectFolder, 'workflows', 'messages', 'definitions.ts'), 'utf8'));
}

function settingTable(settings: Readonly<Record<string, Setting>>): string {
  const rows = Object.entries(settings).map(([name, setting]) => [
    code(name),
    setting.description,
    setting.default ?? 'none',
    setting.secret ? 'yes' : '',
  ]);
  return markdownTable(['variable', 'meaning', 'when not set', 'secret'], rows);
}

/** Every field of the input that has a default, with type and comment of its declaration. */
function inputTable(messages: string): string {
  const [, body = ''] = /export interface MigrationInput \{\n(.*?)\n\}/s.exec(messages) ?? [];
  const declared = new Map(
    [...body.matchAll(/\/\*\* (.*?) \*\/\s+(\w+)\?: (.*?);/gs)].map(([, words, name, type]) => [
      name!,
      { words: words!, type: type! },
    ]),
  );
  const names = new Set([...Object.keys(DEFAULTS), ...declared.keys()]);
  const rows = [...names].map((name) => {
    const field = declared.get(name);
    if (field === undefined || !(name in DEFAULTS))
      throw new Error(`The input field ${name} lacks a comment or a default.`);
    const value: unknown = DEFAULTS[name as keyof typeof DEFAULTS];
    const flag = flagOf(name);
    return [
      code(name),
      code(field.type),
      value === null ? 'not set' : code(JSON.stringify(value)),
      field.words.replaceAll(/\s+\* /g, ' '),
      flag === null ? '' : code(flag),
    ];
  });
  return markdownTable(['field', 'type', 'default', 'meaning', 'option'], rows);
}

/** The command line's spelling: `maxQuarantined` is `--max-quarantined`. */
function flagOf(name: string): string | null {
  if (name === 'retry') return 'quarantine retry';
  if (name === 'reconcile') return 'reconcile';
  if (name === 'throttle') return '--max-rate';
  if (name === 'backup') return '--make-backup';
  if (name === 'catchUp') return '--last-pass';
  // A command says by itself what its worker is set to.
  if (name === 'identity') return null;
  return `--${name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}
