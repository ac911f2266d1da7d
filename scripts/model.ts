/**
 * `npm run model`: searches every course of the protocol in docs/model/ with Spin. The rules of today must hold in all of
 * them; with each rule of the first release put in, the fault that it had must be found.
 */
import { execFile } from 'node:child_process';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { programOnPath } from './servers/programs/programs.ts';
import { projectFolder } from './servers/project.ts';

const run = promisify(execFile);

/** What is searched: the rules, and how many attempts Temporal gives up in one course. */
interface Search {
  readonly name: string;
  readonly rules: readonly string[];
  readonly faults: number;
  /** Whether the search must end with a violated assertion. */
  readonly isFault: boolean;
}

const SEARCHES: readonly Search[] = [
  { name: 'today’s rules, one attempt given up', rules: [], faults: 1, isFault: false },
  { name: 'today’s rules, two attempts given up', rules: ['DOCUMENTS=1'], faults: 2, isFault: false },
  { name: 'an abort that shuts nobody out', rules: ['OLD_ABORT'], faults: 1, isFault: true },
  { name: 'a late end takes the lease away', rules: ['OLD_END'], faults: 1, isFault: true },
  { name: 'a late raise blocks a rollback', rules: ['OLD_RAISE'], faults: 1, isFault: true },
  { name: 'a late raise refuses a retry', rules: ['OLD_RAISE', 'ONLY_RETRY'], faults: 1, isFault: true },
  { name: 'a run is taken over whatever became of it', rules: ['OLD_ADOPT'], faults: 1, isFault: true },
  { name: 'a lease is freed whoever holds it', rules: ['OLD_FREE'], faults: 1, isFault: true },
  { name: 'a late preflight takes what it finds', rules: ['OLD_LATE'], faults: 1, isFault: true },
  { name: 'an abort after a lost rollback frees nothing', rules: ['OLD_LOST'], faults: 1, isFault: true },
];

/** What a search has come to. */
interface Outcome {
  readonly states: string;
  readonly violated: string | null;
}

const COMPILER = ['-O2', '-w', '-DCOLLAPSE', '-DMEMLIM=8000'];
const MOST_OUTPUT = 64 * 1024 * 1024;

async function search({ rules, faults }: Search, spin: string, cc: string): Promise<Outcome> {
  const folder = await mkdtemp(join(tmpdir(), 'mongo-to-prisma-model-'));
  try {
    await cp(join(projectFolder, 'docs', 'model'), folder, { recursive: true });
    const defined = [...rules.map((rule) => `-D${rule}`), `-DFAULTS=${faults}`];
    await run(spin, [...defined, '-a', 'run.pml'], { cwd: folder });
    // Safety first; then, where that holds, that no course goes round in circles: every cycle is one without progress.
    const safety = await explore(folder, cc, ['-DSAFETY'], []);
    return safety.violated === null && faults === 1 ? await explore(folder, cc, ['-DNP'], ['-l']) : safety;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function explore(folder: string, cc: string, flags: readonly string[], how: readonly string[]): Promise<Outcome> {
  await run(cc, [...COMPILER, ...flags, '-o', 'pan', 'pan.c'], { cwd: folder });
  const { stdout } = await run('./pan', ['-m1000000', ...how], { cwd: folder, maxBuffer: MOST_OUTPUT });
  const states = /(\S+) states, stored/.exec(stdout)?.[1];
  if (states === undefined) throw new Error(`Spin's search has come to nothing:\n${stdout}`);
  if (
    /out of memory|reached -DMEMLIM|max search depth too small|search was not completed/i.test(stdout) &&
    !/errors: [1-9]/.test(stdout)
  ) {
    throw new Error(`Spin could not search all courses:\n${stdout}`);
  }
  return { states, violated: /^pan:\d+: (.+?)(?: \(at depth \d+\))?$/m.exec(stdout)?.[1] ?? null };
}

const [spin, cc] = await Promise.all(['spin', 'cc'].map(programOnPath));
if (spin === undefined || cc === undefined) {
  const missing = [spin ?? 'spin', cc ?? 'cc'].filter((name) => ['spin', 'cc'].includes(name));
  process.stderr.write(
    `The model needs ${missing.join(' and ')}: install Spin and a C compiler (Debian: apt-get install spin gcc; macOS: brew install spin).\n`,
  );
  process.exit(1);
}
for (const one of SEARCHES) {
  const { states, violated } = await search(one, spin, cc);
  const isAsExpected = (violated !== null) === one.isFault;
  const told = violated === null ? 'every assertion holds' : `found: ${violated}`;
  process.stdout.write(`${isAsExpected ? 'ok   ' : 'WRONG'} ${one.name}: ${told} (${states} states)\n`);
  if (!isAsExpected) process.exitCode = 1;
}
