import { mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { ServerMissing } from '../../../engine/common/errors.ts';
import { downloadingTemporal } from '../../../engine/messages/commands/starting.ts';
import type { Message } from '../../../engine/messages/message.ts';
import { downloadEmpty, noTemporalServer } from '../../../engine/messages/worker/servers.ts';
import { type Report, reasonOf } from '../report.ts';
import { cached } from './cache.ts';
import { whyUnreachable } from './download.ts';
import { goBuild } from './go-build.ts';
import { programOnPath, versionOf } from './programs.ts';

/** The version that is downloaded; tools/temporal builds the same one. */
const version = '1.5.1';
/** The first dev server that knows updates and all that the migration asks of it. */
const oldestServer = [1, 25] as const;

/**
 * The Temporal command line with its development server: on PATH, else Temporal's own download, else built from its
 * pinned Go module.
 *
 * @throws {ServerMissing} when none of them is to be had
 */
export async function findTemporal(report: Report): Promise<string> {
  const installed = await programOnPath('temporal');
  if (installed !== undefined && isNewEnough((await versionOf(installed)) ?? '')) return installed;
  const failures: Message[] = [];
  try {
    return await download(report);
  } catch (error) {
    failures.push(reasonOf(error));
  }
  try {
    return await goBuild(
      {
        name: 'temporal',
        package: 'github.com/temporalio/cli/cmd/temporal',
        linkerFlags: `-X github.com/temporalio/cli/temporalcli.Version=${version}`,
        title: 'the Temporal server',
      },
      report,
    );
  } catch (error) {
    failures.push(reasonOf(error));
  }
  throw new ServerMissing(noTemporalServer({ why: failures }));
}

/** The CLI says `temporal version 1.5.1 (Server 1.29.1, UI 2.42.1)`. */
function isNewEnough(said: string): boolean {
  const match = /^temporal version .*\(Server (\d+)\.(\d+)/.exec(said);
  if (match === null) return false;
  const [major, minor] = [Number(match[1]), Number(match[2])];
  return major > oldestServer[0] || (major === oldestServer[0] && minor >= oldestServer[1]);
}

/** The SDK's test package downloads the program in order to start it; what is wanted here is the program. */
async function download(report: Report): Promise<string> {
  const reason = await whyUnreachable('temporal.download');
  if (reason !== undefined) throw new ServerMissing(reason);
  const program = process.platform === 'win32' ? 'temporal.exe' : 'temporal';
  const fetchInto = async (folder: string) => {
    report(downloadingTemporal().text);
    const downloadDir = await mkdtemp(join(folder, 'download-'));
    const { TestWorkflowEnvironment } = await import('@temporalio/testing');
    const environment = await TestWorkflowEnvironment.createLocal({
      server: { executable: { type: 'cached-download', version: `v${version}`, downloadDir } },
    });
    await environment.teardown();
    const [file] = await readdir(downloadDir);
    if (file === undefined) throw new ServerMissing(downloadEmpty());
    await rename(join(downloadDir, file), join(folder, program));
    await rm(downloadDir, { recursive: true });
  };
  const folder = await cached(`temporal-${version}-${process.platform}-${process.arch}`, fetchInto, report);
  return join(folder, program);
}
