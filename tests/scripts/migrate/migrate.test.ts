import { execFile } from 'node:child_process';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Document } from 'bson';
import { Decimal } from 'decimal.js';
import { workerAtWork } from '../../../engine/messages/worker/log.ts';
import { demoDocuments, expectations } from '../../../scripts/demo/data/demo-documents.ts';
import { SMALL_DEMO } from '../../../scripts/demo/data/options.ts';
import { findTemporal } from '../../../scripts/servers/programs/temporal-program.ts';
import { silent } from '../../../scripts/servers/report.ts';
import { saying } from '../../engine/messages/saying.ts';
import { type CommandTarget, type Desk, type Ended, openDesk } from '../../support/command-line.ts';
import { contentOf } from '../../support/data/content.ts';
import { temporalAddress } from '../../support/servers/servers.ts';

/** The order that whoever reads the file relies on. */
const COLLECTIONS = [
  ...['user', 'artist', 'artistAchievement', 'project', 'projectTask', 'projectMilestone', 'projectTeam'],
  ...['projectNote', 'fundingProject', 'fundingExecutionPlan', 'fundingReward', 'fundingStage', 'fundingBacker'],
  ...['fundingExpense', 'fundingDistribution', 'fundingUpdate', 'payment'],
];

let desk: Desk;
let first: CommandTarget;
let ended: Ended;
let mapping: string;

beforeAll(async () => {
  desk = await openDesk(SMALL_DEMO);
  first = await desk.target();
  ended = await desk.run(['run', '--json', '--workflow-id', 'first'], { ...first.environment, LOG_LEVEL: 'trace' });
  mapping = await readFile(join(first.reports, 'prisma-id-mapping.json'), 'utf8').catch(() => '');
});

afterAll(() => desk.close());

describe('a migration by the command line', () => {
  test('ends with 3 and one JSON object on standard output when documents are in quarantine', () => {
    expect(ended.code).toBe(3);
    expect(ended.out.trim().split('\n')).toHaveLength(1);
    const quarantined = new Set(quarantinedIds()).size;
    expect(JSON.parse(ended.out)).toMatchObject({
      ...{ workflowId: 'first', state: 'complete', reason: null, dryRun: false, exitCode: 3, quarantined },
      reports: expect.stringContaining(first.reports),
    });
  });

  test('moves one row for each document and array element that is not in quarantine', async () => {
    const { rows } = count();
    const found: Record<string, number> = {};
    for (const table of Object.keys(rows)) {
      const [row] = await first.sql(`SELECT count(*) FROM "${table}"`);
      found[table] = Number(row![0]);
    }
    expect(found).toEqual(rows);
  });

  test('moves every won', async () => {
    const { payments, backers } = count();
    const [sums] = await first.sql('SELECT (SELECT sum(amount) FROM "Payment"), (SELECT sum(amount) FROM "Pledge")');
    expect(sums!.map(String)).toEqual([payments.toFixed(2), backers.toFixed(2)]);
  });

  test('writes the ID mapping, in order and for its owner only', async () => {
    const file = JSON.parse(mapping);
    expect(Object.keys(file)).toEqual(['generatedAt', 'dryRun', 'collections']);
    expect(file.dryRun).toBe(false);
    expect(Object.keys(file.collections)).toEqual(COLLECTIONS);
    expect((await stat(join(first.reports, 'prisma-id-mapping.json'))).mode & 0o777).toBe(0o600);
  });

  test('keeps the password to itself, whatever the log level', async () => {
    const secret = new URL(first.databaseUrl).password;
    expect(secret).not.toBe('');
    expect(ended.out + ended.err).not.toContain(secret);
    const history = await desk.client.workflow.getHandle('first').fetchHistory();
    expect(JSON.stringify(history)).not.toContain(Buffer.from(secret).toString('base64'));
    expect(payloadsOf(history)).not.toContain(secret);
  });
});

describe('a migration by the Temporal command line', () => {
  test.each([
    ['with an empty input', ['--input', '{}']],
    ['with no input at all', []],
  ])('%s moves the same rows under the same ids', async (name, input) => {
    const target = await desk.target();
    const worker = desk.start([], target.environment, 'worker/main.ts');
    await worker.until(saying(workerAtWork));
    const workflowId = `temporal ${name}`;
    await promisify(execFile)(await findTemporal(silent), [
      ...['workflow', 'start', '--type', 'migration', '--task-queue', 'mongo-to-prisma', '--workflow-id', workflowId],
      ...['--address', temporalAddress(), '--namespace', desk.namespace, ...input],
    ]);
    const result = await desk.client.workflow.getHandle(workflowId).result();
    expect(result).toMatchObject({ dryRun: false, quarantined: JSON.parse(ended.out).quarantined });
    worker.child.kill('SIGTERM');
    expect((await worker.ended).code).toBe(0);
    expect(worker.said()).not.toContain(new URL(first.databaseUrl).password);
    expect(await contentOf(target)).toEqual(await contentOf(first));
    expect(collectionsOf(await readFile(join(target.reports, 'prisma-id-mapping.json'), 'utf8'))).toBe(
      collectionsOf(mapping),
    );
  });
});

/** The text of `collections` as it stands in the file. */
function collectionsOf(text: string): string {
  return text.slice(text.indexOf('"collections"'));
}

/** Everything that was said in a workflow, decoded. */
function payloadsOf(value: unknown): string {
  if (value instanceof Uint8Array) return Buffer.from(value).toString('utf8');
  if (typeof value !== 'object' || value === null) return String(value);
  return Object.values(value).map(payloadsOf).join('\n');
}

function quarantinedIds(): string[] {
  return expectations(SMALL_DEMO).flatMap(({ expected, collection, id }) =>
    expected === 'quarantine' ? [`${collection}/${id}`] : [],
  );
}

/** What the documents hold, counted without any of the migration's code. */
function count(): { rows: Record<string, number>; payments: Decimal; backers: Decimal } {
  const quarantined = new Set(quarantinedIds());
  const all = demoDocuments(SMALL_DEMO);
  const kept = (name: keyof typeof all): Document[] =>
    [...all[name]].filter((document) => !quarantined.has(`${name}/${document['_id']}`));
  const [artists, projects, funding, payments] = [
    kept('artists'),
    kept('projects'),
    kept('fundingprojects'),
    kept('payments'),
  ];
  const sum = (amounts: unknown[]) =>
    amounts.reduce<Decimal>(
      (total, amount) => total.plus(new Decimal(String(amount)).toDecimalPlaces(2)),
      new Decimal(0),
    );
  const elements = (documents: Document[], pick: (document: Document) => unknown): Document[] =>
    documents.flatMap((document) => pick(document) as Document[] | undefined).filter((element) => element != null);
  const backers = elements(funding, (document) => document['backers']);
  const rows = {
    User: kept('users').length,
    Artist: artists.length,
    ArtistAchievement: elements(artists, (document) => document['achievements']).length,
    Project: projects.length,
    ProjectTask: elements(projects, (document) => document['tasks']).length,
    ProjectMilestone: elements(projects, (document) => document['milestones']).length,
    ProjectTeamMember: elements(projects, (document) => document['team']).length,
    ProjectNote: elements(projects, (document) => document['notes']).length,
    FundingProject: funding.length,
    FundingProjectExecutionPlan: funding.length,
    FundingProjectStage: elements(funding, (document) => document['executionPlan']?.stages).length,
    FundingProjectExpenseRecord: elements(funding, (document) => document['expenseRecords']).length,
    FundingProjectDistribution: elements(funding, (document) => document['revenueDistribution']?.distributions).length,
    FundingProjectReward: elements(funding, (document) => document['rewards']).length,
    Pledge: backers.length,
    FundingProjectUpdate: elements(funding, (document) => document['updates']).length,
    Payment: payments.length,
  };
  return {
    rows,
    payments: sum(payments.map((document) => document['amount'])),
    backers: sum(backers.map((document) => document['amount'])),
  };
}
