import type { Tuning } from '../../../workflows/state/snapshot.ts';
import { type Content, contentOf } from '../../support/data/content.ts';
import { historiesOf, type Played, stepsOf } from '../../support/histories.ts';
import type { Platform } from '../../support/migration.ts';
import { openScene, SCENARIOS } from './scenarios.ts';

/** What a run has come to, its histories, and the steps of all its executions that had an answer. */
export interface Course {
  readonly histories: Awaited<ReturnType<typeof historiesOf>>;
  readonly steps: readonly string[];
  readonly end: unknown;
  readonly content: Content;
}

/** Plays a scenario in a target of its own. */
export async function courseOf(platform: Platform, name: string, tuning?: Partial<Tuning>): Promise<Course> {
  const target = await openScene(platform, name);
  try {
    const played = await SCENARIOS[name]!(target, platform, tuning);
    const histories = await historiesOf(platform.client, played);
    return {
      histories,
      // What there is to be done is asked wherever it is needed.
      steps: histories
        .flatMap(stepsOf)
        .filter((step) => step !== 'planMaintenance')
        .toSorted(),
      end: await endOf(platform, played),
      content: await contentOf(target),
    };
  } finally {
    await target.close();
  }
}

/** Where it stands, without times and what depends on them. */
async function endOf({ client }: Platform, { workflowId }: Played): Promise<unknown> {
  const handle = client.workflow.getHandle(workflowId);
  const { state, stages } = await handle.query<{ state: string; stages: Record<string, unknown>[] }>('progress');
  const timed = ['startedAt', 'endedAt', 'rate', 'etaSeconds'];
  const without = (stage: object) => Object.entries(stage).filter(([field]) => !timed.includes(field));
  return { state, stages: stages.map((stage) => Object.fromEntries(without(stage))) };
}
