import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Facts } from '../../engine/report/facts/facts.ts';
import type { MaintenanceAction, MaintenanceActions } from '../../operations/maintenance/action.ts';
import { demoPlatform } from '../engine/sync/random-changes.ts';
import { contentOf } from '../support/data/content.ts';
import { LiveWriter } from '../support/data/live-writer.ts';
import {
  endOf,
  type MigrationTarget,
  openPlatform,
  type Platform,
  progressOf,
  slowDown,
  tuned,
  untilProgress,
} from '../support/migration.ts';
import { serveHttp } from '../support/monitoring.ts';
import { createMongoDatabase } from '../support/servers/databases.ts';

/** Milliseconds until a live platform has been copied and caught up with, where other tests work beside it. */
const PATIENCE = 400_000;

let platform: Platform;

beforeAll(async () => {
  platform = await openPlatform({ collections: {} });
});
afterAll(() => platform.close());

/** A live platform whose maintenance ends its writes before it answers, and a target that it is migrated into. */
interface Ground {
  readonly writer: LiveWriter;
  readonly target: MigrationTarget;
}

async function onGround({ touches }: { readonly touches: boolean }, story: (ground: Ground) => Promise<void>) {
  const live = await createMongoDatabase();
  const writer = new LiveWriter(live.url, demoPlatform(), { touches });
  const place = await serveHttp(async ({ path }) => {
    if (path === '/on') await writer.stop();
    return { status: 200 };
  });
  try {
    await writer.fill();
    const target = await platform.target({ sourceUri: live.url, maintenance: switchedBy(place) });
    writer.start();
    await story({ writer, target });
    await target.close();
  } finally {
    await writer.close();
    await place.close();
    await live.drop();
  }
}

function switchedBy({ url }: { readonly url: string }): MaintenanceActions {
  const ask = (path: string): MaintenanceAction => ({
    ...{ name: path, kind: 'http', method: 'POST', url: `${url}/${path}` },
    ...{ headers: {}, body: null, expectedStatus: null, timeoutSeconds: 30 },
  });
  return { on: [ask('on')], off: [ask('off')] };
}

/** What a fresh migration of the documents that MongoDB holds by now makes. */
async function afresh(writer: LiveWriter) {
  const still = await openPlatform({ collections: await writer.content() });
  try {
    const target = await still.target();
    await endOf(await target.start([]));
    return await contentOf(target);
  } finally {
    await still.close();
  }
}

test.each([
  ['that sets updatedAt, by its feed', true, {}],
  ['that sets no updatedAt, by comparing all documents', false, { catchUp: { last: 'fingerprint' } }],
] as const)(
  'a platform %s, works on until the switch, and nothing of its changes is lost',
  async (_, touches, how) => {
    await onGround({ touches }, async ({ writer, target }) => {
      await slowDown(target, 'User', 0.01);
      const input = { maintenance: 'switch', batchSize: 10, ...how } as const;
      const handle = await target.start(tuned(input, { segmentSeconds: 1 }));
      const { reports } = await endOf(handle);
      expect(writer.writes).toBeGreaterThan(50);
      expect((await progressOf(handle)).catchUp).toMatchObject({ step: 'done', changedAgain: 0 });
      expect(await contentOf(target)).toEqual(await afresh(writer));
      expect(await target.sql('SELECT count(*) FROM migration_change')).toEqual([['0']]);
      const { verdict, downtime } = JSON.parse(await readFile(join(reports, 'report.json'), 'utf8')) as Facts;
      // The documents that are spoiled on purpose are in quarantine.
      expect(verdict.state).toBe('quarantined');
      const phases = downtime.phases.map(({ name }) => name);
      const [on, last, off] = (['maintenanceOn', 'lastPass', 'maintenanceOff'] as const).map((one) =>
        phases.indexOf(one),
      );
      expect(phases.slice(0, on).at(-1)).toBe('catchingUp');
      expect(on! < last! && last! < off!).toBe(true);
    });
  },
  1_200_000,
);

test('a rollback after the passes, and the stages copied once more, end in the same', async () => {
  await onGround({ touches: true }, async ({ writer, target }) => {
    const handle = await target.start([{ maintenance: 'switch', gates: { complete: 'manual' } }]);
    await untilProgress(handle, ({ gate }) => gate === 'complete', PATIENCE);
    expect(writer.writes).toBeGreaterThan(0);
    await handle.signal('rollbackToStage', 'project');
    await untilProgress(handle, ({ stages }) => stages.some(({ state }) => state !== 'complete'));
    await untilProgress(handle, ({ gate }) => gate === 'complete', PATIENCE);
    await handle.signal('approve', 'complete');
    await endOf(handle);
    expect(await contentOf(target)).toEqual(await afresh(writer));
    expect(await target.sql('SELECT count(*) FROM migration_change')).toEqual([['0']]);
  });
}, 1_200_000);
