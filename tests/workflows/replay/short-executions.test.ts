import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { makeBackup } from '../../../operations/backup/make-backup.ts';
import { type Content, contentOf } from '../../support/data/content.ts';
import { historiesOf, type Played, stepsOf } from '../../support/histories.ts';
import {
  type MigrationTarget,
  openPlatform,
  type Platform,
  progressOf,
  tuned,
  untilProgress,
} from '../../support/migration.ts';
import { openScene, SCENARIOS } from './scenarios.ts';

/** Three steps at most: whatever needs more of them between two things that are remembered never ends. */
const SHORT = { historyEvents: 20 };

let platform: Platform;
beforeAll(async () => {
  platform = await openPlatform();
});
afterAll(() => platform.close());

/** What a run has come to, and the steps of all its executions that had an answer. */
interface Course {
  readonly executions: number;
  readonly steps: readonly string[];
  readonly end: unknown;
  readonly content: Content;
}

async function courseOf(name: string, tuning?: typeof SHORT): Promise<Course> {
  const target = await openScene(platform);
  try {
    const played = await SCENARIOS[name]!(target, platform, tuning);
    const histories = await historiesOf(platform.client, played);
    return {
      executions: histories.length,
      // What there is to be done is asked wherever it is needed.
      steps: histories
        .flatMap(stepsOf)
        .filter((step) => step !== 'planMaintenance')
        .toSorted(),
      end: await endOf(played),
      content: await contentOf(target),
    };
  } finally {
    await target.close();
  }
}

/** Where it stands, without times and what depends on them. */
async function endOf({ workflowId }: Played): Promise<unknown> {
  const handle = platform.client.workflow.getHandle(workflowId);
  const { state, stages } = await handle.query<{ state: string; stages: Record<string, unknown>[] }>('progress');
  const timed = ['startedAt', 'endedAt', 'rate', 'etaSeconds'];
  const without = (stage: object) => Object.entries(stage).filter(([field]) => !timed.includes(field));
  return { state, stages: stages.map((stage) => Object.fromEntries(without(stage))) };
}

describe('a run that goes on in a new execution after every third step', () => {
  test.each(Object.keys(SCENARIOS))(
    'takes the steps of one in a single execution, and comes to the same: %s',
    async (name) => {
      const [short, usual] = await Promise.all([courseOf(name, SHORT), courseOf(name)]);
      // How far one is when it is cancelled is a matter of time.
      const { steps, end, content } = usual;
      if (name === 'cancel') expect(short.end).toMatchObject({ state: 'aborted' });
      // How many rounds there are until somebody ends them is, too.
      else if (name === 'monitor') expect([...new Set(short.steps)]).toEqual([...new Set(steps)]);
      else expect({ ...short, executions: null }).toEqual({ steps, end, content, executions: null });
      if (name !== 'cancel') expect(short.executions).toBeGreaterThan(usual.executions);
    },
  );
});

describe('what was passed stays passed', () => {
  async function backedUp(target: MigrationTarget): Promise<string> {
    const what = { sourceUri: null, databaseUrl: target.databaseUrl };
    const { signal } = new AbortController();
    const into = join(platform.folder, 'backups', target.taskQueue);
    return (await makeBackup(what, into, { collections: [], signal, onFolder: () => {} })).folder;
  }

  test('a backup is asked for once, not again by each execution', async () => {
    const target = await platform.target();
    const backup = await backedUp(target);
    const handle = await target.start(tuned({ requireBackup: 1, gates: { start: 'manual' } }, SHORT));
    await untilProgress(handle, ({ gate }) => gate === 'start');
    await rm(backup, { recursive: true });
    await handle.signal('approve', 'start');
    await untilProgress(handle, ({ state }) => state === 'complete' || state === 'blocked');
    expect(await progressOf(handle)).toMatchObject({ state: 'complete', reason: null });
  });

  test('a backup that is not there is asked for once more after a message has interrupted the question', async () => {
    const target = await platform.target();
    const first = await target.start([{ gates: { project: 'manual' } }]);
    await untilProgress(first, ({ gate }) => gate === 'project');
    await first.terminate();
    const handle = await target.start(tuned({ requireBackup: 1 }, SHORT));
    await untilProgress(handle, ({ state }) => state === 'blocked');
    await handle.executeUpdate('rollbackToStage', { args: ['user'] });
    const asked = await untilProgress(handle, ({ state, stages }) => state === 'blocked' || stages[0]!.written > 0);
    expect(asked.reason).toMatch(/Nothing has been moved/);
    await handle.executeUpdate('approve', { args: ['backup'] });
    await handle.result();
  });

  test('a quarantine that is accepted is asked about once', async () => {
    const target = await platform.target();
    const handle = await target.start(tuned({ maxQuarantined: 11 }, SHORT));
    let accepted = 0;
    for (;;) {
      const { state, reason } = await untilProgress(
        handle,
        (now) => now.state === 'blocked' || now.state === 'complete',
      );
      if (state === 'complete') break;
      expect(reason).toMatch(/more than maxQuarantined/);
      accepted += 1;
      await handle.executeUpdate('resume');
    }
    const { stages } = await progressOf(handle);
    expect(accepted).toBe(stages.filter(({ quarantined }) => quarantined > 11).length);
  });
});
