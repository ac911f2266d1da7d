import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { mongo } from 'mongoose';
import { rollbackNeedsBackup } from '../../engine/messages/input/words.ts';
import { noManifest } from '../../engine/messages/operations/backup.ts';
import {
  collectionsChangedSince,
  noSuchStageToWatch,
  nothingToWatch,
} from '../../engine/messages/operations/monitor.ts';
import { fillMongoDB } from '../../scripts/demo/data/fill-mongodb.ts';
import type { MonitorInput } from '../../workflows/monitoring/messages.ts';
import { saying } from '../engine/messages/saying.ts';
import { filledTarget } from '../support/engine-alone.ts';
import { type MigrationTarget, openPlatform, type Platform } from '../support/migration.ts';
import { startMonitoring, untilMonitor } from '../support/monitoring.ts';
import { createMongoDatabase } from '../support/servers/databases.ts';

let platform: Platform;

beforeAll(async () => {
  platform = await openPlatform({ scale: 0.02, bad: false });
});
afterAll(() => platform.close());

const watch = ({ taskQueue }: MigrationTarget, input: MonitorInput = {}) =>
  startMonitoring(platform.client, taskQueue, input);

test('a monitoring begins only where something was migrated, with stages and a backup that are there', async () => {
  const target = await platform.target();
  const message = async (input: MonitorInput) => {
    const error = await (await watch(target, input)).result().catch((reason: { cause: Error }) => reason.cause);
    return (error as Error).message;
  };
  expect(await message({})).toMatch(saying(nothingToWatch));
  expect(await message({ policy: { rollback: 'run' } as never }).catch((error: Error) => error.message)).toMatch(
    saying(rollbackNeedsBackup),
  );
  await (await target.start([])).result();
  expect(await message({ stages: ['payments'] })).toMatch(saying(noSuchStageToWatch, { stage: 'payments' }));
  expect(await message({ policy: { rollback: 'run', backup: '/nowhere' } })).toMatch(saying(noManifest));
  await target.close();
});

const WRITES: readonly (readonly [collection: string, write: (of: mongo.Collection) => Promise<unknown>])[] = [
  ['payments', (payments) => payments.updateMany({}, { $inc: { amount: 1 } })],
  ['payments', (payments) => payments.deleteMany({})],
  ['fundingprojects', (fundingProjects) => fundingProjects.insertOne({ title: 'late' })],
];

test('a monitoring does not begin when documents were changed, deleted or inserted in the source since', async () => {
  const live = await createMongoDatabase();
  const client = await mongo.MongoClient.connect(live.url);
  try {
    await fillMongoDB(live.url, { scale: 0.02, bad: false });
    const target = await filledTarget(platform, { sourceUri: live.url });
    const before = await watch(target, { hours: 300, every: 10 });
    await untilMonitor(before, ({ round }) => round >= 0);
    await before.executeUpdate('stop');
    expect(await before.result()).toMatchObject({ alerts: 0 });
    for (const [name, write] of WRITES) {
      const collection = client.db().collection(name);
      const before = await collection.find({}, { promoteValues: false, bsonRegExp: true }).toArray();
      await write(collection);
      const failure = await (await watch(target)).result().catch((reason: { cause: Error }) => reason.cause);
      expect(failure).toMatchObject({ type: 'SourceUnfit' });
      const { message } = failure as Error;
      expect(message).toMatch(saying(collectionsChangedSince));
      expect([...message.matchAll(/\b\d+ of (\w+)/g)].map(([, told]) => told)).toEqual([name]);
      await collection.deleteMany({});
      await collection.insertMany(before);
    }
    await target.close();
  } finally {
    await client.close();
    await live.drop();
  }
});
