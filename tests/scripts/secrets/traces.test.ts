import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { preflightPassed, workerAtWork } from '../../../engine/messages/worker/log.ts';
import { saying } from '../../engine/messages/saying.ts';
import { type CommandTarget, type Desk, openDesk, type RunningCommand } from '../../support/command-line.ts';
import { compiled } from '../../support/scripts.ts';
import { type CollectedSpan, type OtlpCollector, startOtlpCollector } from '../../support/servers/otlp-collector.ts';

const TOKEN = 'a-token-of-the-collector';

/** The first batch of a stage finds that PostgreSQL has no connection left. */
const FAILS_ONCE = `CREATE SEQUENCE tries;
  CREATE FUNCTION fail_once() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    IF nextval('tries') = 1 THEN RAISE EXCEPTION 'full' USING ERRCODE = '53300'; END IF; RETURN NULL; END $$;
  CREATE TRIGGER fail_once AFTER INSERT ON "Artist" FOR EACH STATEMENT EXECUTE FUNCTION fail_once()`;

let desk: Desk;
let target: CommandTarget;
let collector: OtlpCollector;
let runId: string;
let worker: RunningCommand;

beforeAll(async () => {
  desk = await openDesk();
  target = await desk.target();
  collector = await startOtlpCollector();
  const environment = {
    ...target.environment,
    OTEL_EXPORTER_OTLP_ENDPOINT: collector.endpoint,
    OTEL_EXPORTER_OTLP_HEADERS: `authorization=${TOKEN}`,
  };
  await target.sql(FAILS_ONCE);
  worker = desk.start(['worker'], environment);
  await worker.until(saying(workerAtWork));
  const { out, err } = await desk.run(['run', '--no-worker', '--json'], environment);
  expect(err).not.toMatch(/error/i);
  ({ runId } = JSON.parse(out));
  worker.child.kill('SIGTERM');
  expect((await worker.ended).code).toBe(0);
});
afterAll(async () => {
  await desk.close();
  await collector?.close();
});

const named = (name: string) => collector.spans.filter((span) => span.name === name);
const parentOf = ({ parentSpanId }: CollectedSpan) => collector.spans.find(({ spanId }) => spanId === parentSpanId);

describe('with OTEL_EXPORTER_OTLP_ENDPOINT', () => {
  test('one trace goes from the command to the batches', () => {
    const [start, ...others] = named('StartWorkflow:migration');
    expect(others).toEqual([]);
    expect(parentOf(start!)).toBeUndefined();
    const write = named('write batch')[0]!;
    const path = [];
    for (let span: CollectedSpan | undefined = write; span !== undefined; span = parentOf(span)) path.push(span.name);
    expect(path).toEqual([
      ...['write batch', 'RunActivity:copySegment', 'StartActivity:copySegment', 'RunWorkflow:migration'],
      'StartWorkflow:migration',
    ]);
    expect(
      new Set(collector.spans.filter(({ name }) => /batch|Activity/.test(name)).map(({ traceId }) => traceId)).size,
    ).toBe(1);
    expect(new Set(collector.spans.map(({ service }) => service))).toEqual(new Set(['mongo-to-prisma']));
  });

  test('the span of a segment says of which run, stage and partition it is', () => {
    const segments = named('RunActivity:copySegment');
    expect(segments.length).toBeGreaterThan(4);
    for (const { attributes } of segments) {
      expect(attributes).toMatchObject({
        'mongo_to_prisma.run_id': runId,
        'mongo_to_prisma.stage': expect.stringMatching(/^(user|artist|project|fundingProject|payment)$/),
        'mongo_to_prisma.partition': expect.anything(),
        'mongo_to_prisma.segment': expect.anything(),
      });
    }
    const documents = named('write batch').reduce((sum, { attributes }) => sum + Number(attributes['documents']), 0);
    expect(documents).toBeGreaterThan(200);
    expect(named('read documents').map((span) => parentOf(span)?.name)).toEqual(
      expect.arrayContaining(['RunActivity:copySegment', 'RunActivity:verifySegment']),
    );
  });

  test('the collector is logged in at, and told no value of a document', () => {
    expect(new Set(collector.headers.map(({ authorization }) => authorization))).toEqual(new Set([TOKEN]));
    const all = collector.bodies.join('\n');
    expect(all).not.toContain(TOKEN);
    expect(all.replaceAll('@temporalio', '')).not.toMatch(/@[a-z]|[가-힣]|\$2b\$|010-\d/);
  });
});

test('the log of a worker is JSON, and each line of a step tells the run, the stage and the segment', () => {
  const lines = worker
    .said()
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(lines.find(({ msg }) => msg === preflightPassed().text)).toMatchObject({ run: runId });
  const failed = lines.filter(({ msg }) => msg === 'Activity failed');
  expect(failed).toEqual([
    expect.objectContaining({ activityType: 'copySegment', run: runId, stage: 'artist', attempt: 1 }),
  ]);
  expect(failed[0]).toMatchObject({ partition: expect.any(Number), segment: expect.any(Number) });
});

describe('a collector', () => {
  test('that is away keeps nobody waiting', async () => {
    const began = Date.now();
    const { code } = await desk.run(['status'], {
      ...target.environment,
      OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:1',
    });
    expect(code).toBe(0);
    expect(Date.now() - began).toBeLessThan(60_000);
  });

  test('that nobody asked for costs nothing: its code is not even loaded', async () => {
    const loaded = async (environment: Record<string, string>) => {
      const env = {
        ...process.env,
        ...desk.environment,
        ...target.environment,
        ...environment,
        NODE_DEBUG: 'module,esm',
      };
      // Not from a bundle, in which packages have no files of their own.
      const status = [compiled('scripts/cli.ts'), 'status'];
      const { stderr } = await promisify(execFile)(process.execPath, status, {
        cwd: desk.folder,
        env: env as NodeJS.ProcessEnv,
        maxBuffer: 2 ** 28,
      });
      return /sdk-trace-node|exporter-trace-otlp/.test(stderr);
    };
    expect(await loaded({ OTEL_EXPORTER_OTLP_ENDPOINT: collector.endpoint })).toBe(true);
    expect(await loaded({})).toBe(false);
  });
});
