/**
 * `node scripts/bootstrap.mjs [--built] <entry.ts> [args…]` or `--generate-only`: makes a fresh checkout runnable, then
 * runs the entry in this process: the sources, or with `--built` what they were compiled to. It is plain JavaScript
 * without a dependency, since it runs before there are any. What it has to say goes to standard error: standard output
 * is the entry's.
 */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const project = dirname(dirname(fileURLToPath(import.meta.url)));
const oldestNode = [20, 12];
/** The folders that a worker's code stands in. */
const workerFolders = ['activities', 'engine', 'operations', 'prisma', 'stages', 'worker', 'workflows'];
/** What is compiled anew when which folders change: for a worker, and for any other entry. */
const forWorkers = { stamp: '.made-from', folders: workerFolders };
const forAll = { stamp: '.all-made-from', folders: [...workerFolders, 'bench', 'scripts', 'tests'] };

await main(process.argv.slice(2));

async function main(given) {
  const wantsBuilt = given[0] === '--built';
  const [entry, ...args] = wantsBuilt ? given.slice(1) : given;
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major < oldestNode[0] || (major === oldestNode[0] && minor < oldestNode[1])) {
    fail(`mongo-to-prisma needs Node ${oldestNode.join('.')} or newer; this is Node ${process.versions.node}.`, 2);
  }
  if (entry === undefined) fail('usage: node scripts/bootstrap.mjs [--built] <entry.ts> [args…] | --generate-only', 2);
  const wanted = entry.startsWith('worker/') ? forWorkers : forAll;
  const isReady = () => isInstalled() && isGenerated() && !(wantsBuilt && canBuild() && !isBuilt(wanted));
  if (!isReady()) {
    await alone(async () => {
      if (!isInstalled()) await install();
      if (!isGenerated()) await generate();
      if (!isReady()) await build();
    });
  }
  if (entry === '--generate-only') return;

  // In this process, and not in a child: a Ctrl-C then reaches the entry exactly once, and so does a kill.
  const compiled = wantsBuilt && isBuilt(wanted);
  const file = compiled ? join(project, 'dist', entry.replace(/\.ts$/, '.js')) : resolve(project, entry);
  process.argv = [process.execPath, file, ...args];
  if (!compiled) await import(pathToFileURL(join(project, 'node_modules', 'tsx', 'dist', 'loader.mjs')).href);
  await import(pathToFileURL(file).href);
}

// ------------------------------------------------------------------------------------------------------- node_modules

/** Whether node_modules holds what package-lock.json says, by npm's own record of what it installed. */
function isInstalled() {
  const wanted = packagesOf(join(project, 'package-lock.json'));
  const installed = packagesOf(join(project, 'node_modules', '.package-lock.json'));
  if (installed === undefined) return false;
  return Object.entries(wanted ?? {}).every(([path, want]) => {
    // The project itself is not in npm's record.
    if (path === '') return true;
    const have = installed[path];
    if (have !== undefined) return have.version === want.version && have.integrity === want.integrity;
    // npm leaves out what is for another platform, and development packages in production.
    return Boolean(
      want.optional || want.devOptional || want.peer || (want.dev && process.env.NODE_ENV === 'production'),
    );
  });
}

function packagesOf(file) {
  if (!existsSync(file)) return undefined;
  return JSON.parse(readFileSync(file, 'utf8')).packages;
}

async function install() {
  const npm = process.env.npm_execpath;
  const args = ['ci', '--no-audit', '--no-fund'];
  // What npm was called with to come here (--silent, --workspace, …) is not meant for this one.
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^npm_(?!execpath)/i.test(name)));
  const isNpm = npm !== undefined && /^npm-cli\.[cm]?js$/.test(basename(npm));
  const [command, all] = isNpm ? [process.execPath, [npm, ...args]] : ['npm', args];
  await run('Installing the npm packages', command, all, env, !isNpm && process.platform === 'win32');
}

// ---------------------------------------------------------------------------------------------- generated Prisma client

/** Whether prisma/generated was made from the files as they are now. */
function isGenerated() {
  const stamp = stampFile();
  return existsSync(stamp) && readFileSync(stamp, 'utf8') === sourcesHash();
}

function stampFile() {
  return join(project, 'prisma', 'generated', '.made-from');
}

/** Of everything that decides what is generated: the schema, our own generator, Prisma's version. */
function sourcesHash() {
  const prisma = join(project, 'prisma');
  const generator = join(prisma, 'generator');
  const files = [
    join(prisma, 'schema.prisma'),
    ...readdirSync(generator)
      .sort()
      .map((name) => join(generator, name)),
    join(project, 'prisma.config.ts'),
    join(project, 'node_modules', 'prisma', 'package.json'),
  ];
  const hash = createHash('sha256');
  for (const file of files.filter(existsSync)) {
    hash
      .update(`${relative(project, file)}\0`)
      .update(readFileSync(file))
      .update('\0');
  }
  return hash.digest('hex');
}

async function generate() {
  const made = sourcesHash();
  rmSync(stampFile(), { force: true });
  const cli = join(project, 'node_modules', 'prisma', 'build', 'index.js');
  // Generating needs no schema engine, but Prisma downloads one unless it is told of an executable; any does.
  const engine = process.env.PRISMA_SCHEMA_ENGINE_BINARY || process.execPath;
  const bin = join(project, 'node_modules', '.bin');
  const path = `${bin}${process.platform === 'win32' ? ';' : ':'}${process.env.PATH ?? ''}`;
  const env = { ...process.env, PATH: path, PRISMA_SCHEMA_ENGINE_BINARY: engine, PRISMA_HIDE_UPDATE_MESSAGE: '1' };
  await run('Generating the Prisma client', process.execPath, [cli, 'generate', '--no-hints'], env, false);
  mkdirSync(dirname(stampFile()), { recursive: true });
  writeFileSync(stampFile(), made);
}

// ---------------------------------------------------------------------------------------------------------- compiled

/** The compiler is a development package: without it the sources run as they are. */
function canBuild() {
  return existsSync(join(project, 'node_modules', 'typescript', 'bin', 'tsc'));
}

/** Whether dist was made from the files as they are now. */
function isBuilt(part) {
  const stamp = builtStampFile(part);
  return existsSync(stamp) && readFileSync(stamp, 'utf8') === compiledHash(part);
}

function builtStampFile({ stamp }) {
  return join(project, 'dist', stamp);
}

function compiledHash({ folders }) {
  const hash = createHash('sha256');
  for (const folder of folders) {
    const names = readdirSync(join(project, folder), { recursive: true, withFileTypes: true });
    const files = names
      .filter((name) => name.isFile() && /\.(ts|json)$/.test(name.name))
      .map((name) => join(name.parentPath ?? name.path, name.name));
    for (const file of [...files.sort(), join(project, 'package-lock.json')]) {
      hash
        .update(`${relative(project, file)}\0`)
        .update(readFileSync(file))
        .update('\0');
    }
  }
  return hash.digest('hex');
}

/** As `npm run build`, without checking types. */
async function build() {
  const made = [forWorkers, forAll].map((part) => [builtStampFile(part), compiledHash(part)]);
  for (const [stamp] of made) rmSync(stamp, { force: true });
  const tsc = join(project, 'node_modules', 'typescript', 'bin', 'tsc');
  const compiling = [tsc, '--noEmit', 'false', '--noCheck', '--outDir', 'dist'];
  await run('Compiling', process.execPath, compiling, process.env, false);
  const bundling = [join(project, 'dist', 'worker', 'prebuild-workflows.js')];
  await run('Bundling the workflows', process.execPath, bundling, process.env, false);
  for (const [stamp, hash] of made) writeFileSync(stamp, hash);
}

// ------------------------------------------------------------------------------------------------------------- running

/** Runs a command, telling how long it has been at it; shows what it wrote only if it fails, and ends with it then. */
async function run(title, command, args, env, shell) {
  const startedAt = Date.now();
  const seconds = () => `${Math.round((Date.now() - startedAt) / 1000)} s`;
  say(`${title} …`);
  const progress = setInterval(() => say(`${title}: ${seconds()}`), 5_000);
  const output = [];
  const code = await new Promise((done) => {
    const child = spawn(command, args, { cwd: project, env, shell, stdio: ['ignore', 'pipe', 'pipe'] });
    for (const signal of ['SIGINT', 'SIGTERM']) {
      const end = () => {
        child.kill(signal);
        process.exit(signal === 'SIGINT' ? 130 : 143);
      };
      process.once(signal, end);
      child.once('close', () => process.off(signal, end));
    }
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => output.push(chunk));
    child.on('error', (error) => {
      output.push(Buffer.from(error.message));
      done(1);
    });
    child.on('close', (exitCode) => done(exitCode ?? 1));
  });
  clearInterval(progress);
  if (code !== 0) fail(`${Buffer.concat(output).toString().trimEnd()}\n${title} failed: \`${args.join(' ')}\`.`, 1);
  say(`${title}: done in ${seconds()}`);
}

/** Two commands started at once in one checkout must not install into it together. */
async function alone(work) {
  const { uid } = userInfo();
  const key = createHash('sha256').update(project).digest('hex').slice(0, 16);
  const lock = join(tmpdir(), `mongo-to-prisma-bootstrap-${uid}-${key}`);
  let told = false;
  while (!taken(lock)) {
    if (!told) say('Waiting for another command that is preparing this folder …');
    told = true;
    await new Promise((done) => setTimeout(done, 250));
  }
  const release = () => rmSync(lock, { force: true });
  process.once('exit', release);
  await work();
  process.off('exit', release);
  release();
}

/** Takes the lock file unless a living process holds it. */
function taken(lock) {
  try {
    writeFileSync(lock, String(process.pid), { flag: 'wx' });
    return true;
  } catch (error) {
    if (error.code !== 'EEXIST') throw error;
    if (!isHeld(lock)) rmSync(lock, { force: true });
    return false;
  }
}

function isHeld(lock) {
  try {
    const holder = Number(readFileSync(lock, 'utf8'));
    // Between its making and its writing the file is empty for a moment.
    if (holder === 0) return Date.now() - statSync(lock).mtimeMs < 5_000;
    process.kill(holder, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

function say(line) {
  process.stderr.write(`${line}\n`);
}

function fail(sentence, code) {
  say(sentence);
  process.exit(code);
}
