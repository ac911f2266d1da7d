import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';

/** A process's resident memory at one moment. */
export interface MemoryAt {
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly mebibytes: number;
}

const EVERY_MS = 250;

/** Looks at a process's resident memory four times a second while work goes on. */
export async function watchMemory<T>(pid: number, work: Promise<T>): Promise<{ result: T; memory: MemoryAt[] }> {
  const memory: MemoryAt[] = [];
  const looking = setInterval(() => {
    residentMebibytes(pid).then(
      (mebibytes) => memory.push({ at: Date.now(), mebibytes }),
      () => {},
    );
  }, EVERY_MS);
  try {
    return { result: await work, memory };
  } finally {
    clearInterval(looking);
  }
}

/** From /proc where there is one, else from ps. */
async function residentMebibytes(pid: number): Promise<number> {
  if (process.platform === 'linux') {
    return Number(/^VmRSS:\s+(\d+) kB/m.exec(await readFile(`/proc/${pid}/status`, 'utf8'))![1]) / 1024;
  }
  const { stdout } = await promisify(execFile)('ps', ['-o', 'rss=', '-p', String(pid)]);
  return Number(stdout) / 1024;
}

export function peak(memory: readonly MemoryAt[]): number {
  return Math.round(Math.max(0, ...memory.map(({ mebibytes }) => mebibytes)));
}
