import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, test } from '@jest/globals';
import type { Measured } from '../../bench/measure/measured.ts';
import { project } from '../support/scripts.ts';
import { postgresUrl } from '../support/servers/servers.ts';

const SIZES = '--documents 200 --few-documents 100 --rounds 1';

let measured: Measured;
let progress: string;

beforeAll(async () => {
  const { stdout, stderr } = await promisify(execFile)(
    process.execPath,
    ['scripts/bootstrap.mjs', '--built', 'bench/main.ts', ...SIZES.split(' '), '--no-dlt', '--json'],
    // A Temporal of its own: its worker polls the task queue that every worker polls.
    { cwd: project, env: { ...process.env, NODE_OPTIONS: '', MONGO_TO_PRISMA_POSTGRES_URL: postgresUrl() } },
  );
  measured = JSON.parse(stdout) as Measured;
  progress = stderr;
});

describe('npm run bench', () => {
  test('measures this tool, parts of it and its rivals, each by name', () => {
    expect(measured.figures.map(({ key }) => key)).toEqual([
      'copy',
      ...[1000, 50].flatMap((size) =>
        ['tool', 'noTemporal', 'noCheckpoints', 'noIdMap'].map((name) => `${name}-${size}`),
      ),
      'createMany-1000',
      'createMany-50',
      'createPerRow-50',
    ]);
    for (const { seconds, rows, documents, rowsPerSecond } of measured.figures) {
      expect(seconds).toHaveLength(1);
      expect(rows).toBeGreaterThan(documents);
      expect(rowsPerSecond).toBe(Math.round(rows / seconds[0]!));
    }
  });

  test('tells of a whole migration its copy, its verification and the worker’s memory', () => {
    const runs = measured.figures.flatMap(({ run }) => run ?? []);
    expect(runs).toHaveLength(2);
    for (const { copy, verification, whole, peakMebibytes, memory } of runs) {
      expect(Math.min(copy, verification)).toBeGreaterThan(0);
      expect(whole).toBeGreaterThan(copy + verification);
      // Of a long run not every look is told.
      expect(peakMebibytes).toBeGreaterThanOrEqual(Math.max(...memory.map(([, mebibytes]) => mebibytes)));
    }
  });

  test('holds each goal against what was measured, and says what was not', () => {
    const goals = new Map(measured.goals.map((goal) => [goal.key, goal]));
    for (const key of ['timesDlt-1000', 'timesDlt-50', 'largeOfUsual', 'memoryLarge']) {
      expect(goals.get(key)).toMatchObject({ measured: null, met: null });
      goals.delete(key);
    }
    expect(goals.size).toBe(9);
    for (const { measured: found, least = -Infinity, most = Infinity, met } of goals.values()) {
      expect(met).toBe(found! >= least && found! <= most);
    }
    expect(measured.missing).toEqual(['dlt: left out by --no-dlt']);
    expect(progress).toContain('dlt: left out by --no-dlt');
  });
});
