import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { ConfigurationError } from '../../engine/common/errors.ts';
import { monitorSettingsRemoved } from '../../engine/messages/operations/monitor.ts';
import { readConfiguration } from '../../worker/configuration.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'monitor-file-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function read(content: unknown, environment: Record<string, string> = {}) {
  const path = join(folder, 'monitor.json');
  await writeFile(path, typeof content === 'string' ? content : JSON.stringify(content));
  try {
    return readConfiguration({ MONITOR_FILE: path, ...environment }).monitor;
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigurationError);
    return (error as ConfigurationError).problems;
  }
}

const variable = (name: string) => `\${${name}}`;
const page = { kind: 'http', name: 'home', url: 'https://example.com/' };

describe('MONITOR_FILE', () => {
  test('fills in what is left out, and secrets from the environment', async () => {
    const file = {
      checks: [
        { ...page, headers: { Authorization: `Bearer ${variable('TOKEN')}` } },
        { kind: 'promql', name: 'errors', url: variable('PROMETHEUS'), expression: 'x', op: '>', value: 1 },
      ],
      webhook: { url: variable('HOOK') },
      rules: { Payment: { deletable: true, transitions: { status: { pending: ['completed'] } } } },
    };
    const environment = {
      TOKEN: 'a',
      PROMETHEUS: 'http://127.0.0.1:9090/api/v1/query',
      HOOK: 'https://example.com/hook?t0p',
    };
    expect(await read(file, environment)).toEqual({
      checks: [
        { ...page, headers: { Authorization: 'Bearer a' }, rounds: 1, status: 200, withinMs: 1_000 },
        {
          ...{ kind: 'promql', name: 'errors', url: environment.PROMETHEUS, headers: {}, rounds: 1 },
          ...{ expression: 'x', op: '>', value: 1, allowEmpty: false },
        },
      ],
      webhook: { url: environment.HOOK, headers: {} },
      rules: file.rules,
    });
  });

  test('may be left out', () => {
    expect(readConfiguration({}).monitor).toEqual({ checks: [], webhook: null, rules: {} });
  });

  test('is refused with everything that is wrong with it, and no value', async () => {
    const wrong = {
      checks: [
        { ...page, url: 'ftp://t0p', rounds: 0 },
        { ...page, headers: { 'a b': 'x' }, other: 1 },
        { kind: 'ping', name: 'x', url: 'http://a' },
        { kind: 'promql', name: 'y', url: 'http://a', expression: '', op: '=~', value: 1 },
      ],
      webhook: { url: 'https://example.com/', headers: { Authorization: variable('NOBODY') } },
    };
    const problems = (await read(wrong)) as readonly string[];
    expect(problems).toEqual(
      expect.arrayContaining([
        `MONITOR_FILE: ${variable('NOBODY')} is not set.`,
        'MONITOR_FILE: checks.0.url is no http:// or https:// address.',
        'MONITOR_FILE: checks.0.rounds is missing or not of its kind.',
        'MONITOR_FILE: checks.1 has what is not known: other.',
        'MONITOR_FILE: checks.2.kind is missing or not of its kind.',
        'MONITOR_FILE: checks.3.op is missing or not of its kind.',
        'MONITOR_FILE: checks.3.expression is missing or not of its kind.',
      ]),
    );
    expect(problems.join()).not.toContain('t0p');
  });

  test.each<[string, unknown, string]>([
    ['no JSON', '{', 'MONITOR_FILE is not JSON.'],
    ['of another shape', [], 'MONITOR_FILE: the file is missing or not of its kind.'],
    ['with two checks of one name', { checks: [page, page] }, 'MONITOR_FILE: checks two checks have one name.'],
    [
      'with a table that no stage has',
      { rules: { MigrationRun: {} } },
      'MONITOR_FILE: rules.MigrationRun is no table of the plan.',
    ],
    [
      'with a column that is none',
      { rules: { Payment: { immutable: ['x'] } } },
      'MONITOR_FILE: rules.Payment names x, which is no column of it.',
    ],
    [
      'with a root that is alone',
      { rules: { Payment: { alone: true } } },
      'MONITOR_FILE: rules.Payment is of a root, whose own updatedAt is renewed: it cannot be alone.',
    ],
  ])('is refused when it is %s', async (_, content, problem) => {
    expect(await read(content)).toEqual([problem]);
  });

  test('names each setting that was removed, beside everything else that is wrong', async () => {
    const sentence = (settings: string[]) =>
      `MONITOR_FILE: ${monitorSettingsRemoved({ settings, count: settings.length }).text}.`;
    const signed = { url: 'https://example.com/', secret: 't0p' };
    expect(await read({ webhook: signed })).toEqual([sentence(['webhook.secret'])]);
    expect(await read({ webhooks: [] })).toEqual([sentence(['webhooks'])]);
    expect(await read({ webhooks: [{ url: signed.url }, signed], checks: [{ ...page, rounds: 0 }] })).toEqual([
      sentence(['webhooks', 'webhooks.1.secret']),
      'MONITOR_FILE: checks.0.rounds is missing or not of its kind.',
    ]);
    expect(sentence(['webhooks', 'webhooks.1.secret'])).toContain('webhooks, webhooks.1.secret were removed.');
  });

  test('is refused when it cannot be read', () => {
    expect(() => readConfiguration({ MONITOR_FILE: '/nowhere/monitor.json' })).toThrow('MONITOR_FILE cannot be read.');
  });
});
