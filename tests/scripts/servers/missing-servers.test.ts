import { chmod, mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import {
  downloadsOff,
  goMissing,
  namedServerSilent,
  noMongodbServer,
  noTemporalServer,
} from '../../../engine/messages/worker/servers.ts';
import { saying } from '../../engine/messages/saying.ts';
import { newFolder, outputOf, script } from '../../support/scripts.ts';

const NO_WAY = [downloadsOff(), goMissing()];

let folder: string;

beforeEach(async () => {
  folder = await newFolder();
});

afterEach(() => rm(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 }));

describe('a server that cannot be had', () => {
  /** Nothing on PATH, nothing in the cache, nothing to download. */
  const bare = () => ({
    PATH: '/nowhere',
    MONGO_TO_PRISMA_CACHE: join(folder, 'cache'),
    MONGO_TO_PRISMA_DOWNLOADS: 'off',
    TMPDIR: join(folder, 'temporary'),
  });

  async function sentenceOf(call: string, environment: NodeJS.ProcessEnv): Promise<string> {
    await mkdir(join(folder, 'temporary'));
    await chmod(join(folder, 'temporary'), 0o755);
    const { out, err } = await outputOf(
      script(
        `import { startServers } from './servers.ts';
         import { startMongo } from './mongodb.ts';
         import { startPostgres } from './postgres.ts';
         import { startTemporal } from './temporal.ts';
         await (${call}).then(
           () => console.log('started'),
           (error) => console.log(error.name + ': ' + error.message),
         );`,
        environment,
      ),
    );
    expect(err).toBe('');
    return out.trim();
  }

  test('says what to install or set for Temporal', async () => {
    expect(await sentenceOf('startTemporal({ ui: false })', bare())).toBe(
      `ServerMissing: ${noTemporalServer({ why: NO_WAY }).text}`,
    );
  });

  test('says what to install or set for MongoDB', async () => {
    expect(await sentenceOf('startMongo()', bare())).toBe(`ServerMissing: ${noMongodbServer({ why: NO_WAY }).text}`);
  });

  test('takes the servers that did start down again, with their data', async () => {
    expect(await sentenceOf('startServers()', bare())).toMatch(
      new RegExp(`${saying(noMongodbServer).source}|${saying(noTemporalServer).source}`),
    );
    const left = await readdir(join(folder, 'temporary'));
    expect(left.filter((name) => name.startsWith('mongo-to-prisma-'))).toEqual([]);
  });

  test.each([
    ['startPostgres()', 'MONGO_TO_PRISMA_POSTGRES_URL', 'postgresql://someone:hunter2@127.0.0.1:1/postgres'],
    ['startMongo()', 'MONGO_TO_PRISMA_MONGODB_URL', 'mongodb://someone:hunter2@127.0.0.1:1/'],
    ['startTemporal({ ui: false })', 'MONGO_TO_PRISMA_TEMPORAL_ADDRESS', '127.0.0.1:1'],
  ])('%s says so when %s names a server that does not answer', async (call, variable, url) => {
    const sentence = await sentenceOf(call, { ...bare(), [variable]: url });
    expect(sentence).toMatch(saying(namedServerSilent, { setting: variable }));
    expect(sentence).not.toContain('hunter2');
  });
});
