import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { ConfigurationError } from '../../engine/common/errors.ts';
import { mustBeOneOf, notEmpty } from '../../engine/messages/input/words.ts';
import type { Message } from '../../engine/messages/message.ts';
import {
  actionNeeds,
  actionUrlForm,
  fileNotJson,
  getHasBody,
  notAbsolutePath,
  nothingToBlock,
  sameActionName,
  wrongInFile,
} from '../../engine/messages/worker/files.ts';
import { readConfiguration } from '../../worker/configuration.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'maintenance-file-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function read(content: unknown, environment: Record<string, string> = {}) {
  const path = join(folder, 'maintenance.json');
  await writeFile(path, typeof content === 'string' ? content : JSON.stringify(content));
  return readConfiguration({ MAINTENANCE_FILE: path, ...environment }).maintenance;
}

async function problemsOf(content: unknown, environment: Record<string, string> = {}): Promise<readonly string[]> {
  try {
    await read(content, environment);
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigurationError);
    return (error as ConfigurationError).problems.map(({ text }) => text);
  }
  throw new Error('nothing is wrong');
}

/** How the file names a variable of the environment. */
const variable = (name: string) => `$\{${name}}`;

const flag = { kind: 'flagFile', path: '/run/maintenance' };
const ask = { kind: 'http', url: 'https://lb.example.com/maintenance' };

const IT = { setting: 'MAINTENANCE_FILE' };
const KINDS = ['http', 'command', 'flagFile', 'mongodbWriteBlock', 'manual'];
const wrong = (where: string, why: Message): string => wrongInFile({ ...IT, where, why }).text;

describe('MAINTENANCE_FILE', () => {
  test('gives every action a name and its defaults', async () => {
    const command = { name: 'stop', kind: 'command', argv: ['systemctl', 'stop', 'api'], env: ['REGION'] };
    const actions = await read(
      { on: [ask, flag, command], off: [{ kind: 'manual', task: 'Start the API.' }] },
      { PATH: '/bin', REGION: 'seoul', DATABASE_URL: 'postgresql://u:hunter2@h/d' },
    );
    expect(actions).toEqual({
      on: [
        {
          ...{ name: 'http 1', kind: 'http', method: 'POST', url: ask.url, headers: {}, body: null },
          ...{ expectedStatus: null, timeoutSeconds: 30 },
        },
        { name: 'flagFile 2', ...flag, content: '' },
        { ...command, env: { PATH: '/bin', REGION: 'seoul' }, timeoutSeconds: 30 },
      ],
      off: [{ name: 'manual 1', kind: 'manual', task: 'Start the API.' }],
    });
  });

  test('fills in the environment, within JSON too', async () => {
    const headers = { Authorization: `Bearer ${variable('LB_TOKEN')}` };
    const body = { token: variable('LB_TOKEN') };
    const actions = await read({ on: [{ ...ask, headers, body }], off: [flag] }, { LB_TOKEN: 'a"b' });
    expect(actions!.on[0]).toMatchObject({
      headers: { Authorization: 'Bearer a"b', 'Content-Type': 'application/json' },
      body: '{"token":"a\\"b"}',
    });
  });

  test('blocks the writes of the source itself unless told another MongoDB', async () => {
    const block = { kind: 'mongodbWriteBlock' };
    const admin = { ...block, name: 'as admin', uri: `mongodb://${variable('ADMIN')}@h/` };
    const actions = await read(
      { on: [block, admin], off: [block] },
      { MONGODB_URI: 'mongodb://h/platform', ADMIN: 'root:pw' },
    );
    expect(actions!.on).toMatchObject([{ uri: 'mongodb://h/platform' }, { uri: 'mongodb://root:pw@h/' }]);
  });

  test('may be left out', () => {
    expect(readConfiguration({}).maintenance).toBeNull();
  });

  test.each<[string, unknown, string[]]>([
    ['no JSON', '{', [fileNotJson(IT).text]],
    ['nothing to turn it off', { on: [flag], off: [] }, [wrong('off', notEmpty())]],
    [
      'an unknown kind, and a path that is not absolute',
      { on: [{ kind: 'prayer' }], off: [{ kind: 'flagFile', path: 'here' }] },
      [wrong('on.0.kind', mustBeOneOf({ values: KINDS })), wrong('off.0.path', notAbsolutePath())],
    ],
    [
      'variables that are not set',
      { on: [{ ...ask, headers: { A: variable('FIRST'), B: variable('SECOND') } }], off: [flag] },
      ['FIRST', 'SECOND'].map((name) => actionNeeds({ where: 'on.0', name }).text),
    ],
    ['another protocol', { on: [{ ...ask, url: 'ftp://h/' }], off: [flag] }, [actionUrlForm({ where: 'on.0' }).text]],
    [
      'a body of GET',
      { on: [{ ...ask, method: 'GET', body: 'x' }], off: [flag] },
      [getHasBody({ where: 'on.0' }).text],
    ],
    [
      'one name twice',
      {
        on: [
          { ...flag, name: 'a' },
          { ...ask, name: 'a' },
        ],
        off: [flag],
      },
      [sameActionName({ direction: 'on' }).text],
    ],
    [
      'no MongoDB to block',
      { on: [{ kind: 'mongodbWriteBlock' }], off: [flag] },
      [nothingToBlock({ where: 'on.0' }).text],
    ],
  ])('%s is told, each thing at once', async (_, content, told) => {
    expect(await problemsOf(content)).toEqual(told);
  });
});
