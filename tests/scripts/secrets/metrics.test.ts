import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { freePort } from '../../../scripts/servers/ports.ts';
import { type Desk, openDesk } from '../../support/command-line.ts';
import { project } from '../../support/scripts.ts';

let desk: Desk;
let scraped: string;
let stages: { name: string; read: number; written: number; quarantined: number; rows: number; verified: number }[];

beforeAll(async () => {
  desk = await openDesk();
  const target = await desk.target();
  const address = `127.0.0.1:${await freePort()}`;
  const worker = desk.start(['worker'], { ...target.environment, METRICS_ADDRESS: address });
  const { out } = await desk.run(['run', '--no-worker', '--json'], target.environment);
  ({ stages } = JSON.parse(out));
  scraped = await (await fetch(`http://${address}/metrics`)).text();
  worker.child.kill('SIGINT');
  expect((await worker.ended).code).toBe(0);
});
afterAll(() => desk.close());

/** The sum of a metric's samples with these labels. */
function sumOf(metric: string, labels: Readonly<Record<string, string>> = {}): number {
  const lines = scraped.split('\n').filter((line) => line.startsWith(`${metric}{`));
  const wanted = Object.entries(labels).map(([name, value]) => `${name}="${value}"`);
  return lines
    .filter((line) => wanted.every((label) => line.includes(label)))
    .reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' ') + 1)), 0);
}

describe('the metrics of a worker', () => {
  test('count what each stage has done', () => {
    expect(stages.length).toBe(5);
    for (const { name: stage, read, verified } of stages) {
      expect(sumOf('mongo_to_prisma_documents_total', { stage })).toBe(read);
      expect(sumOf('mongo_to_prisma_verified_documents_total', { stage })).toBe(verified);
      expect(sumOf('mongo_to_prisma_batch_latency_seconds_count', { stage, step: 'copy' })).toBeGreaterThan(0);
    }
    expect(sumOf('mongo_to_prisma_documents_total', { stage: 'user', outcome: 'quarantined' })).toBeGreaterThan(0);
    expect(sumOf('mongo_to_prisma_rows_total', { stage: 'project' })).toBe(stages[2]!.rows);
    expect(sumOf('mongo_to_prisma_differences_total')).toBe(0);
  });

  test('are those that the page, the dashboard and the alert rules name', async () => {
    const named = new Set<string>();
    for (const file of ['metrics.md', 'grafana-dashboard.json', 'prometheus-alerts.yml']) {
      const text = await readFile(join(project, `docs/${file}`), 'utf8');
      // Those of a monitoring have their own test, which runs one.
      for (const [name] of text.matchAll(/(?:temporal|mongo_to_prisma)_(?!monitor_)[a-z_]+/g)) named.add(name);
    }
    // Nothing has gone wrong here, so that these have no sample.
    for (const silent of ['mongo_to_prisma_differences_total', 'temporal_activity_execution_failed_total']) {
      expect(named.delete(silent)).toBe(true);
    }
    expect(named.size).toBeGreaterThan(5);
    expect([...named].filter((name) => !scraped.includes(name))).toEqual([]);
  });

  test('name no value of a document', () => {
    expect(scraped).not.toMatch(/@|\.com|[가-힣]/);
  });
});
