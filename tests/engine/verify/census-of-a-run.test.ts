import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { serialize } from 'bson';
import { generalPath } from '../../../engine/document/findings/path.ts';
import { HEADINGS } from '../../../engine/messages/report/headings.ts';
import { FATES } from '../../../engine/messages/report/words.ts';
import { censusFacts } from '../../../engine/report/facts/census-facts.ts';
import { leftoverFacts } from '../../../engine/report/facts/document-facts.ts';
import { collectFacts } from '../../../engine/report/facts/facts.ts';
import { markdownReport } from '../../../engine/report/markdown/page.ts';
import { readCheckpoints } from '../../../engine/state/run/checkpoint.ts';
import { verificationOf } from '../../../engine/state/run/checkpoint-names.ts';
import type { Query } from '../../../engine/target/query.ts';
import { restartVerification, verifySegment } from '../../../engine/verify/rows/verify-rows.ts';
import { demoDocuments } from '../../../scripts/demo/data/demo-documents.ts';
import { plan } from '../../../stages/plan.ts';
import { writerOf } from '../../support/data/writers.ts';
import { type Engine, findingsOf, type Migration, openEngine, quarantineOf } from '../../support/run-engine.ts';
import { fence, stageNamed } from '../small-platform.ts';
import { naiveCensus } from './naive-census.ts';

describe('the census of a migration', () => {
  const demo = { scale: 0.1, rich: true };
  let engine: Engine;
  let run: Migration;

  beforeAll(async () => {
    engine = await openEngine({ demo });
    run = await engine.migrate();
  });
  afterAll(() => engine.close());

  const facts = () => Promise.all(plan.stages.map((stage) => censusFacts(asked, run.runId, stage)));
  const asked: Query = (sql, params) => engine.target.query(sql, params);

  test('counts every document and every path of the source', async () => {
    const source = demoDocuments(demo);
    for (const census of await facts()) {
      const documents = [...source[census!.collection as 'users']].map((one) =>
        serialize(one, { ignoreUndefined: false }),
      );
      const naive = naiveCensus(stageNamed(census!.stage).fields, documents);
      expect(census!.documents).toBe(documents.length);
      const counted = census!.paths.filter((path) => path.documents > 0);
      expect(new Map(counted.map(({ path, documents: n, types }) => [path, { documents: n, types }]))).toEqual(naive);
    }
  });

  test('accounts for every path: it has a destination, or it is a leftover that was kept, or it is never moved', async () => {
    const leftovers = await leftoverFacts(asked, run.runId);
    for (const census of await facts()) {
      const { tables: filled } = stageNamed(census!.stage);
      const columns = new Set(
        filled.flatMap(({ table }) => plan.target.tables[table]!.columns.map(({ field }) => `${table}.${field}`)),
      );
      for (const { path, to, documents } of census!.paths) {
        if (to.kind === 'columns') for (const column of to.columns) expect(columns).toContain(column);
        else if (to.kind === 'rows') expect(filled.map(({ table }) => table as string)).toContain(to.table);
        else if (to.kind === 'leftover') {
          const kept = leftovers.some(
            (one) => one.collection === census!.collection && `${path}.`.startsWith(`${one.path}.`),
          );
          expect({ path, documents, kept }).toEqual({ path, documents, kept: true });
        } else expect({ path, kind: to.kind }).toEqual({ path, kind: path === '__v' ? 'dropped' : 'group' });
      }
    }
  });

  test('has the findings that were written down, and those that are only counted', async () => {
    const written = await findingsOf(engine.target);
    for (const census of await facts()) {
      const { stage } = census!;
      const told: string[] = [];
      for (const { path, findings } of census!.paths)
        for (const [code, n] of Object.entries(findings)) told.push(...Array<string>(n).fill(`${code} ${path}`));
      const counted = ['default', 'unknownField', 'fromId', 'fromCreatedAt'];
      const noted = written.filter((one) => one.stage === stage && one.code !== 'notNormalised');
      expect(told.filter((one) => !counted.includes(one.split(' ')[0]!)).sort()).toEqual(
        noted.map(({ code, path }) => `${code} ${generalPath(path)}`).sort(),
      );
      for (const code of counted) {
        const withdrawn = run.counters[stage]!.contested;
        const number = told.filter((one) => one.startsWith(`${code} `)).length;
        if (withdrawn === 0) expect(number).toBe(run.counters[stage]!.findings[code] ?? 0);
      }
    }
  });

  test('has every refusal with its path', async () => {
    const quarantined = (await quarantineOf(engine.target)).filter(
      ({ code, path }) => code !== 'duplicate' && path !== null,
    );
    for (const census of await facts()) {
      const told = census!.paths.flatMap(({ path, refused }) =>
        Object.entries(refused).flatMap(([code, n]) => Array<string>(n).fill(`${code} ${path}`)),
      );
      const due = quarantined.filter(({ stage }) => stage === census!.stage);
      expect(told.sort()).toEqual(
        due.map(({ code, path }) => `${code} ${generalPath(path!).replace(/^metadata\..*/, 'metadata')}`).sort(),
      );
    }
  });

  test('is the same after interruptions at every batch', async () => {
    const before = await facts();
    for (const [n, stage] of plan.stages.entries()) {
      await restartVerification(engine.target, writerOf(run, 1_000), stage.name);
      expect(await censusFacts(asked, run.runId, stage)).toBeNull();
      const context = { ...engine, stage, skipExisting: true };
      const limits = { batchSize: 37, milliseconds: 0, signal: new AbortController().signal };
      const partitions = (await readCheckpoints(engine.target, run.runId, verificationOf(stage.name))).length;
      for (let partition = 0; partition < partitions; partition++) {
        const ref = { runId: run.runId, stage: verificationOf(stage.name), partition };
        for (let i = 0, done = false; !done; i++) {
          ({ done } = await verifySegment(context, ref, fence(1_000 + n * 1_000 + i), limits));
        }
      }
    }
    expect(await facts()).toEqual(before);
  });

  test('is a table of the report', async () => {
    const report = markdownReport(await collectFacts(engine.target, plan, run.runId));
    expect(report).toContain(`## ${HEADINGS.census.en}: users`);
    expect(report).toMatch(/\| email \| \d+ \| \d+ \| string \d+ \| User\.email \|/);
    expect(report).toContain(`| legacyPoints | 1 | 1 | double 1 | ${FATES.leftover.en} | unknownField 1 |`);
  });
});
