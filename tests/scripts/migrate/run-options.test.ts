import { describe, expect, test } from '@jest/globals';
import { Command } from 'commander';
import {
  documentsOrShare,
  otherOptions,
  stagesAre,
  wholeNumberFrom,
  withoutOption,
} from '../../../engine/messages/commands/options.ts';
import { cannotCombine } from '../../../engine/messages/input/words.ts';
import { collectProblems } from '../../../scripts/cli/declare/collect-problems.ts';
import {
  addRunOptions,
  inputOf,
  type RunFlags,
  requireSameOptions,
  stageName,
} from '../../../scripts/cli/run-options.ts';
import type { MigrationInput } from '../../../workflows/messages/definitions.ts';
import { parseOptions } from '../../../workflows/messages/options.ts';
import { saying } from '../../engine/messages/saying.ts';

/** The workflow's input that a command line becomes, or the sentence that refuses it. */
function parsed(...args: string[]): MigrationInput | string {
  let said = '';
  const command = addRunOptions(new Command('run'))
    .allowExcessArguments(false)
    .exitOverride()
    .configureOutput({
      writeErr: (text) => {
        said += text;
      },
    });
  try {
    return inputOf(command.parse(args, { from: 'user' }).opts<RunFlags>());
  } catch {
    return said;
  }
}

describe('options become the input of the workflow', () => {
  test.each<[string[], MigrationInput]>([
    [[], {}],
    [['--dry-run'], { dryRun: true }],
    [['--limit=100'], { limit: 100 }],
    [['--limit', '100'], { limit: 100 }],
    [['--stages', 'payment'], { stages: ['payment'] }],
    [['--stages', 'payment, user,payment'], { stages: ['user', 'payment'] }],
    [['--batch-size=500', '--parallelism=4'], { batchSize: 500, parallelism: 4 }],
    [['--max-quarantined', '0'], { maxQuarantined: 0 }],
    [['--max-quarantined=1.5%'], { maxQuarantined: '1.5%' }],
    [['--gates', 'manual'], { gates: 'manual' }],
  ])('%j', (args, input) => {
    expect(parsed(...args)).toEqual(input);
    expect(parseOptions(input)).toHaveProperty('options');
  });
});

describe('options that cannot be are refused with what is right', () => {
  const whole = saying(wholeNumberFrom, { least: 1, most: 1_000_000_000 });
  test.each<[string[], RegExp]>([
    [['--limit=-1'], whole],
    [['--limit', '-1'], whole],
    [['--limit', '0'], whole],
    [['--limit', '1e3'], whole],
    [['--limit', '1.5'], whole],
    [['--limit', ' '], whole],
    [['--limit'], /argument missing/],
    [['--stages', 'user,payments'], saying(stagesAre, { stages: 'user, artist, project, fundingProject, payment' })],
    [['--stages', ''], saying(stagesAre)],
    [['--batch-size', '20000'], saying(wholeNumberFrom, { least: 1, most: 10_000 })],
    [['--parallelism', '65'], saying(wholeNumberFrom, { least: 1, most: 64 })],
    [['--max-quarantined', '101%'], saying(documentsOrShare)],
    [['--max-quarantined=-1'], saying(documentsOrShare)],
    [['--gates', 'none'], /Allowed choices are auto, manual\./],
    [['--frobnicate'], /unknown option '--frobnicate'/],
    [['more'], /too many arguments/],
  ])('%j', (args, sentence) => {
    expect(parsed(...args)).toMatch(sentence);
  });
});

describe('attaching', () => {
  const attach = (asked: MigrationInput, running: MigrationInput) => () => {
    const options = parseOptions(running);
    if ('problems' in options) throw new RangeError(options.problems.map(({ text }) => text).join());
    requireSameOptions('some', asked, options.options);
  };

  test.each<[MigrationInput, MigrationInput]>([
    [{}, {}],
    [{}, { batchSize: 7, gates: 'manual' }],
    [{ limit: 5 }, { limit: 5, parallelism: 3 }],
    [{ batchSize: 50 }, {}],
  ])('with %j to one that was started with %j is right', (asked, running) => {
    expect(attach(asked, running)).not.toThrow();
  });

  test.each<[MigrationInput, MigrationInput, string]>([
    [{}, { dryRun: true }, '--dry-run'],
    [{ dryRun: true }, {}, withoutOption({ option: '--dry-run' }).text],
    [{ limit: 5 }, {}, withoutOption({ option: '--limit' }).text],
    [{ limit: 5 }, { limit: 6, stages: ['user'] }, '--limit 6, --stages user'],
    [{ batchSize: 5 }, {}, '--batch-size 50'],
    [{}, { maxQuarantined: '1%' }, '--max-quarantined 1%'],
  ])('with %j to one that was started with %j is refused', (asked, running, theirs) => {
    expect(attach(asked, running)).toThrow(saying(otherOptions, { migration: 'some', options: theirs }));
  });
});

describe('a command line with several mistakes', () => {
  /** What a command says of it; null when it is carried out. */
  function refusal(...args: string[]): string | null {
    let said = '';
    let isDone = false;
    const program = new Command('program');
    const command = addRunOptions(program.command('run')).allowExcessArguments(false);
    command.argument('<stage>', 'a stage', stageName).action(() => {
      isDone = true;
    });
    for (const one of [program, command]) {
      one.exitOverride().configureOutput({
        writeErr: (text) => {
          said += text;
        },
      });
    }
    collectProblems(program);
    try {
      program.parse(['run', ...args], { from: 'user' });
    } catch {
      expect(isDone).toBe(false);
      return said;
    }
    return null;
  }

  test('is told all of them at once, and nothing is carried out', () => {
    const all = ['--limit', '0', '--stages', 'users', '--gates', 'none', '--max-quarantined', 'few', 'payments'];
    expect(refusal(...all)?.split('\n')).toEqual([
      expect.stringMatching(new RegExp(`--limit <n>' argument '0' is invalid\\. ${saying(wholeNumberFrom).source}`)),
      expect.stringMatching(new RegExp(`--stages <names>' argument 'users' is invalid\\. ${saying(stagesAre).source}`)),
      expect.stringMatching(/--gates <mode>' argument 'none' is invalid\. Allowed choices are auto, manual/),
      expect.stringMatching(/--max-quarantined <n\|p%>' argument 'few' is invalid\./),
      expect.stringMatching(new RegExp(`value for 'stage' 'payments' is invalid\\. ${saying(stagesAre).source}`)),
      '',
    ]);
    expect(refusal('--limit', '0', '--frobnicate', 'user')).toMatch(/argument '0' is invalid.*\n.*unknown option/);
    expect(refusal('--limit', '0')).toMatch(/argument '0' is invalid.*\n.*missing required argument 'stage'/);
    expect(refusal('--limit', '5', 'user')).toBeNull();
  });

  test('is refused what the workflow would refuse, all of it, before one is started', () => {
    const flags = { workflowId: 'any', worker: true, confirm: [''], maxQuarantined: 'some' };
    expect(() => inputOf(flags)).toThrow(/maxQuarantined: .*\n.*confirm/s);
    expect(() => inputOf({ ...flags, confirm: [], maxQuarantined: 0, dryRun: true, reconcile: 'feed' })).toThrow(
      saying(cannotCombine, { others: 'retry, dryRun, limit, stages' }),
    );
  });
});
