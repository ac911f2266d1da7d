import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ServerMissing } from '../../../engine/common/errors.ts';
import { buildingProgram, buildProgress, builtProgram } from '../../../engine/messages/commands/starting.ts';
import { goBuildFailed, goMissing } from '../../../engine/messages/worker/servers.ts';
import { startProcess } from '../processes.ts';
import { projectFolder } from '../project.ts';
import type { Report } from '../report.ts';
import { cached } from './cache.ts';
import { programOnPath } from './programs.ts';

const progressEveryMs = 10_000;

/** A program made from the Go module in tools/<name>, whose versions go.mod and go.sum pin. */
export interface GoTool {
  readonly name: 'temporal' | 'ferretdb';
  /** The package to build, as seen from the module. */
  readonly package: string;
  readonly linkerFlags?: string;
  /** For the progress lines: "Building <title>". */
  readonly title: string;
}

/**
 * The path of the built program, from the cache when it was built before. A first build takes minutes.
 *
 * @throws {ServerMissing} when Go is not installed or the build fails; the message says which
 */
export async function goBuild(tool: GoTool, report: Report): Promise<string> {
  const module = join(projectFolder, 'tools', tool.name);
  const key = `${tool.name}-${await contentHash(module, tool)}-${process.platform}-${process.arch}`;
  const program = process.platform === 'win32' ? `${tool.name}.exe` : tool.name;
  const folder = await cached(key, (target) => build(tool, module, join(target, program), report), report);
  return join(folder, program);
}

async function build(tool: GoTool, module: string, output: string, report: Report): Promise<void> {
  const go = await programOnPath('go');
  if (go === undefined) throw new ServerMissing(goMissing());
  const startedAt = Date.now();
  const logFile = `${output}.log`;
  report(buildingProgram({ program: tool.title }).text);
  const compiler = await startProcess({
    command: go,
    args: ['build', '-v', '-trimpath', '-ldflags', `-s -w ${tool.linkerFlags ?? ''}`, '-o', output, tool.package],
    cwd: module,
    // No C compiler is needed, and the module stands on its own, whatever surrounds the project's folder.
    env: { ...process.env, CGO_ENABLED: '0', GOWORK: 'off', GOFLAGS: '-mod=readonly -buildvcs=false' },
    logFile,
    stopSignal: 'SIGTERM',
    graceMs: 2_000,
  });
  const progress = setInterval(async () => {
    const lines = (await readFile(logFile, 'utf8').catch(() => '')).split('\n');
    const seconds = Math.round((Date.now() - startedAt) / 1000);
    const fetched = lines.filter((line) => line.startsWith('go: downloading')).length;
    const compiled = Math.max(0, lines.length - 1 - fetched);
    report(buildProgress({ program: tool.title, fetched, compiled, seconds }).text);
  }, progressEveryMs);
  try {
    const { code } = await compiler.exited();
    if (code !== 0) {
      throw new ServerMissing(goBuildFailed({ program: tool.title, why: await compiler.lastWords(1) }));
    }
  } finally {
    clearInterval(progress);
  }
  report(builtProgram({ program: tool.title, seconds: Math.round((Date.now() - startedAt) / 1000) }).text);
}

/** Everything that decides what is built: the module's files and how they are built. */
async function contentHash(module: string, tool: GoTool): Promise<string> {
  const hash = createHash('sha256').update(JSON.stringify(tool));
  for (const name of (await readdir(module)).sort()) {
    hash.update(`\0${name}\0`).update(await readFile(join(module, name)));
  }
  return hash.digest('hex').slice(0, 12);
}
