import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { planChanged } from '../../../engine/messages/engine/run.ts';
import type { Plan } from '../../../engine/plan/stage.ts';
import { plan } from '../../../stages/plan.ts';
import { saying } from '../../engine/messages/saying.ts';
import { type Content, contentOf } from '../../support/data/content.ts';
import { afresh } from '../../support/engine-alone.ts';
import {
  type Handle,
  type MigrationTarget,
  openPlatform,
  type Platform,
  slowDown,
  untilMoved,
  untilProgress,
} from '../../support/migration.ts';

/** A build whose transform of one stage is declared to be another one. */
function buildWith(changed: string): Plan {
  const stages = plan.stages.map((stage) => (stage.name === changed ? { ...stage, version: 'another' } : stage));
  return { ...plan, stages };
}

/** A build whose transform of one stage writes something else, though nobody has raised its version. */
function buildThatDrifted(changed: string): Plan {
  const stages = plan.stages.map((stage) => {
    if (stage.name !== changed) return stage;
    const transform = (document: object, to: never) => stage.transform({ ...document, title: 'another' } as never, to);
    return { ...stage, transform: transform as unknown as typeof stage.transform };
  });
  return { ...plan, stages };
}

let platform: Platform;
let undisturbed: Content;

beforeAll(async () => {
  platform = await openPlatform();
  undisturbed = await afresh(platform, contentOf);
});
afterAll(() => platform.close());

/** In the middle of stage project, its worker taken away. */
async function inProject(): Promise<{ target: MigrationTarget; handle: Handle }> {
  const target = await platform.target();
  await slowDown(target, 'Project', 0.1);
  const handle = await target.start([{ batchSize: { project: 5 } }]);
  await untilMoved(target, 'project', 10);
  await target.stopWorker();
  return { target, handle };
}

const isBlocked = ({ state }: { state: string }) => state === 'blocked';

describe('a deploy in the middle of a run', () => {
  test('goes on with the same transforms, blocks with others, and goes on when the old build comes back', async () => {
    const { target, handle } = await inProject();
    await target.startWorker();
    await untilMoved(target, 'project', 20);
    await target.stopWorker();

    // Another transform of the same version blocks all the same.
    await target.startWorker({ plan: buildThatDrifted('project') });
    const { reason } = await untilProgress(handle, isBlocked);
    expect(reason).toMatch(saying(planChanged, { stages: 'project' }));
    await target.stopWorker();

    await target.startWorker({ plan: buildWith('user') });
    await handle.executeUpdate('resume');
    await untilProgress(
      handle,
      (now) => isBlocked(now) && saying(planChanged, { stages: 'user' }).test(now.reason ?? ''),
    );
    await target.stopWorker();

    await target.startWorker();
    await handle.executeUpdate('resume');
    await handle.result();
    expect(await contentOf(target)).toEqual(undisturbed);
    await target.close();
  });

  test('with other transforms of a stage that was begun blocks until they are accepted, and then writes it anew', async () => {
    const { target, handle } = await inProject();
    await target.startWorker({ plan: buildWith('project') });
    const { reason } = await untilProgress(handle, isBlocked);
    expect(reason).toMatch(saying(planChanged, { stages: 'project' }));
    expect(reason).toContain('acceptPlanChange');
    const before = await target.sql(`SELECT count(*) FROM "Artist"`);
    await handle.executeUpdate('acceptPlanChange');
    const { stages } = await handle.result();
    expect(stages.map(({ state }) => state)).toEqual(Array(5).fill('complete'));
    expect(await contentOf(target)).toEqual(undisturbed);
    // The stages before it were not touched.
    expect(await target.sql(`SELECT count(*) FROM "Artist"`)).toEqual(before);
    await target.close();
  });

  test('with other transforms of a stage that was not reached only needs the word', async () => {
    const { target, handle } = await inProject();
    await target.startWorker({ plan: buildWith('payment') });
    await untilProgress(handle, isBlocked);
    await handle.signal('acceptPlanChange');
    await handle.result();
    // By the ending, and by nothing before it: no stage was rolled back.
    expect(await target.sql('SELECT epoch FROM migration_run')).toEqual([['2']]);
    expect(await contentOf(target)).toEqual(undisturbed);
    await target.close();
  });
});

test('a new workflow that takes an unfinished run over is held to its transforms as well', async () => {
  const { target, handle } = await inProject();
  await handle.terminate('gone');
  await target.startWorker({ plan: buildWith('artist') });
  const next = await target.start([{ batchSize: { project: 5 } }]);
  const { reason } = await untilProgress(next, isBlocked);
  expect(reason).toMatch(saying(planChanged, { stages: 'artist' }));
  await next.executeUpdate('acceptPlanChange');
  await next.result();
  expect(await contentOf(target)).toEqual(undisturbed);
  await target.close();
});
