import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { ConfigurationError } from '../../engine/common/errors.ts';
import { atLeast, KINDS, mustBe, mustBeOneOf, notEmpty, notKnown, WHOLE } from '../../engine/messages/input/words.ts';
import type { Message } from '../../engine/messages/message.ts';
import { monitorSettingsRemoved } from '../../engine/messages/operations/monitor.ts';
import {
  fileNotJson,
  fileUnreadable,
  inFile,
  monitorVariableMissing,
  noColumnOfTable,
  noTableOfPlan,
  notHttpAddress,
  rootNotAlone,
  sameCheckName,
  wrongInFile,
} from '../../engine/messages/worker/files.ts';
import { OPERATORS } from '../../operations/monitor/settings.ts';
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
    return (error as ConfigurationError).problems.map(({ text }) => text);
  }
}

const variable = (name: string) => `\${${name}}`;
const page = { kind: 'http', name: 'home', url: 'https://example.com/' };

const told = (where: string, why: Message): string => wrongInFile({ setting: 'MONITOR_FILE', where, why }).text;

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
        monitorVariableMissing({ name: variable('NOBODY') }).text,
        told('checks.0.url', notHttpAddress()),
        told('checks.0.rounds', atLeast({ least: 1 })),
        told('checks.1', notKnown({ name: 'other' })),
        told('checks.2.kind', mustBeOneOf({ values: ['promql', 'http'] })),
        told('checks.3.op', mustBeOneOf({ values: OPERATORS })),
        told('checks.3.expression', notEmpty()),
      ]),
    );
    expect(problems.join()).not.toContain('t0p');
  });

  test.each<[string, unknown, string]>([
    ['no JSON', '{', fileNotJson({ setting: 'MONITOR_FILE' }).text],
    ['of another shape', [], told(WHOLE.file.en, mustBe({ kind: KINDS.object.en }))],
    ['with two checks of one name', { checks: [page, page] }, told('checks', sameCheckName())],
    ['with a table that no stage has', { rules: { MigrationRun: {} } }, told('rules.MigrationRun', noTableOfPlan())],
    [
      'with a column that is none',
      { rules: { Payment: { immutable: ['x'] } } },
      told('rules.Payment', noColumnOfTable({ column: 'x' })),
    ],
    ['with a root that is alone', { rules: { Payment: { alone: true } } }, told('rules.Payment', rootNotAlone())],
  ])('is refused when it is %s', async (_, content, problem) => {
    expect(await read(content)).toEqual([problem]);
  });

  test('names each setting that was removed, beside everything else that is wrong', async () => {
    const sentence = (settings: string[]) => {
      const problem = monitorSettingsRemoved({ settings, count: settings.length });
      return inFile({ setting: 'MONITOR_FILE', problem }).text;
    };
    const signed = { url: 'https://example.com/', secret: 't0p' };
    expect(await read({ webhook: signed })).toEqual([sentence(['webhook.secret'])]);
    expect(await read({ webhooks: [] })).toEqual([sentence(['webhooks'])]);
    expect(await read({ webhooks: [{ url: signed.url }, signed], checks: [{ ...page, rounds: 0 }] })).toEqual([
      sentence(['webhooks', 'webhooks.1.secret']),
      told('checks.0.rounds', atLeast({ least: 1 })),
    ]);
  });

  test('is refused when it cannot be read', () => {
    expect(() => readConfiguration({ MONITOR_FILE: '/nowhere/monitor.json' })).toThrow(
      fileUnreadable({ setting: 'MONITOR_FILE' }).text,
    );
  });
});
