import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Client } from '@temporalio/client';
import { gateWaitsForApproval } from '../../../engine/messages/workflows/blocked.ts';
import { alreadyPaused } from '../../../engine/messages/workflows/refusals.ts';
import type { Facts } from '../../../engine/report/facts/facts.ts';
import {
  type Handle,
  type MigrationTarget,
  openPlatform,
  type Platform,
  slowDown,
  tuned,
  untilMoved,
  untilProgress,
} from '../../support/migration.ts';

let platform: Platform;
beforeAll(async () => {
  platform = await openPlatform();
});
afterAll(() => platform.close());

/** A run's handle in the hands of somebody who tells Temporal this name. */
function asked(handle: Handle, identity: string) {
  const { connection } = platform.client;
  return new Client({ connection, identity }).workflow.getHandle(handle.workflowId);
}

async function factsOf(folder: string): Promise<Facts> {
  return JSON.parse(await readFile(join(folder, 'report.json'), 'utf8'));
}

/** The messages in a report’s timeline, in a line each. */
function messagesIn({ course }: Facts): string[] {
  return course.timeline
    .filter(({ kind }) => kind === 'message')
    .map(({ name, way, detail, refused, by }) => [name, way, detail, refused ?? 'accepted', `by ${by}`].join(' | '));
}

const phasesIn = ({ course }: Facts) =>
  course.timeline
    .filter(({ kind }) => kind === 'phase')
    .map(({ name, detail }) => [name, detail].filter(Boolean).join(': '));

describe('the course of a run', () => {
  let target: MigrationTarget;
  let facts: Facts;

  // Its history is so short that the run goes on in new executions, and messages lie in several histories.
  beforeAll(async () => {
    target = await platform.target();
    await slowDown(target, 'Project', 0.05);
    const handle = await target.start(
      tuned({ batchSize: 5, gates: { complete: 'manual' } }, { historyEvents: 60, segmentSeconds: 0.5 }),
    );
    await untilMoved(target, 'project', 10);
    await asked(handle, 'kim@ops-1').signal('pause', { reason: 'a look around' });
    await untilProgress(handle, ({ state }) => state === 'paused');
    await asked(handle, 'lee@desk-7').signal('pause');
    await asked(handle, 'lee@desk-7').executeUpdate('setBatchSize', { args: [50] });
    await asked(handle, 'lee@desk-7')
      .executeUpdate('setParallelism', { args: [0] })
      .catch(() => {});
    await asked(handle, 'kim@ops-1').executeUpdate('resume');
    await untilProgress(handle, ({ gate }) => gate === 'complete');
    await asked(handle, '한국@운영').signal('approve', 'complete');
    const { reports } = await handle.result();
    facts = await factsOf(reports);
  });
  afterAll(() => target.close());

  test('tells every message with its sender, over all executions, and what came of it', () => {
    expect(messagesIn(facts)).toEqual([
      'pause | signal | {"reason":"a look around"} | accepted | by kim@ops-1',
      `pause | signal |  | ${alreadyPaused().text} | by lee@desk-7`,
      'setBatchSize | update | 50 | accepted | by lee@desk-7',
      'resume | update |  | accepted | by kim@ops-1',
      'approve | signal | complete | accepted | by 한국@운영',
    ]);
    const [start] = facts.course.timeline;
    expect(start).toMatchObject({ kind: 'phase', name: 'starting', by: 'test-client' });
  });

  test('tells when the run paused, was blocked, went on and was complete', () => {
    expect(phasesIn(facts)).toEqual([
      'starting',
      'running',
      'pausing: a look around',
      'paused: a look around',
      'running',
      `blocked: ${gateWaitsForApproval({ gate: 'complete' }).text}`,
      'running',
      'complete',
    ]);
    const times = facts.course.timeline.map(({ at }) => at);
    expect(times).toEqual([...times].sort());
  });

  test('tells how fast each stage went: from nothing to all of its documents', () => {
    for (const { name, read, compared } of facts.stages) {
      for (const [kind, documents] of [
        ['copied', read],
        ['verified', compared],
      ] as const) {
        const { points } = facts.course.pace.find((pace) => pace.stage === name && pace.kind === kind)!;
        expect(points[0]).toEqual([0, 0]);
        expect(points.at(-1)![1]).toBe(documents);
      }
    }
    const project = facts.course.pace.find(({ stage, kind }) => stage === 'project' && kind === 'copied')!;
    expect(project.points.length).toBeGreaterThan(2);
  });
});

describe('the course of a run that is aborted', () => {
  test('is kept, so that its report can be made afterwards', async () => {
    const target = await platform.target();
    await slowDown(target, 'User', 0.05);
    const handle = await target.start([{ batchSize: 5 }]);
    await untilMoved(target, 'user', 5);
    await asked(handle, 'kim@ops-1').signal('abort');
    await expect(handle.result()).rejects.toThrow();
    const [row] = await target.sql(`SELECT facts -> 'course' -> 'timeline' FROM migration_run`);
    const timeline = JSON.parse(row![0]!) as Facts['course']['timeline'];
    expect(timeline.find(({ name }) => name === 'abort')).toMatchObject({ by: 'kim@ops-1', refused: null });
    await target.close();
  });
});
