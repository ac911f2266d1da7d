import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { runUnknown } from '../../../engine/messages/commands/databases.ts';
import {
  brokenReference,
  comparisonUnplanned,
  held,
  referencesBroken,
  rowsDiffer,
  totalDiffers,
  totalsNotCompared,
} from '../../../engine/messages/engine/verdict.ts';
import { REFERENCE_CHECKS } from '../../../engine/messages/labels/references.ts';
import { VERDICTS } from '../../../engine/messages/labels/report.ts';
import { labelled } from '../../../engine/messages/message.ts';
import { HEADINGS, RUN_KINDS } from '../../../engine/messages/report/headings.ts';
import { collectFacts, collectReport, type Facts } from '../../../engine/report/facts/facts.ts';
import { writeReport } from '../../../engine/report/write-report.ts';
import { verificationOf } from '../../../engine/state/run/checkpoint-names.ts';
import { demoDocuments, expectations } from '../../../scripts/demo/data/demo-documents.ts';
import { plan } from '../../../stages/plan.ts';
import { project } from '../../support/scripts.ts';
import { type MovedPlatform, platformOfDump } from '../moved-platform.ts';
import { collectionsOf } from '../small-platform.ts';
import { verifyRun } from './verify-run.ts';

const demo = { scale: 0.1 };

describe('the report of a run', () => {
  let platform: MovedPlatform;
  let runId: string;
  let facts: Facts;

  beforeAll(async () => {
    platform = await platformOfDump(demo);
    runId = await platform.move();
    await verifyRun(platform, runId);
    facts = await collectFacts(platform.target, plan, runId);
  });
  afterAll(() => platform.close());

  const stageFacts = (name: string) => facts.stages.find((stage) => stage.name === name)!;

  test('comes to its verdict by the facts: all is verified but for documents in quarantine', () => {
    const expected = new Set(
      expectations(demo)
        .filter((one) => one.expected === 'quarantine')
        .map(({ collection, id }) => `${collection}/${id.toHexString()}`),
    );
    expect(facts.verdict.state).toBe('quarantined');
    expect(facts.verdict.reasons).toEqual([held({ documents: expected.size }).text]);
    const told = facts.quarantine.flatMap(({ collection, examples }) =>
      examples.map(({ legacyId }) => `${collection}/${legacyId}`),
    );
    expect(new Set(told)).toEqual(expected);
  });

  test('counts each stage’s documents, settled ones included', () => {
    for (const stage of plan.stages) {
      const documents = [...demoDocuments(demo)[stage.collection as 'users']].length;
      const { total, read, written, quarantined, skipped, contested, compared, differences, totals, samples } =
        stageFacts(stage.name);
      expect({ total, read, compared, skipped, contested, differences }).toEqual({
        ...{ total: documents, read: documents, compared: documents, skipped: 0, contested: 0, differences: {} },
      });
      expect(written + quarantined).toBe(documents);
      expect(totals![0]!.found).toBe(String(written));
      expect(samples).toHaveLength(3);
    }
  });

  test('tells why each document is in quarantine and what it goes back to', () => {
    const duplicates = facts.quarantine.find(({ stage, code }) => stage === 'payment' && code === 'duplicate')!;
    expect(duplicates.examples[0]).toMatchObject({
      ...{
        sqlstate: '23505',
        constraint: expect.stringMatching(/^Payment_/),
        cause: { collection: 'payments', code: 'duplicate' },
      },
    });
    expect(duplicates.documents).toBe(duplicates.examples.length);
  });

  test('tells findings by path, places in arrays left out, and leftovers', () => {
    const noise = facts.findings.filter(({ code }) => code === 'floatNoise');
    expect(noise).toContainEqual(expect.objectContaining({ stage: 'payment', path: 'amount', findings: 1 }));
    expect(facts.findings).toContainEqual(
      expect.objectContaining({ stage: 'project', code: 'nullElement', path: 'team' }),
    );
    expect(facts.findings).toContainEqual(expect.objectContaining({ code: 'unknownField', path: null }));
    expect(facts.leftovers).toContainEqual({ collection: 'projects', path: 'tasks.estimate', values: 1 });
  });

  test('lists every table with its rows', () => {
    const tables = plan.stages.flatMap((stage) => stage.tables.map(({ table }) => table));
    expect(facts.tables.map(({ table }) => table)).toEqual(tables);
    expect(facts.tables[0]).toEqual({
      ...{ table: 'User', rows: stageFacts('user').written, checksum: expect.stringMatching(/^[0-9a-f]{64}$/) },
    });
    expect(facts.idMap['user']).toBe(stageFacts('user').written);
  });

  test('holds no personal data of the documents', async () => {
    const text = JSON.stringify(facts);
    for (const user of demoDocuments(demo).users) {
      for (const secret of [user['email'], user['password']]) {
        if (typeof secret === 'string' && secret.length > 6) expect(text).not.toContain(secret);
      }
    }
  });

  test('is the JSON that its schema promises, and nothing beside it', async () => {
    const schema = JSON.parse(await readFile(join(project, 'docs/report.schema.json'), 'utf8'));
    const validate = new Ajv2020({ allErrors: true, allowUnionTypes: true }).compile(schema);
    const written = JSON.parse(JSON.stringify(facts));
    expect([validate(written), validate.errors]).toEqual([true, null]);
    expect(validate({ ...written, format: 1 })).toBe(false);
    expect(validate({ ...written, secret: 'x' })).toBe(false);
    expect(validate({ ...written, stages: [{ ...written.stages[0], read: '12' }] })).toBe(false);
  });

  test('is written as JSON and Markdown that only their owner reads, the verdict first', async () => {
    const told = await collectReport(platform.target, plan, runId);
    const files = await writeReport(join(platform.folder, 'reports', runId), { ...told, facts });
    expect(files.json).toBe(join(platform.folder, 'reports', runId, 'report.json'));
    expect(JSON.parse(await readFile(files.json, 'utf8'))).toEqual(JSON.parse(JSON.stringify(facts)));
    const markdown = await readFile(files.markdown, 'utf8');
    expect(markdown.split('\n')[0]).toBe(`# ${RUN_KINDS.migration.en}: ⚠️ ${VERDICTS.quarantined.en}`);
    const { stages, totals, quarantine, findings, tables } = HEADINGS;
    for (const heading of [stages.en, `${totals.en}: payment`, quarantine.en, findings.en, tables.en]) {
      expect(markdown).toContain(`\n## ${heading}`);
    }
    expect(markdown).toContain(`📊 ${HEADINGS.samples.ko}: fundingProject`);
    for (const file of Object.values(files)) expect((await stat(file)).mode & 0o777).toBe(0o600);
  });

  test('refuses a run that is not there', async () => {
    const nobody = '00000000-0000-8000-8000-000000000000';
    await expect(collectFacts(platform.target, plan, nobody)).rejects.toThrow(runUnknown({ run: nobody }).text);
  });
});

describe('the verdict', () => {
  let platform: MovedPlatform;
  beforeAll(async () => {
    platform = await platformOfDump({
      collections: { ...collectionsOf([]), users: [...demoDocuments({ ...demo, bad: false }).users].slice(0, 30) },
    });
  });
  afterAll(() => platform.close());

  test('is incomplete, verified, and different when it must be', async () => {
    const { target } = platform;
    const runId = await platform.move();
    const before = await collectFacts(target, plan, runId);
    expect(before.verdict.state).toBe('incomplete');
    expect(before.verdict.reasons).toContain(comparisonUnplanned({ stage: 'user' }).text);
    expect(before.verdict.reasons).toContain(totalsNotCompared({ stage: 'user' }).text);

    await verifyRun(platform, runId);
    const verified = await collectFacts(target, plan, runId);
    expect(verified.verdict).toMatchObject({ state: 'verified', reasons: [] });

    await target.query(`UPDATE "User" SET name = 'another' WHERE id = (SELECT min(id::text)::uuid FROM "User")`, []);
    await target.query(`DELETE FROM "User" WHERE id = (SELECT max(id::text)::uuid FROM "User")`, []);
    await target.query(
      'UPDATE migration_partition SET epoch = 0, last_key = NULL, done = false, read = 0 WHERE stage = $1',
      [verificationOf('user')],
    );
    await verifyRun(platform, runId);
    const different = await collectFacts(target, plan, runId);
    expect(different.verdict.state).toBe('different');
    const { messages } = await collectReport(target, plan, runId);
    const figures = messages.verdict.reasons.filter(
      ({ code, params }) => code === totalDiffers.code && params['what'] !== 'documents',
    );
    const counts = { what: 'documents', path: 'users', expected: '30', place: 'User', found: '29' };
    const what = labelled(REFERENCE_CHECKS.rowless);
    const expected = [
      rowsDiffer({ stage: 'user', differences: 1, kind: 'different' }),
      rowsDiffer({ stage: 'user', differences: 1, kind: 'missing' }),
      totalDiffers({ stage: 'user', ...counts }),
      ...figures,
      referencesBroken({
        stage: 'user',
        reference: brokenReference({ place: 'User', wrong: '1', checked: '30', what }),
      }),
    ];
    expect(messages.verdict.reasons).toEqual(expected);
    expect(different.verdict.reasons).toEqual(expected.map(({ text }) => text));
    expect(figures.length).toBeGreaterThan(2);
    expect(JSON.stringify(different)).not.toContain('another');
    expect(different.stages[0]!.firstDifferences.map(({ kind, where }) => [kind, where])).toEqual([
      ['different', 'User.name'],
      ['missing', 'User'],
    ]);
  });
});

describe('a table’s checksum', () => {
  let platform: MovedPlatform;
  beforeAll(async () => {
    platform = await platformOfDump({ ...demo, bad: false });
    await platform.move();
  });
  afterAll(() => platform.close());

  const checksumOf = async (table: string): Promise<string> => {
    const [run] = await platform.target.query('SELECT id FROM migration_run LIMIT 1', []);
    return (await collectFacts(platform.target, plan, run![0]!)).tables.find((one) => one.table === table)!.checksum;
  };

  test('is the same for the same rows in another order, and another for any other row', async () => {
    const first = await checksumOf('User');
    await platform.target.query('UPDATE "User" SET bio = bio WHERE "isVerified"', []);
    expect(await checksumOf('User')).toBe(first);
    await platform.target.query(`UPDATE "User" SET bio = bio || ' ' WHERE email = (SELECT min(email) FROM "User")`, []);
    expect(await checksumOf('User')).not.toBe(first);
  });

  test('is what its description says', async () => {
    const rows = await platform.target.query('SELECT t::text FROM "Payment" AS t', []);
    const sums = [0n, 0n, 0n, 0n];
    for (const [text] of rows) {
      const hash = createHash('sha256').update(text!).digest();
      for (let lane = 0; lane < 4; lane++)
        sums[lane] = BigInt.asUintN(64, sums[lane]! + hash.readBigUInt64BE(lane * 8));
    }
    expect(await checksumOf('Payment')).toBe(sums.map((sum) => sum.toString(16).padStart(16, '0')).join(''));
  });
});
