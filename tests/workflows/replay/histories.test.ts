import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type History, historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import { Worker, type WorkflowBundleOption } from '@temporalio/worker';
import { DeterminismViolationError } from '@temporalio/workflow';
import { demoDocuments } from '../../../scripts/demo/data/demo-documents.ts';
import { workflowBundle } from '../../../worker/temporal/workflow-bundle.ts';
import { openPlatform, type Platform } from '../../support/migration.ts';
import { project } from '../../support/scripts.ts';
import { type Course, courseOf } from './course.ts';
import { SCENARIOS, SHORT } from './scenarios.ts';

const FOLDER = join(project, 'tests/fixtures/histories/');
/** `RECORD_HISTORIES=retry,cancel npm test -- tests/workflows/replay/histories` replaces committed ones: see CONTRIBUTING.md. */
const RECORDED = (process.env['RECORD_HISTORIES'] ?? '').split(',').filter((name) => name !== '');
/** Room is left under what CONTRIBUTING.md promises for one execution. */
const MOST_EVENTS = 2_000;

import { SMALL_DEMO } from '../../../scripts/demo/data/options.ts';

type Histories = readonly (readonly [name: string, history: History])[];

let platform: Platform;
let bundle: WorkflowBundleOption;
const live = new Map<string, readonly History[]>();

/** Replays histories, by their names, one after another by one worker: `replayed`, or why it does not. */
async function outcomesOf(histories: Histories, workflowBundle = bundle): Promise<Record<string, unknown>> {
  const named = histories.map(([workflowId, history]) => ({ workflowId, history }));
  const outcomes: Record<string, unknown> = {};
  for await (const { workflowId, error } of Worker.runReplayHistories({ workflowBundle }, named)) {
    outcomes[workflowId] = error ?? 'replayed';
  }
  return outcomes;
}

const allReplayed = (histories: Histories) => Object.fromEntries(histories.map(([name]) => [name, 'replayed']));

beforeAll(async () => {
  platform = await openPlatform();
  bundle = await workflowBundle();
});
afterAll(() => platform.close());

async function record(name: string, histories: readonly History[]): Promise<void> {
  await mkdir(FOLDER, { recursive: true });
  for (const [index, history] of histories.entries()) {
    const file = join(FOLDER, `${name}${histories.length > 1 ? `.${index + 1}` : ''}.json`);
    await writeFile(file, `${JSON.stringify(JSON.parse(historyToJSON(history)))}\n`);
  }
}

/** A scenario that goes on in a new execution after every third step: then these two are the same. */
const inShort = new Map<string, Promise<Course>>();
function shortCourseOf(name: string): Promise<Course> {
  const same = name === 'continue-as-new' ? 'start-finish' : name;
  const course = inShort.get(same) ?? courseOf(platform, same, SHORT);
  inShort.set(same, course);
  return course;
}

describe('a run that goes on in a new execution after every third step', () => {
  test.each(Object.keys(SCENARIOS))(
    'takes the steps of one in few executions, and comes to the same: %s',
    async (name) => {
      const [short, usual] = await Promise.all([shortCourseOf(name), courseOf(platform, name)]);
      live.set(name, usual.histories);
      if (RECORDED.includes(name)) await record(name, usual.histories);
      const { steps, end, content } = usual;
      // How far one is when it is cancelled is a matter of time.
      if (name === 'cancel') expect(short.end).toMatchObject({ state: 'aborted' });
      // How many rounds there are until somebody ends them is, too.
      else if (name === 'monitor') expect([...new Set(short.steps)]).toEqual([...new Set(steps)]);
      else expect({ ...short, histories: null }).toEqual({ steps, end, content, histories: null });
      if (name !== 'cancel') expect(short.histories.length).toBeGreaterThan(usual.histories.length);
    },
  );
});

/** Played by the tests before. */
describe('a history', () => {
  test('of every scenario can be replayed by the code that made it', async () => {
    expect([...live.keys()]).toEqual(Object.keys(SCENARIOS));
    const histories = [...live].flatMap(([name, all]) => all.map((one, i) => [`${name}.${i + 1}`, one] as const));
    expect(await outcomesOf(histories)).toEqual(allReplayed(histories));
  });

  test('of a run that goes on in a new execution is continued at least once', () => {
    expect(live.get('continue-as-new')!.length).toBeGreaterThan(2);
  });

  test('stays short', () => {
    const lengths = [...live.values()].flat().map(({ events }) => events!.length);
    expect(Math.max(...lengths)).toBeLessThan(MOST_EVENTS);
  });

  test('holds nothing of a document and no secret', () => {
    const documents = demoDocuments(SMALL_DEMO);
    const personal = new Set<string>();
    for (const document of Object.values(documents).flatMap((all) => [...all])) collectTexts(document, personal);
    expect(personal.size).toBeGreaterThan(1_000);
    const text = [...live.values()].flat().map(textOf).join('\n');
    expect(text.length).toBeGreaterThan(50_000);
    expect([...personal].filter((value) => text.includes(value))).toEqual([]);
    expect(text).not.toMatch(/postgres(ql)?:\/\/|mongodb:\/\/|dump:/);
  });
});

/** Texts that could be somebody's: names, addresses, messages; not the English words that enums share with our own. */
function collectTexts(value: unknown, into: Set<string>): void {
  if (typeof value === 'string') {
    if (value.length > 9 || /[^\x20-\x7e]/.test(value)) into.add(value);
  } else if (Array.isArray(value)) for (const one of value) collectTexts(one, into);
  else if (value !== null && typeof value === 'object' && !('_bsontype' in value) && !(value instanceof Date)) {
    for (const one of Object.values(value)) collectTexts(one, into);
  }
}

/** All of a history, with every payload as the text that it holds. */
function textOf(history: History): string {
  return historyToJSON(history).replaceAll(/"data":\s*"([A-Za-z0-9+/=]+)"/g, (_, data: string) =>
    Buffer.from(data, 'base64').toString('utf8'),
  );
}

describe('a committed history', () => {
  test('is there for every scenario', async () => {
    const files = await readdir(FOLDER);
    for (const name of Object.keys(SCENARIOS)) {
      expect(files.filter((file) => file === `${name}.json` || file.startsWith(`${name}.`))).not.toEqual([]);
    }
  });

  test('replays with the code of today: else guard the change with patched()', async () => {
    const histories = await committed();
    expect(await outcomesOf(histories)).toEqual(allReplayed(histories));
  });

  test('replays by a worker that traces, too: traces may be switched on while a run is under way', async () => {
    const histories = await committed();
    expect(await outcomesOf(histories, await workflowBundle(true))).toEqual(allReplayed(histories));
  });

  test('that asks for another step than the code does not replay', async () => {
    const text = await readFile(join(FOLDER, 'start-finish.json'), 'utf8');
    const other = JSON.parse(text.replaceAll('"settleStage"', '"somethingElse"'));
    expect(await outcomesOf([['other', other]])).toEqual({ other: expect.any(DeterminismViolationError) });
  });
});

/** Every committed history, by its file's name. */
async function committed(): Promise<Histories> {
  const files = await readdir(FOLDER);
  return Promise.all(
    files.map(async (file) => [file, JSON.parse(await readFile(join(FOLDER, file), 'utf8'))] as const),
  );
}
