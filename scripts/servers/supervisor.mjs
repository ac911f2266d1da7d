/**
 * Keeps one child process and never outlives its own parent: when standard input ends, for whatever reason, SIGKILL of
 * the parent included, the child is stopped. Plain JavaScript, so that it starts in milliseconds and without tsx.
 *
 * In: one line of JSON, `{command, args, cwd, env, uid, gid, logFile, stopSignal, graceMs, temporaryFolder}`, then
 * either the line `stop` (the parent cleans up itself) or the end of input (this process removes `temporaryFolder`).
 * Out: JSON lines, `{pid}` or `{error}` first, `{exit: {code, signal}}` last.
 */
import { spawn } from 'node:child_process';
import { openSync, rmSync } from 'node:fs';
import { createInterface } from 'node:readline';

const lines = createInterface({ input: process.stdin });
let child;
let spec;
let parentGone = false;
let stopping = false;

// A terminal's Ctrl-C is the parent's to answer; this process ends when its input does.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => {});
// The parent may be gone while something is being said.
process.stdout.on('error', () => {});

lines.on('line', (line) => {
  if (spec === undefined) start(JSON.parse(line));
  else if (line === 'stop') stop();
});
lines.on('close', () => {
  parentGone = !stopping;
  stop();
});

function start(received) {
  spec = received;
  const log = openSync(spec.logFile, 'a', 0o600);
  // A process group of its own, so that nothing that the child started is left behind.
  child = spawn(spec.command, spec.args, {
    cwd: spec.cwd,
    env: spec.env,
    uid: spec.uid,
    gid: spec.gid,
    detached: process.platform !== 'win32',
    windowsHide: true,
    stdio: ['ignore', log, log],
  });
  child.on('spawn', () => tell({ pid: child.pid }));
  child.on('error', (error) => {
    tell({ error: error.message });
    finish(1);
  });
  child.on('exit', (code, signal) => {
    killGroup();
    tell({ exit: { code, signal } });
    finish(code ?? 1);
  });
}

function stop() {
  if (stopping) return;
  stopping = true;
  if (child?.pid === undefined) return finish(0);
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill(spec.stopSignal);
  // A suspended child answers to nothing but this.
  setTimeout(killGroup, spec.graceMs);
}

function killGroup() {
  try {
    if (process.platform === 'win32') child.kill('SIGKILL');
    else process.kill(-child.pid, 'SIGKILL');
  } catch {
    // Nobody is left in the group.
  }
}

function tell(message) {
  process.stdout.write(`${JSON.stringify(message)}\n`);
}

function finish(code) {
  if (parentGone && spec?.temporaryFolder) {
    rmSync(spec.temporaryFolder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  }
  // Lets what was told reach the parent, if there still is one.
  process.stdout.end(() => process.exit(code));
  if (parentGone) process.exit(code);
}
