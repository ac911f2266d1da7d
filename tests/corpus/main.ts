/**
 * `npm run test:corpus -- <folder>`: MongoDB's BSON corpus (JSON files of `valid` and `decodeErrors` cases) through the copy.
 * Every valid object has to move exactly, or to be in quarantine; a damaged one to be in quarantine, or its dump refused.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openSource } from '../../engine/source/open-source.ts';
import { writeDumpFolder } from '../support/data/dump-writer.ts';
import { type Tried, WORLD } from './placed.ts';
import { tableOf, tryOut } from './try-out.ts';
import { withPostgres } from './with-postgres.ts';

interface CorpusFile {
  readonly valid?: readonly {
    readonly description: string;
    readonly canonical_bson: string;
    readonly degenerate_bson?: string;
  }[];
  readonly decodeErrors?: readonly { readonly description: string; readonly bson: string }[];
}

const [folder] = process.argv.slice(2);
if (folder === undefined) {
  process.stderr.write('Usage: npm run test:corpus -- <folder of the corpus>\n');
  process.exit(2);
}
const say = (line: string): void => void process.stdout.write(`${line}\n`);
const tried = (name: string, hex: string): Tried => ({ name, object: Buffer.from(hex, 'hex') });

const [valid, damaged, outer]: [Tried[], Tried[], Tried[]] = [[], [], []];
for (const file of readdirSync(folder)
  .filter((name) => name.endsWith('.json'))
  .sort()) {
  const corpus = JSON.parse(readFileSync(join(folder, file), 'utf8')) as CorpusFile;
  for (const { description, canonical_bson, degenerate_bson } of corpus.valid ?? []) {
    valid.push(tried(`${file}: ${description}`, canonical_bson));
    if (degenerate_bson !== undefined) valid.push(tried(`${file}: ${description} (degenerate)`, degenerate_bson));
  }
  for (const { description, bson } of corpus.decodeErrors ?? [])
    (file === 'top.json' ? outer : damaged).push(tried(`${file}: ${description}`, bson));
}

/** Whether a dump whose last document is this one is refused. */
async function isRefused({ object }: Tried): Promise<boolean> {
  const home = await mkdtemp(join(tmpdir(), 'corpus-'));
  try {
    await writeDumpFolder(join(home, 'dump'), 'platform', { ...WORLD, users: [...WORLD['users']!, object] });
    const opened = openSource(`dump:${join(home, 'dump')}`, { spoolFolder: join(home, 'spool'), collections: [] });
    const source = await opened.catch(() => null);
    await source?.close();
    return source === null;
  } finally {
    await rm(home, { recursive: true, force: true });
  }
}

await withPostgres(async () => {
  const problems: string[] = [];
  const sound = await tryOut(valid);
  say(`Valid: ${valid.length} cases`);
  for (const line of tableOf(sound)) say(`  ${line}`);
  problems.push(...sound.problems);
  const broken = await tryOut(damaged);
  say(`Damaged inside: ${damaged.length} cases`);
  for (const line of tableOf(broken)) say(`  ${line}`);
  problems.push(...broken.problems);
  const moved = broken.fates.filter(
    ({ placed, fate }) => fate.kind === 'exact' && placed.place !== '_id' && placed.place !== 'sub-document _id',
  );
  problems.push(...moved.map(({ placed }) => `${placed.tried.name} as ${placed.place}: moved, though it is damaged`));
  let refused = 0;
  for (const one of outer) {
    if (await isRefused(one)) refused++;
    else problems.push(`${one.name}: the dump is not refused`);
  }
  say(`Damaged outside: ${outer.length} cases, dump refused ${refused}`);
  for (const problem of problems) say(`WRONG: ${problem}`);
  process.exitCode = problems.length === 0 ? 0 : 1;
});
