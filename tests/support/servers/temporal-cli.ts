import { execFile } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { findTemporal } from '../../../scripts/servers/programs/temporal-program.ts';
import { silent } from '../../../scripts/servers/report.ts';
import type { Progress } from '../../../workflows/messages/definitions.ts';
import { temporalAddress } from './servers.ts';

/** What a command left. */
export interface Answer {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Temporal's own command line, pointed at the servers of the tests: all that an operator has who has nothing of ours. */
export interface TemporalCli {
  /** `temporal <args>` to its end, whatever that is. */
  run(...args: string[]): Promise<Answer>;
  /** As `run`. @throws Error with all that it said when it fails */
  succeed(...args: string[]): Promise<string>;
  /** `temporal workflow query --type progress` */
  progress(workflowId: string): Promise<Progress>;
  /** Asks again until the progress is as wanted, and answers it. */
  until(workflowId: string, isSo: (progress: Progress) => boolean): Promise<Progress>;
}

const WITHIN_MS = 40_000;

export async function openTemporalCli(): Promise<TemporalCli> {
  const program = await findTemporal(silent);
  // Nobody's own profile reaches the tests.
  const settings = ['--address', temporalAddress(), '--disable-config-env', '--disable-config-file'];
  const run = async (...args: string[]): Promise<Answer> => {
    try {
      const options = { maxBuffer: 64 * 2 ** 20 };
      const { stdout, stderr } = await promisify(execFile)(program, [...args, ...settings], options);
      return { code: 0, out: stdout, err: stderr };
    } catch (error) {
      const { code, stdout, stderr } = error as { code?: unknown; stdout?: string; stderr?: string };
      if (typeof code !== 'number') throw error;
      return { code, out: stdout ?? '', err: stderr ?? '' };
    }
  };
  const succeed = async (...args: string[]): Promise<string> => {
    const { code, out, err } = await run(...args);
    if (code !== 0) throw new Error(`temporal ${args.join(' ')} ended with ${code}: ${out}${err}`);
    return out;
  };
  const progress = async (workflowId: string): Promise<Progress> => {
    const query = ['workflow', 'query', '--workflow-id', workflowId, '--type', 'progress', '--output', 'json'];
    const { queryResult } = JSON.parse(await succeed(...query)) as { queryResult: Progress[] };
    const shown = queryResult[0]!;
    // It prints an empty list as null.
    return { ...shown, stages: shown.stages ?? [], refused: shown.refused ?? [] };
  };
  const until: TemporalCli['until'] = async (workflowId, isSo) => {
    const deadline = Date.now() + WITHIN_MS;
    for (;;) {
      const now = await progress(workflowId);
      if (isSo(now)) return now;
      if (Date.now() > deadline) throw new Error(`Not so after ${WITHIN_MS} ms: ${isSo}; ${JSON.stringify(now)}`);
      await sleep(50);
    }
  };
  return { run, succeed, progress, until };
}
