import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Payload } from '@temporalio/common';
import { decode, encode } from '@temporalio/common/lib/encoding.js';
import { codecServerAt } from '../../../engine/messages/commands/starting.ts';
import { RUN_STATES } from '../../../engine/messages/report/words.ts';
import { payloadKeysForm } from '../../../engine/messages/worker/settings.ts';
import { payloadDamaged, payloadKeyMissing } from '../../../engine/messages/worker/temporal.ts';
import { EncryptionCodec } from '../../../worker/temporal/payload-codec.ts';
import { saying } from '../../engine/messages/saying.ts';
import { type CommandTarget, type Desk, openDesk, type RunningCommand } from '../../support/command-line.ts';

const [first, second] = [randomBytes(32), randomBytes(32)];
const FIRST = first.toString('base64');
const SECOND = second.toString('base64');

let desk: Desk;
let target: CommandTarget;

beforeAll(async () => {
  desk = await openDesk({ scale: 0.02, bad: false });
  target = await desk.target();
  const { code } = await desk.run(['run', '--batch-size', '7'], { ...target.environment, PAYLOAD_KEYS: FIRST });
  expect(code).toBe(0);
});
afterAll(() => desk.close());

/**
 * Every payload of the workflow’s history, but for the names of patches in the code: the SDK writes these by itself, and
 * they tell nothing of a run.
 */
async function payloads(): Promise<Payload[]> {
  const { events } = await desk.client.workflow.getHandle('mongo-to-prisma').fetchHistory();
  const found: Payload[] = [];
  const look = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return;
    if ('metadata' in value && 'data' in value) found.push(value as Payload);
    else Object.values(value).forEach(look);
  };
  for (const event of events ?? []) {
    const changes = event.upsertWorkflowSearchAttributesEventAttributes?.searchAttributes?.indexedFields ?? {};
    const isPatch = event.markerRecordedEventAttributes?.markerName === 'core_patch';
    if (!isPatch && Object.keys(changes).join() !== 'TemporalChangeVersion') look(event);
  }
  return found;
}

describe('with PAYLOAD_KEYS', () => {
  test('Temporal holds nothing of a migration that could be read', async () => {
    const all = await payloads();
    expect(all.length).toBeGreaterThan(20);
    for (const { metadata, data } of all) {
      expect(decode(metadata!['encoding']!)).toBe('binary/encrypted');
      expect(Buffer.from(data!).toString('latin1')).not.toMatch(/batchSize|fundingProject|state|json/);
    }
  });

  test('whoever has the key sees it all, whoever has not is told so', async () => {
    const readable = await desk.run(['status'], { ...target.environment, PAYLOAD_KEYS: FIRST });
    expect(readable.out).toContain(RUN_STATES.complete.en);
    const other = await desk.run(['status'], { ...target.environment, PAYLOAD_KEYS: SECOND });
    expect(other.code).toBe(1);
    expect(other.err).toMatch(saying(payloadKeyMissing));
  });

  test('a new key goes before the old one, and what was encrypted before can still be read', async () => {
    const { out } = await desk.run(['status'], { ...target.environment, PAYLOAD_KEYS: `${SECOND}, ${FIRST}` });
    expect(out).toContain(RUN_STATES.complete.en);
  });

  test('a key of another length is refused before anything is done', async () => {
    const { code, err } = await desk.run(['status'], { ...target.environment, PAYLOAD_KEYS: 'c2hvcnQ=' });
    expect(code).toBe(2);
    expect(err).toMatch(saying(payloadKeysForm, { bytes: 32 }));
    expect(err).not.toMatch(/c2hvcnQ/);
  });
});

describe('the codec server', () => {
  let server: RunningCommand;
  let address: string;
  beforeAll(async () => {
    const environment = { ...target.environment, PAYLOAD_KEYS: FIRST };
    server = desk.start(['codec-server', '--port', '0', '--origin', 'http://ui.example'], environment);
    await server.until(saying(codecServerAt));
    address = /http:\/\/127\.0\.0\.1:\d+\/[\w-]{32}/.exec(server.said())![0];
  });
  afterAll(async () => {
    server.child.kill('SIGINT');
    expect((await server.ended).code).toBe(0);
  });

  const ask = (path: string, body: unknown) =>
    fetch(`${address}${path}`, { method: 'POST', body: typeof body === 'string' ? body : JSON.stringify(body) });
  const base64 = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64');

  test('decrypts what the Temporal UI asks for', async () => {
    const [input] = await payloads();
    const metadata = Object.fromEntries(Object.entries(input!.metadata!).map(([name, value]) => [name, base64(value)]));
    const response = await ask('/decode', { payloads: [{ metadata, data: base64(input!.data!) }] });
    expect(response.headers.get('access-control-allow-origin')).toBe('http://ui.example');
    const { payloads: decoded } = (await response.json()) as { payloads: { data: string }[] };
    expect(JSON.parse(Buffer.from(decoded[0]!.data, 'base64').toString())).toMatchObject({ batchSize: 7 });
  });

  test('encrypts what a person writes in the Temporal UI', async () => {
    const plain = { metadata: { encoding: base64(encode('json/plain')) }, data: base64(encode('"project"')) };
    const { payloads: encoded } = (await (await ask('/encode', { payloads: [plain] })).json()) as {
      payloads: (typeof plain)[];
    };
    expect(JSON.stringify(encoded)).not.toContain(plain.data);
    const { payloads: again } = (await (await ask('/decode', { payloads: encoded })).json()) as {
      payloads: (typeof plain)[];
    };
    expect(again).toEqual([plain]);
  });

  test.each([
    ['/decode', 'no JSON', 400],
    ['/elsewhere', { payloads: [] }, 404],
  ])('answers %s with %j by %d', async (path, body, status) => {
    expect((await ask(path, body)).status).toBe(status);
  });

  /** As a browser, a program or somebody else’s page would ask, with any Host and Origin, which `fetch` does not set. */
  async function status(path: string, headers: Record<string, string>, method = 'POST') {
    const asked = request(new URL(path, address), { method, headers });
    asked.end(method === 'POST' ? '{"payloads":[]}' : '');
    const [response] = (await once(asked, 'response')) as [IncomingMessage];
    response.resume();
    return [response.statusCode, response.headers['access-control-allow-origin'] ?? null];
  }

  test('answers pages of the Temporal UI and programs, who know its token, and nobody else', async () => {
    const { pathname, port } = new URL(address);
    const own = `${pathname}/decode`;
    const ui = 'http://ui.example';
    expect(await status(own, { origin: ui })).toEqual([200, ui]);
    expect(await status(own, { origin: ui }, 'OPTIONS')).toEqual([204, ui]);
    expect(await status(own, { host: `localhost:${port}` })).toEqual([200, ui]);
    // A page elsewhere, whose own name leads to this machine or not.
    expect(await status(own, { host: `evil.example:${port}` })).toEqual([403, null]);
    expect(await status(own, { host: `127.0.0.1.evil.example:${port}`, origin: ui })).toEqual([403, null]);
    for (const origin of ['http://evil.example', 'null', `${ui}.evil.example`, 'https://ui.example']) {
      expect(await status(own, { origin })).toEqual([403, null]);
      expect(await status(own, { origin }, 'OPTIONS')).toEqual([403, null]);
    }
    for (const path of ['/decode', `${pathname.slice(0, -1)}/decode`, `${pathname}x/decode`]) {
      expect(await status(path, { origin: ui })).toEqual([404, null]);
    }
  });
});

describe('an encrypted payload', () => {
  const plain: Payload = { metadata: { encoding: encode('json/plain') }, data: encode('{"secret": true}') };

  test('that was changed is refused', async () => {
    const codec = new EncryptionCodec([first]);
    const [encrypted] = await codec.encode([plain]);
    for (const place of [0, 14, encrypted!.data!.length - 1]) {
      const data = Uint8Array.from(encrypted!.data!);
      data[place]! ^= 1;
      await expect(codec.decode([{ ...encrypted!, data }])).rejects.toThrow(payloadDamaged().text);
    }
  });

  test('is another one each time', async () => {
    const codec = new EncryptionCodec([first]);
    const [one, two] = await codec.encode([plain, plain]);
    expect(base64Of(one!)).not.toBe(base64Of(two!));
  });
});

const base64Of = ({ data }: Payload) => Buffer.from(data!).toString('base64');
