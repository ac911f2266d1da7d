import { alreadyPaused } from '../../../engine/messages/workflows/refusals.ts';
import type { Course, NotedEntry, TimelineEvent } from '../../../engine/report/facts/run-record.ts';
import { plan } from '../../../stages/plan.ts';

const at = (second: number) => new Date(Date.UTC(2026, 0, 5, 9, 0, second)).toISOString();
const event = (second: number, given: Partial<TimelineEvent & NotedEntry> & Pick<TimelineEvent, 'kind' | 'name'>) => ({
  ...{ at: at(second), way: null, detail: null, refused: null, by: null },
  ...given,
});

/** A course with a pause, a refusal and a pace of every stage, as a workflow hands it over. */
export const course: Course = {
  pace: plan.stages.flatMap(({ name }, i) => [
    {
      stage: name,
      kind: 'copied' as const,
      startedAt: at(i * 10),
      points: [
        [0, 0],
        [3_000, 90],
        [6_000, 120],
      ],
    },
    {
      stage: name,
      kind: 'verified' as const,
      startedAt: at(i * 10 + 6),
      points: [
        [0, 0],
        [3_000, 120],
      ],
    },
  ]),
  timeline: [
    event(0, { kind: 'phase', name: 'starting', by: 'kim@ops-1' }),
    event(0, { kind: 'phase', name: 'running' }),
    event(0, { kind: 'stage', name: 'copying', detail: 'user' }),
    event(4, { kind: 'message', name: 'pause', way: 'signal', detail: '{"reason":"점심"}', by: 'kim@ops-1' }),
    event(4, { kind: 'phase', name: 'pausing', detail: '점심' }),
    event(5, { kind: 'phase', name: 'paused', detail: '점심' }),
    event(6, {
      kind: 'message',
      name: 'pause',
      way: 'signal',
      refused: alreadyPaused().text,
      messages: { refused: alreadyPaused() },
    }),
    event(7, { kind: 'message', name: 'resume', way: 'update', by: 'lee@desk-7' }),
    event(7, { kind: 'phase', name: 'running' }),
  ],
  forgotten: 0,
};
