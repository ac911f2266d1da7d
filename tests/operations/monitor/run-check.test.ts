import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { CHECK_PROBLEMS } from '../../../engine/messages/operations/monitor.ts';
import { type Alert, postAlert } from '../../../operations/monitor/alert.ts';
import { runCheck } from '../../../operations/monitor/run-check.ts';
import type { HttpCheck, PromqlCheck } from '../../../operations/monitor/settings.ts';
import { saying } from '../../engine/messages/saying.ts';
import { type Asked, type HttpPlace, prometheusAnswer, serveHttp } from '../../support/monitoring.ts';

let place: HttpPlace;
let answer: (asked: Asked) => { status: number; body?: string } | Promise<{ status: number; body?: string }>;
beforeAll(async () => {
  place = await serveHttp((asked) => answer(asked));
});
afterAll(() => place.close());

const promql = (fields: Partial<PromqlCheck> = {}): PromqlCheck => ({
  ...{
    kind: 'promql',
    name: 'errors',
    url: `${place.url}/api/v1/query?tenant=a`,
    headers: { Authorization: 'Bearer t0p' },
  },
  ...{ rounds: 2, expression: 'sum(rate(x[5m]))', op: '>', value: 0.5, allowEmpty: false },
  ...fields,
});
const page = (fields: Partial<HttpCheck> = {}): HttpCheck => ({
  ...{ kind: 'http', name: 'home', url: `${place.url}/home`, headers: {}, rounds: 1, status: 200, withinMs: 2_000 },
  ...fields,
});
const says = (body: string, status = 200) => {
  answer = () => ({ status, body });
};

describe('a check by PromQL', () => {
  test('sends the expression and the headers, and answers under its name', async () => {
    says(prometheusAnswer('x', ['0.4']));
    expect(await runCheck(promql())).toEqual({ name: 'errors', rounds: 2, problem: null });
    const { path, headers } = place.asked.at(-1)!;
    expect(new URL(path, place.url).searchParams.get('query')).toBe('sum(rate(x[5m]))');
    expect(new URL(path, place.url).searchParams.get('tenant')).toBe('a');
    expect(headers.authorization).toBe('Bearer t0p');
  });

  test.each<[string, string[], Partial<PromqlCheck>, string | null]>([
    ['one of several samples is over', ['0.1', '0.7512345'], {}, '0.751235 > 0.5'],
    ['it is as great', ['0.5'], { op: '>=' }, '0.5 >= 0.5'],
    ['it is under', ['0.1'], { op: '<' }, '0.1 < 0.5'],
    ['it is infinite', ['+Inf'], {}, 'Infinity > 0.5'],
    ['there is no sample', [], {}, CHECK_PROBLEMS.noSample().text],
    ['the only sample is no number', ['NaN'], {}, CHECK_PROBLEMS.noSample().text],
    ['there is no sample, and none is needed', [], { allowEmpty: true }, null],
  ])('when %s', async (_, values, fields, problem) => {
    says(prometheusAnswer('x', values));
    expect((await runCheck(promql(fields))).problem).toBe(problem);
  });

  test.each<[string, string, number, string]>([
    [
      'is an error of Prometheus',
      '{"status":"error","errorType":"bad_data","error":"secret"}',
      400,
      CHECK_PROBLEMS.prometheusStatus({ status: '400' }).text,
    ],
    ['is no JSON', '<html>', 200, CHECK_PROBLEMS.notPrometheus().text],
    [
      'is a matrix',
      '{"status":"success","data":{"resultType":"matrix","result":[]}}',
      200,
      CHECK_PROBLEMS.notPrometheus().text,
    ],
  ])('is told to be a problem when the answer %s', async (_, body, status, problem) => {
    says(body, status);
    expect((await runCheck(promql())).problem).toBe(problem);
  });

  test('understands a scalar', async () => {
    says('{"status":"success","data":{"resultType":"scalar","result":[1,"3"]}}');
    expect((await runCheck(promql())).problem).toBe('3 > 0.5');
  });
});

describe('a check of a page', () => {
  test('fails by another status, by a redirect, by being late, by not answering, and by nobody being there', async () => {
    says('', 500);
    expect((await runCheck(page())).problem).toBe(CHECK_PROBLEMS.otherStatus({ status: '500', wanted: '200' }).text);
    says('', 302);
    expect((await runCheck(page())).problem).toBe(CHECK_PROBLEMS.otherStatus({ status: '302', wanted: '200' }).text);
    answer = async () => {
      await sleep(120);
      return { status: 200 };
    };
    expect((await runCheck(page({ withinMs: 50 }))).problem).toMatch(saying(CHECK_PROBLEMS.late, { most: 50 }));
    expect((await runCheck(page({ withinMs: 1 }), 20)).problem).toBe(CHECK_PROBLEMS.noAnswer({ most: 20 }).text);
    expect((await runCheck(page({ url: 'http://user:t0p@127.0.0.1:1/' }))).problem).not.toMatch(/t0p|127/);
    expect((await runCheck(page({ url: 'http://127.0.0.1:1/' }))).problem).toMatch(saying(CHECK_PROBLEMS.noConnection));
  });
});

describe('an alert', () => {
  const alert = { id: 'a/1', event: 'new', text: 'Damage.' } as Alert;
  const post = (fields = {}) =>
    postAlert(
      { url: `${place.url}/alerts`, headers: { 'X-Team': 'a' }, ...fields },
      alert,
      new AbortController().signal,
    );

  test('is posted once, whatever is answered', async () => {
    says('');
    expect(await post()).toBeNull();
    says('', 403);
    expect(await post()).toBe(CHECK_PROBLEMS.status({ status: '403' }).text);
    // A check that gave up on its page may have its request arrive only now.
    const posted = place.asked.filter(({ path }) => path === '/alerts');
    expect(posted.map(({ body }) => JSON.parse(body))).toEqual([alert, alert]);
    expect(posted.map(({ headers }) => headers['x-team'])).toEqual(['a', 'a']);
  });

  test('that nobody takes brings back the reason, not the address', async () => {
    expect(await post({ url: 'http://127.0.0.1:1/t0p' })).toBe(CHECK_PROBLEMS.noConnection().text);
  });
});
