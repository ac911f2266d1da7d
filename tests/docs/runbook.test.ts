import { execFile } from 'node:child_process';
import { beforeAll, describe, expect, test } from '@jest/globals';
import type { Played } from '../../scripts/demo/runbook/play.ts';
import { RUNBOOKS, type Runbook, readRunbook } from '../../scripts/demo/runbook/read-runbook.ts';
import { openDesk } from '../support/command-line.ts';
import { bundled, project } from '../support/scripts.ts';
import { mongoUrl, postgresUrl } from '../support/servers/servers.ts';

let english: Runbook;
let korean: Runbook;

beforeAll(async () => {
  [english, korean] = (await Promise.all(RUNBOOKS.map(readRunbook))) as [Runbook, Runbook];
});

describe('the runbooks', () => {
  test('hold the same commands in the same order, in both languages', () => {
    expect(korean.blocks).toEqual(english.blocks);
    expect([...korean.sections.keys()]).toEqual([...english.sections.keys()]);
    expect([...english.sections.keys()]).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });

  test('say of every block when its turn is, once', () => {
    const steps = english.blocks.map(({ step }) => step).sort((a, b) => a - b);
    expect(steps).toEqual(steps.map((_, at) => at + 1));
  });

  test('tell what the whole procedure needs', () => {
    const lines = english.blocks.flatMap(({ commands }) => commands.map(({ line }) => line)).join('\n');
    const needed = [
      'assess',
      'backup',
      'backup --check',
      'rehearse',
      'pause',
      'resume',
      'status',
      'approve',
      'rollback payment',
    ];
    const later = ['quarantine list', 'resolve', 'spot-check', 'verify', 'report', 'reconcile', 'restore', 'finalize'];
    const service = ['maintenance off', 'smoke-test', 'monitor --hours 24 --every 10m', 'monitor stop'];
    for (const command of [...needed, ...later, ...service]) expect(lines).toContain(` -- ${command}`);
  });
});

interface Told {
  readonly played: readonly Played[];
  readonly checks: readonly { readonly what: string; readonly isRight: boolean }[];
}

describe('npm run demo:runbook', () => {
  test('carries every command out, with a fault in the middle, and ends where it began', async () => {
    const { code, out, err } = await carryOut();
    expect({ code, err: code === 0 ? '' : err }).toEqual({ code: 0, err: '' });
    const { played, checks } = JSON.parse(out) as Told;
    const due = english.blocks
      .toSorted((a, b) => a.step - b.step)
      .flatMap(({ commands }) => commands.map(({ line }) => line));
    expect(played.map(({ line }) => line)).toEqual(due);
    expect(new Set(played.map(({ section }) => section))).toEqual(new Set([1, 2, 3, 4, 5, 6, 7, 8]));
    expect(checks.filter(({ isRight }) => !isRight)).toEqual([]);
    expect(checks.map(({ what }) => what).join('\n')).toMatch(
      /stopped the run at payment\nsome payments are there\nno payment is left\nusers are left\n.*out of its maintenance\nan independent count agrees .*\n.*watching\n.*left in maintenance\nthe target equals what it was before/,
    );
  }, 900_000);
});

/** On the test run's servers, in databases and a namespace of its own. */
async function carryOut(): Promise<{ code: number; out: string; err: string }> {
  const desk = await openDesk({ collections: {} });
  const servers = {
    MONGO_TO_PRISMA_POSTGRES_URL: postgresUrl(),
    MONGO_TO_PRISMA_MONGODB_URL: mongoUrl(),
    MONGO_TO_PRISMA_TEMPORAL_ADDRESS: desk.environment['TEMPORAL_ADDRESS'],
    TEMPORAL_NAMESPACE: desk.namespace,
  };
  try {
    const script = [bundled('scripts/demo-runbook.ts'), '--small', '--json'];
    return await new Promise((resolve) => {
      const env = { ...process.env, NODE_OPTIONS: '', ...servers, TMPDIR: desk.folder };
      execFile(process.execPath, script, { cwd: project, env, maxBuffer: 2 ** 26 }, (error, out, err) => {
        resolve({ code: error === null ? 0 : Number(error.code), out, err });
      });
    });
  } finally {
    await desk.close();
  }
}
