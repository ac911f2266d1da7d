import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Facts } from '../../engine/report/facts/facts.ts';
import type { MaintenanceAction, MaintenanceActions } from '../../operations/maintenance/action.ts';
import type { MigrationInput } from '../../workflows/messages/definitions.ts';
import { changed, demoPlatform } from '../engine/sync/random-changes.ts';
import { contentOf } from '../support/data/content.ts';
import { LiveWriter } from '../support/data/live-writer.ts';
import { afresh } from '../support/engine-alone.ts';
import { historiesOf } from '../support/histories.ts';
import {
  endOf,
  type Handle,
  type MigrationTarget,
  openPlatform,
  type Platform,
  progressOf,
  tuned,
  untilProgress,
} from '../support/migration.ts';
import { serveHttp } from '../support/monitoring.ts';
import { createMongoDatabase } from '../support/servers/databases.ts';

/** Milliseconds until a live platform has been copied and caught up with, where other tests work beside it. */
const PATIENCE = 400_000;

/** Few documents, since FerretDB sorts a whole collection for each page; random changes have spoiled some. */
const LIVE = changed(demoPlatform({ scale: 0.03, bad: false }), 1);

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
  const writer = new LiveWriter(live.url, LIVE, { touches });
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
const leftAfresh = async (writer: LiveWriter) => afresh({ collections: await writer.content() }, contentOf);

/** So many writes more have been made. */
async function untilWritten(writer: LiveWriter, writes: number): Promise<void> {
  const enough = writer.writes + writes;
  while (writer.writes < enough) await sleep(50);
}

/** The phases of a run's downtime are those of one switch, after the passes beside a working platform. */
async function expectOneSwitch(reports: string): Promise<void> {
  const { verdict, downtime } = JSON.parse(await readFile(join(reports, 'report.json'), 'utf8')) as Facts;
  // The documents that are spoiled are in quarantine.
  expect(verdict.state).toBe('quarantined');
  const phases = downtime.phases.map(({ name }) => name);
  const [on, last, off] = (['maintenanceOn', 'lastPass', 'maintenanceOff'] as const).map((one) => phases.indexOf(one));
  expect(phases.slice(0, on).at(-1)).toBe('catchingUp');
  expect(on! < last! && last! < off!).toBe(true);
}

const GATES = { user: 'manual', artist: 'manual', project: 'manual', complete: 'manual' } as const;

/** A run that has come to its last gate by way of a switch, the platform having worked on all the time. */
async function beyondTheSwitch({ writer, target }: Ground, how: MigrationInput): Promise<Handle> {
  const input = { maintenance: 'switch', batchSize: 10, gates: GATES, ...how } as const;
  const handle = await target.start(tuned(input, { segmentSeconds: 1 }));
  for (const gate of ['user', 'artist', 'project'] as const) {
    await untilProgress(handle, (progress) => progress.gate === gate, PATIENCE);
    await untilWritten(writer, 20);
    await handle.signal('approve', gate);
  }
  await untilProgress(handle, ({ gate }) => gate === 'complete', PATIENCE);
  expect(writer.writes).toBeGreaterThan(60);
  expect((await progressOf(handle)).catchUp).toMatchObject({ step: 'done', changedAgain: 0 });
  return handle;
}

async function end(handle: Handle) {
  await handle.signal('approve', 'complete');
  return endOf(handle);
}

test('a platform that sets no updatedAt works on until the switch, and comparing all documents loses none of its changes', async () => {
  await onGround({ touches: false }, async ({ writer, target }) => {
    const handle = await beyondTheSwitch({ writer, target }, { catchUp: { last: 'fingerprint' } });
    const { reports } = await end(handle);
    // No run takes more steps than this one, and every execution stays as short as CONTRIBUTING.md promises.
    const lengths = (await historiesOf(platform.client, handle)).map(({ events }) => events!.length);
    expect(Math.max(...lengths)).toBeLessThan(2_000);
    expect(await contentOf(target)).toEqual(await leftAfresh(writer));
    expect(await target.sql('SELECT count(*) FROM migration_change')).toEqual([['0']]);
    await expectOneSwitch(reports);
  });
}, 1_200_000);

test('a platform that sets updatedAt works on until the switch, its feed loses nothing, and a rollback ends in the same', async () => {
  await onGround({ touches: true }, async ({ writer, target }) => {
    const handle = await beyondTheSwitch({ writer, target }, {});
    const expected = await leftAfresh(writer);
    expect(await contentOf(target)).toEqual(expected);
    await handle.signal('rollbackToStage', 'project');
    await untilProgress(handle, ({ stages }) => stages.some(({ state }) => state !== 'complete'));
    await untilProgress(handle, ({ gate }) => gate === 'complete', PATIENCE);
    const { reports } = await end(handle);
    expect(await contentOf(target)).toEqual(expected);
    expect(await target.sql('SELECT count(*) FROM migration_change')).toEqual([['0']]);
    await expectOneSwitch(reports);
  });
}, 1_200_000);
