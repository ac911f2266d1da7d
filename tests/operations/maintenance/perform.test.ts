import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { MaintenanceFailed, MaintenanceUnfit } from '../../../engine/common/errors.ts';
import {
  actionFailed,
  answeredTooLate,
  answeredWrongly,
  cannotStart,
  endedBySignal,
  endedWithCode,
  FLAG_FILE_DEEDS,
  flagFileFailed,
  hostUnreachable,
  notDoneInTime,
  noWriteBlock,
  writeBlockForbidden,
} from '../../../engine/messages/operations/maintenance.ts';
import type { MaintenanceAction } from '../../../operations/maintenance/action.ts';
import { perform } from '../../../operations/maintenance/perform.ts';
import { setWriteBlock } from '../../../operations/maintenance/write-block.ts';
import { saying } from '../../engine/messages/saying.ts';
import { mongoUrl } from '../../support/servers/servers.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'maintenance-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function failureOf(work: Promise<unknown>): Promise<MaintenanceFailed> {
  const error = await work.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(MaintenanceFailed);
  return error as MaintenanceFailed;
}

describe('flagFile', () => {
  test('is written whole, may be repeated, and is removed by off', async () => {
    const path = join(folder, 'maintenance.flag');
    const action = { name: 'flag', kind: 'flagFile', path, content: '점검 중' } as const;
    for (let i = 0; i < 2; i++) await perform(action, 'on', 'key');
    expect(await readFile(path, 'utf8')).toBe('점검 중');
    expect((await stat(path)).mode & 0o777).toBe(0o644);
    for (let i = 0; i < 2; i++) await perform(action, 'off', 'key');
    expect(await readdir(folder)).toEqual([]);
  });

  test('says why it cannot be written, and leaves nothing behind', async () => {
    const path = join(folder, 'nowhere', 'maintenance.flag');
    const { message } = await failureOf(perform({ name: 'flag', kind: 'flagFile', path, content: '' }, 'on', 'key'));
    expect(message).toBe(
      actionFailed({
        action: 'flag',
        why: flagFileFailed({ done: FLAG_FILE_DEEDS.written.en, code: 'ENOENT' }),
      }).text,
    );
  });
});

describe('command', () => {
  const command = (argv: string[], others: { env?: Record<string, string>; timeoutSeconds?: number } = {}) =>
    ({ name: 'stop', kind: 'command', argv, env: {}, timeoutSeconds: 10, ...others }) as const;

  test('gets its arguments as they are, without a shell, and only the environment it is allowed', async () => {
    const out = join(folder, 'out');
    const script = `require('fs').writeFileSync(process.argv[1], JSON.stringify([process.argv[2], process.env]))`;
    await perform(
      command([process.execPath, '-e', script, out, '$HOME; rm *'], { env: { REGION: 'seoul' } }),
      'on',
      'k',
    );
    const [argument, environment] = JSON.parse(await readFile(out, 'utf8'));
    expect(argument).toBe('$HOME; rm *');
    expect(environment).toEqual({ REGION: 'seoul' });
    await rm(out);
  });

  test.each<[string, string[], string]>([
    ['a failure', ['/bin/sh', '-c', 'exit 3', 'hunter2'], endedWithCode({ program: 'sh', code: 3 }).text],
    ['a missing program', ['/nowhere/stop-platform'], cannotStart({ program: 'stop-platform', code: 'ENOENT' }).text],
    ['a kill', ['/bin/sh', '-c', 'kill -9 $$'], endedBySignal({ program: 'sh', signal: 'SIGKILL' }).text],
  ])('%s is told without the arguments', async (_, argv, words) => {
    expect((await failureOf(perform(command(argv), 'on', 'key'))).message).toBe(
      actionFailed({ action: 'stop', why: words }).text,
    );
  });

  test('that hangs is killed with what it has started', async () => {
    const mark = join(folder, 'late');
    const hanging = command(['/bin/sh', '-c', `(sleep 2; touch "${mark}") & wait`], { timeoutSeconds: 0.3 });
    expect((await failureOf(perform(hanging, 'on', 'key'))).message).toMatch(
      saying(notDoneInTime, { program: 'sh', seconds: 0.3 }),
    );
    await new Promise((wait) => setTimeout(wait, 2_500));
    await expect(stat(mark)).rejects.toThrow('ENOENT');
  });
});

describe('http', () => {
  let server: Server;
  let base: string;
  const heard: { method: string | undefined; url: string | undefined; headers: unknown; body: string }[] = [];
  beforeAll(async () => {
    server = createServer((request, response) => {
      let body = '';
      request.on('data', (piece: Buffer) => {
        body += piece.toString();
      });
      request.on('end', () => {
        heard.push({ method: request.method, url: request.url, headers: request.headers, body });
        if (request.url === '/hangs') return;
        if (request.url === '/moved') response.writeHead(302, { Location: '/elsewhere' });
        else response.writeHead(Number(request.url!.slice(1)));
        response.end('an answer that goes nowhere');
      });
    });
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(async () => {
    server.closeAllConnections();
    await new Promise((closed) => server.close(closed));
  });

  const request = (path: string, others: object = {}): MaintenanceAction => ({
    name: 'ask',
    kind: 'http',
    method: 'PUT',
    url: `${base}/${path}`,
    headers: { Authorization: 'Bearer hunter2' },
    body: '{"on": true}',
    expectedStatus: null,
    timeoutSeconds: 5,
    ...others,
  });

  test('sends what the file says, and a key by which a repetition is known', async () => {
    expect(await perform(request('204'), 'on', 'run-on-ask')).toBe('HTTP 204');
    expect(heard.at(-1)).toMatchObject({
      method: 'PUT',
      body: '{"on": true}',
      headers: { authorization: 'Bearer hunter2', 'idempotency-key': 'run-on-ask' },
    });
  });

  test('takes only the expected status where one is named', async () => {
    expect(await perform(request('409', { expectedStatus: 409 }), 'on', 'key')).toBe('HTTP 409');
    expect((await failureOf(perform(request('200', { expectedStatus: 409 }), 'on', 'key'))).message).toMatch(
      saying(answeredWrongly, { status: 200, expected: 409 }),
    );
  });

  test.each<[string, string, RegExp]>([
    ['500', 'a refusal', saying(answeredWrongly, { status: 500, expected: '2xx' })],
    ['hangs', 'silence', saying(answeredTooLate, { seconds: 0.5 })],
    ['moved', 'a redirect, which is not followed', saying(answeredWrongly, { status: 302, expected: '2xx' })],
  ])('%s: %s is told without path, header or body', async (path, _, words) => {
    const { message } = await failureOf(perform(request(path, { timeoutSeconds: 0.5 }), 'on', 'key'));
    expect(message).toMatch(words);
    expect(message).not.toContain('hunter2');
    expect(heard.at(-1)!.url).toBe(`/${path}`);
  });

  test('a host that is not there is told by its code', async () => {
    const gone = createServer();
    await new Promise<void>((listening) => gone.listen(0, '127.0.0.1', listening));
    const { port } = gone.address() as AddressInfo;
    await new Promise((closed) => gone.close(closed));
    const nowhere = request('', { url: `http://127.0.0.1:${port}/hunter2` });
    expect((await failureOf(perform(nowhere, 'on', 'key'))).message).toBe(
      actionFailed({
        action: 'ask',
        why: hostUnreachable({ host: `127.0.0.1:${port}`, code: 'ECONNREFUSED' }),
      }).text,
    );
  });
});

describe('mongodbWriteBlock', () => {
  const refusing = (code: number) => ({
    command: () => Promise.reject(Object.assign(new Error('no'), { code })),
  });

  test('sends MongoDB’s own command, global, in both directions', async () => {
    const sent: unknown[] = [];
    const admin = { command: async (one: unknown) => void sent.push(one) };
    await setWriteBlock(admin, 'block', true);
    await setWriteBlock(admin, 'block', false);
    expect(sent).toEqual([
      { setUserWriteBlockMode: 1, global: true },
      { setUserWriteBlockMode: 1, global: false },
    ]);
  });

  test('is not tried again where the user may not, or anything else is wrong for good', async () => {
    const refused = await failureOf(setWriteBlock(refusing(13), 'block', true));
    expect(refused).toBeInstanceOf(MaintenanceUnfit);
    expect(refused.message).toMatch(saying(writeBlockForbidden));
    expect(await failureOf(setWriteBlock(refusing(91), 'block', true))).not.toBeInstanceOf(MaintenanceUnfit);
  });

  test('a server that does not know it is told plainly: FerretDB is one', async () => {
    const action = { name: 'block', kind: 'mongodbWriteBlock', uri: mongoUrl() } as const;
    const unknown = await failureOf(perform(action, 'on', 'key'));
    expect(unknown).toBeInstanceOf(MaintenanceUnfit);
    expect(unknown.message).toMatch(saying(noWriteBlock));
  });
});
