import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { ConfigurationError } from '../../engine/common/errors.ts';
import { actionsAre, policiesOfNoStage, policyWrong } from '../../engine/messages/engine/plan.ts';
import { databaseUrlForm } from '../../engine/messages/engine/target.ts';
import { WHOLE } from '../../engine/messages/input/words.ts';
import { WITHOUT_POLICY } from '../../engine/messages/labels/policies.ts';
import { labelled, type Message } from '../../engine/messages/message.ts';
import { fileNotJson, fileUnreadable, inFile, notPolicy } from '../../engine/messages/worker/files.ts';
import { notOneOf } from '../../engine/messages/worker/settings.ts';
import { plan } from '../../stages/plan.ts';
import { type Configuration, readConfiguration } from '../../worker/configuration.ts';
import { saying } from '../engine/messages/saying.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'policies-file-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const read = (path: string, others: Record<string, string> = {}): Configuration =>
  readConfiguration({ POLICIES_FILE: path, ...others });

async function fileOf(content: unknown): Promise<string> {
  const path = join(folder, 'policies.json');
  await writeFile(path, typeof content === 'string' ? content : JSON.stringify(content));
  return path;
}

function problemsOf(work: () => unknown): readonly string[] {
  try {
    work();
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigurationError);
    return (error as ConfigurationError).problems.map(({ text }) => text);
  }
  throw new Error('nothing is wrong');
}

const inPolicies = (problem: Message): string => inFile({ setting: 'POLICIES_FILE', problem }).text;

describe('POLICIES_FILE', () => {
  test('declares policies over the plan’s', async () => {
    const policies = {
      nul: 'strip',
      quarantine: ['tooLong'],
      stages: { project: { enum: { status: { NEW: '계획중' } } } },
    };
    expect(read(await fileOf(policies)).policies).toEqual(policies);
  });

  test('may be left out', () => {
    expect(readConfiguration({}).policies).toEqual({});
    expect(readConfiguration({ POLICIES_FILE: '' }).policies).toEqual({});
  });

  test.each<[string, unknown, string[]]>([
    ['no JSON', '{', [fileNotJson({ setting: 'POLICIES_FILE' }).text]],
    ['a list', [], [notPolicy({ where: WHOLE.file.en }).text]],
    ['a number for a policy', { nul: 5 }, [notPolicy({ where: 'nul' }).text]],
    ['null for a stage', { stages: { user: null } }, [notPolicy({ where: 'stages.user' }).text]],
    ['a text for findings', { quarantine: 'tooLong' }, [notPolicy({ where: 'quarantine' }).text]],
    [
      'policies that cannot hold',
      { dangling: 'null', stages: { user: { nul: 'keep' }, people: {} } },
      [
        inPolicies(policiesOfNoStage({ stage: 'people', stages: plan.stages.map(({ name }) => name) })),
        inPolicies(policyWrong({ policy: 'dangling', why: labelled(WITHOUT_POLICY.dangling) })),
        inPolicies(policyWrong({ policy: 'user.nul=keep', why: actionsAre({ actions: 'strip' }) })),
      ],
    ],
  ])('is refused for %s', async (_, content, problems) => {
    const path = await fileOf(content);
    expect([...problemsOf(() => read(path))].sort()).toEqual([...problems].sort());
  });

  test('that is not there is told, beside all else that is wrong', () => {
    expect(problemsOf(() => read(join(folder, 'none.json'), { DATABASE_URL: 'mysql://x', LOG_LEVEL: 'loud' }))).toEqual(
      [
        databaseUrlForm().text,
        expect.stringMatching(saying(notOneOf, { name: 'LOG_LEVEL' })),
        fileUnreadable({ setting: 'POLICIES_FILE' }).text,
      ],
    );
  });
});
